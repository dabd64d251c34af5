"""A script of an Automation document: one module and all that it uses of its neighbours, as one text.

A document holds its scripts as text and has 64 KB in all, so what is not used, docstrings, comments and
annotations stay behind. Without annotations the text needs no postponed evaluation either, which dataclasses
look up in a module that a simulator may not have registered.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from remediation.packing import narrow

PACKAGE = "remediation.scripts"
SCRIPTS = Path(__file__).parent / "scripts"
HANDLER = "handler"


class NotBundled(Exception):  # noqa: N818 (the build ends with this text)
    """A module that cannot become part of a script; the message says why."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One statement of a module, and the names that it defines and uses, as the script calls them."""

    statement: ast.stmt
    defines: frozenset[str]
    uses: frozenset[str]


@cache
def bundle(module: str) -> str:
    """The script whose handler is that of `remediation/scripts/<module>.py`. Raises NotBundled."""
    imports: dict[str, ast.stmt] = {}
    parts: list[_Part] = []
    called: dict[tuple[str, str], str] = {}
    for name in _in_order(module, []):
        scope = _scope(name, called)
        for statement in _tree(name).body:
            _add(statement, scope, imports, parts)
    if called.get((module, HANDLER)) != HANDLER:
        raise NotBundled(f"{module} has no handler of its own, or uses a module that has one too")
    used = _reached(parts, HANDLER)
    _leave_methods(part.statement for part in parts if part.defines & used)
    lines = [ast.unparse(imports[name]) for name in sorted(imports) if name in used]
    body = [ast.unparse(part.statement) for part in parts if part.defines & used]
    return narrow("\n".join([*dict.fromkeys(lines), *body]))


def _scope(module: str, called: dict[tuple[str, str], str]) -> dict[str, str]:
    """What a module's own and imported names are called in the script: as in the module, unless taken.

    `called` holds that for every module before, by module and name, and is added to.
    """
    scope: dict[str, str] = {}
    for statement in _tree(module).body:
        for origin, name in _neighbourly(statement):
            scope[name] = called[module, name] = called[origin, name]
        for name in _defined(statement):
            taken = name in called.values()
            scope[name] = called[module, name] = f"{name}_of_{module}" if taken else name
    return scope


def _neighbourly(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    """The modules and names that a statement imports from the package."""
    if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith(PACKAGE):
        origin = str(statement.module).removeprefix(f"{PACKAGE}.")
        for alias in statement.names:
            if alias.asname or origin == PACKAGE:
                raise NotBundled(f"import names of {PACKAGE}'s modules as they are: {ast.unparse(statement)}")
            yield origin, alias.name


@cache
def _tree(name: str) -> ast.Module:
    path = SCRIPTS / f"{name}.py"
    if not path.exists():
        raise NotBundled(f"{path} does not exist")
    return ast.parse(path.read_text(encoding="utf-8"))


def _in_order(name: str, known: list[str]) -> list[str]:
    """The module after all the modules that it imports from."""
    for statement in _tree(name).body:
        for neighbour, _ in _neighbourly(statement):
            if neighbour not in known:
                _in_order(neighbour, known)
    if name not in known:
        known.append(name)
    return known


def _add(
    statement: ast.stmt, scope: dict[str, str], imports: dict[str, ast.stmt], parts: list[_Part]
) -> None:
    match statement:
        case ast.ImportFrom(module=str(module)) if module == "__future__" or module.startswith(PACKAGE):
            pass
        case ast.ImportFrom(module=module, names=names, level=0):
            for alias in names:
                imports[alias.asname or alias.name] = ast.ImportFrom(module, [alias], 0)
        case ast.Import(names=names):
            for alias in names:
                imports[alias.asname or alias.name.split(".")[0]] = ast.Import([alias])
        case ast.Expr(value=ast.Constant(value=str())):
            pass
        case _:
            defines = frozenset(scope[name] for name in _defined(statement))
            bare = _renamed(_bare(statement), scope)
            parts.append(_Part(bare, defines, frozenset(_names(bare))))


def _defined(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Assign(targets=[ast.Tuple(elts=elements)]):
            yield from (element.id for element in elements if isinstance(element, ast.Name))
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant(value=str())):
            pass
        case _:
            raise NotBundled(f"only imports, constants, functions and classes: {ast.unparse(statement)[:60]}")


def _renamed(statement: ast.stmt, scope: dict[str, str]) -> ast.stmt:
    """The statement without names that another module has taken. Raises NotBundled for parameters."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            node.id = scope.get(node.id, node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node is statement:
            node.name = scope[node.name]
        elif isinstance(node, ast.arg) and scope.get(node.arg, node.arg) != node.arg:
            raise NotBundled(f"{node.arg} is the name of two things and of a parameter")
    return statement


def _names(statement: ast.stmt) -> Iterable[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _reached(parts: list[_Part], root: str) -> set[str]:
    reached, waiting = set(), [root]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [used for part in parts if name in part.defines for used in part.uses]
    return reached


def _leave_methods(statements: Iterable[ast.stmt]) -> None:
    """Take away methods that nothing mentions by name."""
    kept = list(statements)
    while True:
        mentioned = {node.attr for part in kept for node in ast.walk(part) if isinstance(node, ast.Attribute)}
        idle = [
            (part, inner)
            for part in kept
            if isinstance(part, ast.ClassDef)
            for inner in part.body
            if isinstance(inner, ast.FunctionDef)
            and not inner.name.startswith("__")
            and inner.name not in mentioned
        ]
        for part, inner in idle:
            part.body.remove(inner)
            part.body = part.body or [ast.Pass()]
        if not idle:
            return


class _Bare(ast.NodeTransformer):
    """Takes docstrings and annotations away; fields of dataclasses keep an annotation that means nothing."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """A function without docstring, nor annotations."""
        self.generic_visit(node)
        arguments = node.args
        starred = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *starred):
            argument.annotation = None
        node.returns = None
        node.body = _said(node.body)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """A class whose fields are all `object`."""
        self.generic_visit(node)
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign):
                statement.annotation = ast.Name("object")
        node.body = _said(node.body)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt | None:
        """An assignment; a mere declaration, but for fields, disappears."""
        if isinstance(node.target, ast.Name) and not getattr(node, "in_class", False):
            return ast.Assign([node.target], node.value, lineno=0) if node.value else None
        return node


def _said(body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements without texts that are only said."""
    kept = [
        statement
        for statement in body
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
    ]
    return kept or [ast.Pass()]


def _bare(statement: ast.stmt) -> ast.stmt:
    copy = ast.parse(ast.unparse(statement)).body[0]
    for node in ast.walk(copy):
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                inner.in_class = True  # type: ignore[attr-defined]
    bare = _Bare().visit(copy)
    assert isinstance(bare, ast.stmt)
    return ast.fix_missing_locations(bare)
