"""Builds the Lambda deployment package: one zip for the rule function and the watch function.

The dependencies are those installed beside this script, whose versions `constraints.txt` fixes, so that the
same sources and versions give the same bytes. Everything is pure Python: the zip runs on any architecture.
boto3 and botocore are packed too, reduced to the services that are called: an older botocore, as a Lambda
runtime may bring along, leaves out parts of AWS's answers that it does not know.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import kafka_trigger_guard

ROOT = Path(__file__).resolve().parent.parent
SOURCE = Path(kafka_trigger_guard.__file__).resolve().parent
CONSTRAINTS = ROOT / "constraints.txt"
RUNTIME = "python3.13"
LARGEST_BYTES = 10_000_000
DEPENDENCIES = ("rdklib", "aws-lambda-powertools", "boto3")
SERVICES = (
    "config",
    "ec2",
    "kafka",
    "lambda",
    "organizations",
    "resourcegroupstaggingapi",
    "route53",
    "route53profiles",
    "sso",
    "sso-oidc",
    "signin",
    "sts",
)
"""The services of which botocore's data are packed; the sign-in ones belong to its credential chain."""
_PACKED_OF_US = (
    "__init__.py",
    "py.typed",
    "aws",
    "config",
    "evaluation.py",
    "network",
    "rules",
    "triggers",
    "whole_file.py",
)
"""The rooms that the functions need; the command line, reports and the embedded AWS stay at home."""
_LEFT_OUT_OF_OTHERS = (
    "aws_lambda_powertools/event_handler",
    "aws_lambda_powertools/utilities/parser",
    "boto3/data",
    "boto3/examples",
)
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16
_KEPT_METADATA = ("METADATA", "LICENSE", "NOTICE")


class PackageError(Exception):
    """The package cannot be built; the message is one line that says why."""


def build(target: Path) -> int:
    """Write the zip; its size in bytes. Raises PackageError."""
    files = dict(sorted(_files()))
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    with ZipFile(unfinished, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in files.items():
            info = ZipInfo(name, _EARLIEST)
            info.compress_type, info.create_system = ZIP_DEFLATED, 3
            info.external_attr = _READABLE
            archive.writestr(info, path.read_bytes(), compresslevel=9)
    size = unfinished.stat().st_size
    if size > LARGEST_BYTES:
        unfinished.unlink()
        raise PackageError(f"the package would have {size} bytes; at most {LARGEST_BYTES} are allowed")
    unfinished.replace(target)
    return size


def _files() -> Iterator[tuple[str, Path]]:
    for path in sorted(SOURCE.rglob("*")):
        inside = path.relative_to(SOURCE)
        if path.is_file() and inside.parts[0] in _PACKED_OF_US and path.suffix in (".py", ".typed"):
            yield f"{SOURCE.name}/{inside.as_posix()}", path
    for dependency in _closure():
        yield from _files_of(dependency)


def _closure() -> list[Distribution]:
    """The dependencies with all that they need at run time, each in the version that is fixed."""
    found: dict[str, Distribution] = {}
    due = list(DEPENDENCIES)
    fixed = _fixed_versions()
    while due:
        name = canonicalize_name(due.pop())
        if name in found:
            continue
        installed = found[name] = distribution(name)
        if fixed.get(name, installed.version) != installed.version:
            raise PackageError(
                f"{name} {installed.version} is installed and {CONSTRAINTS.name} says {fixed[name]}; "
                "install with the constraints"
            )
        needed = [Requirement(text) for text in installed.requires or ()]
        due += [each.name for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    return [found[name] for name in sorted(found)]


def _fixed_versions() -> dict[str, str]:
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines() if CONSTRAINTS.exists() else []
    pairs = (line.split("#")[0].split(";")[0].strip().split("==") for line in lines)
    return {canonicalize_name(pair[0].strip()): pair[1].strip() for pair in pairs if len(pair) == 2}


def _files_of(dependency: Distribution) -> Iterator[tuple[str, Path]]:
    for file in dependency.files or ():
        name = PurePosixPath(file)
        if not _is_packed(name):
            continue
        if name.suffix in (".so", ".pyd", ".dylib"):
            raise PackageError(f"{name} is compiled, and the package must run on any architecture")
        yield name.as_posix(), Path(str(dependency.locate_file(file)))


def _is_packed(name: PurePosixPath) -> bool:
    if name.parts[0] in ("..", "/") or "__pycache__" in name.parts or name.suffix == ".pyc":
        return False
    if name.parts[0].endswith(".dist-info"):
        return any(part.startswith(_KEPT_METADATA) for part in name.parts[1:])
    if name.as_posix().startswith(_LEFT_OUT_OF_OTHERS):
        return False
    if name.parts[:2] == ("botocore", "data") and len(name.parts) > 3:
        return name.parts[2] in SERVICES and not name.name.startswith(("examples-", "completions-"))
    return True


def main() -> int:
    """Build the package and print where it is, its size and its digest."""
    parser = argparse.ArgumentParser(description=f"Build the Lambda package (runtime {RUNTIME}).")
    parser.add_argument("--out", type=Path, default=ROOT / "dist" / "kafka-trigger-guard.zip")
    target = parser.parse_args().out
    try:
        size = build(target)
    except PackageError as error:
        print(f"package: {error}", file=sys.stderr)
        return 2
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    print(f"{target}: {size / 1e6:.2f} MB, sha256 {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
