"""Where results go: standard output, or a file that is whole or not there at all."""

from __future__ import annotations

from pathlib import Path

from kafka_trigger_guard.whole_file import write_whole


class WriteError(Exception):
    """A result cannot be written; the message is one line that says what to do."""


def check_writable(path: Path) -> None:
    """Raise WriteError for a place where no file can be, before any long work starts."""
    folder = path.resolve().parent
    if path.is_dir():
        raise WriteError(f"{path}: is a directory; name a file with --out")
    if not folder.is_dir():
        raise WriteError(f"{path}: there is no directory {folder}; create it or choose another with --out")


def write(path: Path, text: str) -> None:
    """Write the text as UTF-8 in one step: an interruption leaves the old file, or none."""
    check_writable(path)
    content = text.encode("utf-8", "replace")
    try:
        write_whole(path.resolve(), content)
    except OSError as error:
        reason = error.strerror or error
        raise WriteError(f"{path}: cannot be written ({reason}); choose another place with --out") from None
