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

_WIDTH = 400
_WITHOUT_BRACES, _WITH_BRACES = str.maketrans("{}", ",."), str.maketrans(",.", "{}")
"""Automation takes two braces for the start of a reference, wherever they are."""
_CODECS: dict[str, Callable[[bytes, int], bytes]] = {"zlib": zlib.compress, "bz2": bz2.compress}
_HEAD = (
    "# Packed; to read it: python remediation/build.py --unpack DOCUMENT STEP",
    "import base64",
    "PACKED = '''",
)
_TAIL = (
    "'''.translate(str.maketrans(',.', chr(123) + chr(125))).replace(chr(10), '')",
    "exec(codec.decompress(base64.b85decode(PACKED)).decode())",
)


def packed(script: str) -> str:
    """A script that unpacks itself, and does what this one does; the script as it is if it is short."""
    content = shortened(script).encode()
    codec = min(_CODECS, key=lambda name: len(_CODECS[name](content, 9)))
    data = base64.b85encode(_CODECS[codec](content, 9)).decode().translate(_WITHOUT_BRACES)
    lines = [data[start : start + _WIDTH] for start in range(0, len(data), _WIDTH)]
    result = "\n".join([*_HEAD, *lines, _TAIL[0], f"import {codec} as codec", _TAIL[1]]) + "\n"
    return result if len(result) < len(script) else script


def unpacked(script: str) -> str:
    """The script that a packed one carries; any other as it is."""
    if not script.startswith(_HEAD[0]):
        return script
    *lines, _, codec, _ = script.splitlines()[len(_HEAD) :]
    data = base64.b85decode("".join(lines).translate(_WITH_BRACES))
    content = bz2.decompress(data) if "bz2" in codec else zlib.decompress(data)
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
    """The script with short names; a name gets the same one wherever it stands, so scopes stay as they are.

    What is known by its name elsewhere keeps it: imports, keyword arguments, classes and fields, the handler.
    """
    tree = ast.parse(script)
    fixed = {*_fixed(tree), *dir(builtins), *keyword.kwlist, *keyword.softkwlist, "handler"}
    used = Counter(name for name in _names(tree) if name not in fixed)
    free = (name for name in _short_names() if name not in fixed and name not in used)
    short = {name: next(free) for name, _ in used.most_common()}
    for node in ast.walk(tree):
        _rename(node, short)
    return narrow(ast.unparse(tree))


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


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
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
