"""The house: which room may know which, and how large its parts may grow."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = "kafka_trigger_guard"
ROOT = Path(__file__).parents[1] / "rules" / PACKAGE
MODULES = sorted(ROOT.rglob("*.py"))
MAY_KNOW = {
    "network": {"network"},
    "triggers": {"triggers"},
    "rules": {"rules", "triggers", "network"},
    "cost": {"cost", "rules", "triggers", "network"},
    "aws": {"aws", "network", "triggers", "whole_file"},
}
"""The rooms that a room may import from; the first four are pure."""
PURE = ("network", "triggers", "rules", "cost")
PURE_LIBRARY = {
    "__future__",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "functools",
    "ipaddress",
    "itertools",
    "re",
    "shlex",
    "typing",
}
"""What a pure room may use of Python's library: nothing that reads files, clocks, the network or AWS."""
LONGEST_FILE, LONGEST_FUNCTION = 400, 40
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "core", "manager", "base"}


def named(path: Path) -> str:
    """A module's path inside the package."""
    return path.relative_to(ROOT).as_posix()


def room(path: Path) -> str:
    """The room of a module: its folder, or its own name at the top."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own(path: Path) -> set[str]:
    """The rooms of the package that a file imports from."""
    return {name.split(".")[1] for name in imports(path) if name.startswith(f"{PACKAGE}.")}


def in_rooms(*rooms: str) -> list[Path]:
    """The modules of some rooms."""
    found = [path for path in MODULES if room(path) in rooms]
    assert found
    return found


@pytest.mark.parametrize("path", in_rooms(*MAY_KNOW), ids=named)
def test_dependencies_point_one_way(path: Path) -> None:
    """network and triggers know themselves alone, rules both, costs these three, AWS's readers no rule."""
    assert own(path) <= MAY_KNOW[room(path)]


@pytest.mark.parametrize("path", in_rooms(*PURE), ids=named)
def test_the_pure_rooms_use_nothing_impure(path: Path) -> None:
    """No boto3, no files, no clock, no JSON: frozen dataclasses in, frozen dataclasses out.

    With the one-way dependencies above, what holds for each module holds for all that it imports.
    """
    foreign = {name.split(".")[0] for name in imports(path)} - {PACKAGE}
    assert foreign <= PURE_LIBRARY


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_nothing_imports_the_command_line_or_the_sandbox(path: Path) -> None:
    """But for themselves, `python -m`, and the commands that the command line is made of."""
    known = own(path)
    if room(path) not in ("cli", "commands", "__main__"):
        assert "cli" not in known
    if room(path) not in ("cli", "commands", "demo", "sandbox"):
        assert "sandbox" not in known


def test_only_the_room_aws_and_what_starts_sessions_import_boto3() -> None:
    """The pure rooms, the reports and the costs never talk to AWS."""
    talking = {
        room(path) for path in MODULES if any(i.split(".")[0] in ("boto3", "botocore") for i in imports(path))
    }
    assert talking.isdisjoint({*PURE, "report", "cost", "evaluation", "explanation"})


def documented(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Public functions and classes with their names, methods included."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if not node.name.startswith("_"):
                yield node.name, node
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield from documented(node)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_everything_public_says_what_it_is(path: Path) -> None:
    """Modules, classes and functions have docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    silent = [
        name
        for name, node in documented(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not ast.get_docstring(node)
    ]
    assert silent == []


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_files_and_functions_stay_short(path: Path) -> None:
    """At most 400 lines a file and 40 a function."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    functions = [
        n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    is_command = room(path) == "commands"
    assert [found.name for found in functions if length(found, is_command) > LONGEST_FUNCTION] == []


def length(function: ast.FunctionDef | ast.AsyncFunctionDef, is_command: bool) -> int:
    """Lines of a function; of a command without its signature, which declares the options and their help."""
    first = function.body[0].lineno if is_command else function.lineno
    return (function.end_lineno or first) - first + 1


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_module_is_named_after_nothing(path: Path) -> None:
    """A newcomer who reads the tree knows where a change goes."""
    assert not NO_NAMES & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}


@pytest.mark.parametrize("path", in_rooms(*PURE), ids=named)
def test_dataclasses_of_the_pure_rooms_are_frozen(path: Path) -> None:
    """What was read does not change while it is judged."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            for decorator in node.decorator_list:
                if "dataclass" in ast.unparse(decorator):
                    assert "frozen=True" in ast.unparse(decorator), node.name
