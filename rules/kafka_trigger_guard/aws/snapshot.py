"""The snapshot: raw AWS answers of one account and Region at one time, and the file that carries it."""

import codecs
import gzip
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from kafka_trigger_guard.whole_file import write_whole

FORMAT: Final = 1
"""The one snapshot format that this version reads and writes."""

_ACCOUNT = re.compile(r"[0-9]{12}")
_GZIP_MAGIC: Final = b"\x1f\x8b"


class SnapshotError(Exception):
    """A file or document is no usable snapshot; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class ApiError:
    """Why an operation was not collected: AWS's error code, or the name of the connection failure."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """AWS's answers by IAM-style operation name (`ec2:DescribeVpcs`), pages merged.

    `captured_at` is ISO 8601 in UTC. A key of `errors` is an operation, or `operation key` where one
    resource's call failed.
    """

    account: str
    region: str
    captured_at: str
    responses: Mapping[str, Any]
    errors: Mapping[str, ApiError]


def load(path: Path) -> Snapshot:
    """Read a `.json` or `.json.gz` snapshot; raise SnapshotError, naming the file, when it is none."""
    document = _decode(path, _unzip(path, _read(path)))
    try:
        return from_document(document)
    except SnapshotError as error:
        raise SnapshotError(f"{path}: {error}") from None


def save(snapshot: Snapshot, path: Path) -> None:
    """Write the snapshot, compressed if the name ends in `.gz`; an interruption leaves no torn file."""
    content = json.dumps(to_document(snapshot), separators=(",", ":")).encode("ascii") + b"\n"
    if path.suffix == ".gz":
        content = gzip.compress(content, compresslevel=6, mtime=0)
    try:
        write_whole(path.resolve(), content)
    except OSError as error:
        reason = error.strerror or error
        raise SnapshotError(
            f"{path}: cannot be written ({reason}); choose another place with --out"
        ) from None


def from_document(document: object) -> Snapshot:
    """Check a decoded snapshot's frame; what is malformed inside a response is left to its reader."""
    if not isinstance(document, dict):
        raise SnapshotError(f"not a snapshot: a JSON object is expected, this is {_kind(document)}")
    _check_format(document)
    responses = document.get("responses")
    if not isinstance(responses, dict):
        raise SnapshotError(f"malformed snapshot: `responses` must be an object, not {_kind(responses)}")
    return Snapshot(
        account=_account(document),
        region=_text(document, "region"),
        captured_at=_captured_at(document),
        responses=responses,
        errors=_errors(document.get("errors", {})),
    )


def to_document(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as the JSON document of format 1."""
    return {
        "format": FORMAT,
        "account": snapshot.account,
        "region": snapshot.region,
        "captured_at": snapshot.captured_at,
        "responses": dict(snapshot.responses),
        "errors": {
            key: {"code": error.code, "message": error.message} for key, error in snapshot.errors.items()
        },
    }


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SnapshotError(f"{path}: no such file; record one with `snapshot --out {path.name}`") from None
    except OSError as error:
        raise SnapshotError(f"{path}: cannot be read ({error.strerror or error})") from None


def _unzip(path: Path, content: bytes) -> bytes:
    if not content.startswith(_GZIP_MAGIC):
        if path.suffix == ".gz":
            raise SnapshotError(f"{path}: not a gzip file; rename it to .json if it is plain JSON")
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        raise SnapshotError(f"{path}: the gzip file is damaged or cut short; record it again") from None


def _decode(path: Path, content: bytes) -> object:
    try:
        return json.loads(content.removeprefix(codecs.BOM_UTF8).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SnapshotError(f"{path}: not UTF-8 text (byte {error.start}); record it again") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise SnapshotError(f"{path}: not JSON ({error.msg}, {where}); record it again") from None
    except (ValueError, RecursionError):
        raise SnapshotError(
            f"{path}: not a snapshot: its JSON is too deep or holds an absurd number"
        ) from None


def _check_format(document: Mapping[str, Any]) -> None:
    if "format" not in document:
        raise SnapshotError(f"not a snapshot: it names no `format` (this version reads format {FORMAT})")
    found = document["format"]
    if type(found) is not int or found != FORMAT:
        shown = json.dumps(found)[:40]
        raise SnapshotError(f"snapshot format {shown} is not supported; this version reads format {FORMAT}")


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise SnapshotError(f"malformed snapshot: `{name}` is missing or no text")
    return value


def _account(document: Mapping[str, Any]) -> str:
    account = _text(document, "account")
    if not _ACCOUNT.fullmatch(account):
        raise SnapshotError(
            f"malformed snapshot: `account` must be 12 digits, not {json.dumps(account)[:40]}"
        )
    return account


def _captured_at(document: Mapping[str, Any]) -> str:
    captured_at = _text(document, "captured_at")
    try:
        datetime.fromisoformat(captured_at)
    except ValueError:
        shown = json.dumps(captured_at)[:40]
        raise SnapshotError(
            f"malformed snapshot: `captured_at` must be an ISO 8601 time, not {shown}"
        ) from None
    return captured_at


def _errors(value: object) -> dict[str, ApiError]:
    if not isinstance(value, dict):
        raise SnapshotError(f"malformed snapshot: `errors` must be an object, not {_kind(value)}")
    return {operation: _error(operation, entry) for operation, entry in value.items()}


def _error(operation: str, entry: object) -> ApiError:
    match entry:
        case {"code": str(code), "message": str(message)}:
            return ApiError(code, message)
    raise SnapshotError(
        f"malformed snapshot: `errors` entry {json.dumps(operation)} needs texts `code` and `message`"
    )


def _kind(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "an object"
    return "a number"
