"""Scripts that do not fit into a document as they are: short names, compressed, unpacking themselves.

A document has 64 KB (general/latest/gr/ssm), and a diagnosis alone is longer than that.
"""

from __future__ import annotations

import ast
import base64
import builtins
import bz2
import keyword
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count, product
from string import ascii_letters

_WITHOUT_BRACES, _WITH_BRACES = str.maketrans("{}", ",."), str.maketrans(",.", "{}")
"""Automation takes two braces for the start of a reference, wherever they are."""
_CODECS: dict[str, Callable[[bytes, int], bytes]] = {"zlib": zlib.compress, "bz2": bz2.compress}
_HEAD, _MIDDLE = "# build.py --unpack\nimport base64, ", " as codec\nexec(codec.decompress(base64.b85decode('"
_TAIL = "'.translate(dict(((44, 123), (46, 125)))))))\n"


def packed(script: str) -> str:
    """A script that unpacks itself, and does what this one does; the script as it is if it is short."""
    content = shortened(script).encode()
    codec = min(_CODECS, key=lambda name: len(_CODECS[name](content, 9)))
    data = base64.b85encode(_CODECS[codec](content, 9)).decode().translate(_WITHOUT_BRACES)
    result = _HEAD + codec + _MIDDLE + data + _TAIL
    return result if len(result) < len(script) else script


def unpacked(script: str) -> str:
    """The script that a packed one carries; any other as it is."""
    if not script.startswith(_HEAD):
        return script
    codec, _, rest = script.removeprefix(_HEAD).partition(_MIDDLE)
    data = base64.b85decode(rest.removesuffix(_TAIL).translate(_WITH_BRACES))
    content = bz2.decompress(data) if codec == "bz2" else zlib.decompress(data)
    return content.decode()


def narrow(script: str) -> str:
    """The script indented by one space a level. ValueError if that changed its meaning."""
    lines = []
    for line in script.splitlines():
        code = line.lstrip(" ")
        lines.append(" " * ((len(line) - len(code)) // 4) + code)
    result = "\n".join(lines) + "\n"
    if ast.dump(ast.parse(result)) != ast.dump(ast.parse(script)):
        raise ValueError("a text that goes over several lines would lose its indentation")
    return result


def shortened(script: str) -> str:
    """The script with short names: functions count theirs from `a` on, so that they look alike and pack well.

    What is known by its name elsewhere keeps it: imports, keyword arguments, classes and fields, the handler.
    """
    tree = ast.parse(script)
    fixed = {*_fixed(tree), *dir(builtins), *keyword.kwlist, *keyword.softkwlist, "handler"}
    functions = list(_outermost(tree))
    inside = {id(node) for function in functions for node in _within(function)}
    shared = {name for node in ast.walk(tree) if id(node) not in inside for name in _names(node)}
    own = [_numbered(function, fixed | shared) for function in functions]
    for function, names in zip(functions, own, strict=True):
        for node in _within(function):
            _rename(node, names)
    taken = fixed | {short for names in own for short in names.values()}
    used = Counter(name for node in ast.walk(tree) for name in _names(node) if name not in taken)
    free = (name for name in _short_names() if name not in taken)
    short = {name: next(free) for name, _ in used.most_common()}
    for node in ast.walk(tree):
        _rename(node, short)
    return narrow(ast.unparse(tree))


def _outermost(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Functions and methods, without those inside of them."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield node
        else:
            yield from _outermost(node)


def _within(function: ast.FunctionDef) -> list[ast.AST]:
    """The nodes of its arguments and body."""
    return [node for part in (function.args, *function.body) for node in ast.walk(part)]


def _numbered(function: ast.FunctionDef, others: set[str]) -> dict[str, str]:
    """Short names for what is bound inside of a function, in the order in which it is mentioned."""
    bound = {name for node in _within(function) if _binds(node) for name in _names(node)} - others
    mentioned = [name for node in _within(function) for name in _names(node) if name in bound]
    free = (f"{letter}{number or ''}" for number in count() for letter in ascii_letters)
    return dict(zip(dict.fromkeys(mentioned), (name for name in free if name not in others), strict=False))


def _binds(node: ast.AST) -> bool:
    return not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))


def _short_names() -> Iterator[str]:
    for length in count(1):
        yield from ("".join(letters) for letters in product(ascii_letters, repeat=length))


def _fixed(tree: ast.Module) -> Iterator[str]:
    """Names that mean something outside of the scopes in which they stand."""
    for node in ast.walk(tree):
        match node:
            case ast.keyword(arg=str(name)):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from ((alias.asname or alias.name).split(".")[0] for alias in names)
            case ast.ClassDef(name=name, body=body):
                yield name
                yield from _members(body)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case _:
                pass


def _members(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case _:
                pass


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
            yield name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case _:
            pass


def _rename(node: ast.AST, short: dict[str, str]) -> None:
    match node:
        case ast.Name(id=name):
            node.id = short.get(name, name)
        case ast.arg(arg=name):
            node.arg = short.get(name, name)
        case ast.ExceptHandler(name=str(name)) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            node.name = short.get(name, name)
        case _:
            pass
