"""What the AWS CLI makes of a command line: the API call and its parameters, strictly by botocore's models.

cli/latest/userguide/cli-usage-parameters-types and cli-usage-shorthand; `--ingress` is the CLI's own word
for no `--egress`, and a structure of nothing but `Value` can be a switch. ec2 commands of the CLI's reference
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

from tests.networks.shapes import Json

Options = dict[str, list[str]]
_CLI_ONLY = frozenset({"region", "query", "output"})
_KEPT = re.compile(r"(\w+)=\$\((aws .*)\)", re.DOTALL)
_JOINED = re.compile(r"(\w+)=\$\(printf %s \"\$(\w+)\" \| jq -c '\.Statement \+= (\[.*\])'\)", re.DOTALL)
_QUOTED = re.compile(r"""'[^']*'|"'"|"\$(\w+)\"""")
"""What a shell leaves alone, or a variable that it fills in."""


@dataclass(frozen=True)
class Call:
    """One call of the CLI: service and command, its options, and the API's operation with its parameters.

    `keeps` is the shell variable that the answer goes into.
    """

    service: str
    command: str
    options: Options
    operation: str
    parameters: Json
    keeps: str = ""


def parsed(line: str, variables: dict[str, str]) -> Call:
    """The call that a printed line makes, with the shell's variables filled in."""
    kept = _KEPT.fullmatch(line)
    text = kept[2] if kept is not None else line
    words = shlex.split(
        _QUOTED.sub(lambda found: shlex.quote(variables[found[1]]) if found[1] else found[0], text)
    )
    assert words[0] == "aws", line
    service, command, rest = words[1], words[2], words[3:]
    if command == "wait":
        command, rest = f"wait {rest[0]}", rest[1:]
    options = _options(rest)
    assert ("query" in options) is (kept is not None), line
    model = _operation(service, command)
    return Call(service, command, options, model.name, _parameters(model, options), kept[1] if kept else "")


def statements(line: str) -> tuple[str, str, list[Json]] | None:
    """Of a line that adds statements to a policy: the variable it sets, the one it reads, the statements."""
    found = _JOINED.fullmatch(line)
    return (found[1], found[2], json.loads(found[3])) if found is not None else None


# -- words ---------------------------------------------------------------------------------------------------


def _options(words: Sequence[str]) -> Options:
    options: Options = {}
    values: list[str] | None = None
    for word in words:
        if word.startswith("--"):
            name, is_given, value = word[2:].partition("=")
            assert name not in options, f"--{name} twice"
            values = options[name] = [value] if is_given else []
        else:
            assert values is not None, f"{word} belongs to no option"
            values.append(word)
    return options


@cache
def _service(name: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(name)


def _operation(service: str, command: str) -> OperationModel:
    model = _service(service)
    if command.startswith("wait "):
        waiters = botocore.session.get_session().get_waiter_model(service)
        (name,) = (each for each in waiters.waiter_names if xform_name(each, "-") == command[5:])
        return model.operation_model(waiters.get_waiter(name).operation)
    (name,) = (each for each in model.operation_names if xform_name(each, "-") == command)
    return model.operation_model(name)


# -- parameters ----------------------------------------------------------------------------------------------


def _parameters(model: OperationModel, options: Options) -> Json:
    shape = model.input_shape
    assert isinstance(shape, StructureShape)
    members = {xform_name(name, "-"): name for name in shape.members}
    found: Json = {}
    for option, values in options.items():
        if option not in _CLI_ONLY:
            name, text = _member(option, values, members)
            found[name] = _of_words(text, shape.members[name])
    report = ParamValidator().validate(found, shape)
    assert not report.has_errors(), report.generate_report()
    _check(found, shape)
    return found


def _member(option: str, values: list[str], members: dict[str, str]) -> tuple[str, list[str]]:
    """The API's member that an option sets, with a switch's value written out."""
    if option == "ingress" and "egress" in members:
        option = "no-egress"
    if option.startswith("no-") and option[3:] in members:
        assert not values
        return members[option[3:]], ["false"]
    assert option in members, f"--{option} is no option"
    return members[option], values or ["true"]


def _of_words(words: list[str], shape: Shape) -> Any:
    if isinstance(shape, ListShape):
        if len(words) == 1 and words[0].startswith("["):
            return json.loads(words[0])
        return [_of_words([word], shape.member) for word in words]
    (word,) = words
    if not isinstance(shape, StructureShape):
        return _scalar(word, shape)
    if word.startswith("{"):
        return json.loads(word)
    if word in ("true", "false") and list(shape.members) == ["Value"]:
        return {"Value": word == "true"}
    return _typed(_Shorthand(word).whole(), shape)


def _scalar(word: str, shape: Shape) -> Any:
    match shape.type_name:
        case "boolean":
            return {"true": True, "false": False}[word]
        case "integer" | "long":
            return int(word)
    return word


def _typed(value: Any, shape: Shape) -> Any:
    """Shorthand knows texts only; the model knows what they are."""
    if isinstance(shape, StructureShape):
        assert isinstance(value, dict)
        assert value.keys() <= shape.members.keys(), value
        return {name: _typed(each, shape.members[name]) for name, each in value.items()}
    if isinstance(shape, ListShape):
        return [_typed(each, shape.member) for each in value]
    return _scalar(value, shape)


def _check(value: Any, shape: Shape) -> None:
    """What botocore leaves to the server: enumerations and patterns."""
    if isinstance(shape, StructureShape):
        for name, each in value.items():
            _check(each, shape.members[name])
    elif isinstance(shape, ListShape):
        for each in value:
            _check(each, shape.member)
    elif shape.type_name == "string":
        known: Iterable[str] = shape.metadata.get("enum", ())
        assert not known or value in known, (value, shape)
        pattern = shape.metadata.get("pattern")
        assert pattern is None or re.search(pattern.replace("\\p{L}\\p{Z}\\p{N}", r"\w "), value), (
            value,
            pattern,
        )


class _Shorthand:
    """`Key=value,Key=[value,{Key=value}]`. cli/latest/userguide/cli-usage-shorthand"""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def whole(self) -> dict[str, Any]:
        """All of the text."""
        found = self._pairs("")
        assert self._at == len(self._text), self._text
        return found

    def _pairs(self, end: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while True:
            key = self._take(r"\w+=")[:-1]
            assert key not in found, f"{key} twice"
            found[key] = self._value()
            if not self._next(","):
                assert not end or self._next(end), self._text
                return found

    def _value(self) -> Any:
        if self._next("{"):
            return self._pairs("}")
        if not self._next("["):
            return self._take(r"[^\s,\[\]{}=\"']+")
        found = [self._value()]
        while self._next(","):
            found.append(self._value())
        assert self._next("]"), self._text
        return found

    def _next(self, char: str) -> bool:
        is_here = self._text[self._at : self._at + 1] == char
        self._at += is_here
        return is_here

    def _take(self, pattern: str) -> str:
        found = re.compile(pattern).match(self._text, self._at)
        assert found is not None, (self._text, self._at)
        self._at = found.end()
        return found[0]
