"""Files that are whole or not there at all, however a run ends."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Put the content in place in one step; an interruption leaves the old file, or none. Raises OSError."""
    if path.exists() and not path.is_file():  # a pipe or a device takes the bytes as they come
        path.write_bytes(content)
        return
    unfinished = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
