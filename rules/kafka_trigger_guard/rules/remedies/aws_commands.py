"""Commands of the AWS CLI as text for a POSIX shell.

Ids come from AWS, where anybody may have written them: each value is quoted by itself, so that it is one
value and nothing else. cli/latest/userguide/cli-usage-shorthand
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, summarize_address_range

from kafka_trigger_guard.network.ranges import RangeSet

_MARK = "kafka-trigger-guard"
_PLAIN = re.compile(r"[\w.:/-]+", re.ASCII)
"""Texts that shorthand cannot take for anything else."""
_ESCAPED = re.compile(r'["\\\x00-\x1f]')
"""What JSON does not take inside a text as it is."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A shell variable that an earlier command set; `name` is ours, never AWS's."""

    name: str


@dataclass(frozen=True, slots=True)
class Option:
    """An option with its values, or a switch without any."""

    name: str
    values: tuple[str | Variable, ...] = ()

    def __str__(self) -> str:
        """A value that looks like an option is tied to its name, several as a JSON list."""
        texts = [value for value in self.values if isinstance(value, str)]
        if not any(text.startswith("-") for text in texts):
            return " ".join([f"--{self.name}", *map(_word, self.values)])
        return f"--{self.name}={shlex.quote(texts[0] if len(texts) == 1 else _json(texts))}"


def option(name: str, *values: str | Variable) -> Option:
    """An option with its values."""
    return Option(name, values)


def ec2(region: str, operation: str, *options: Option) -> str:
    """An EC2 command."""
    return _command("ec2", operation, [*options, option("region", region)])


def kept(variable: Variable, query: str, command: str) -> str:
    """A command whose answer under a query is kept in a variable for those that follow."""
    return f"{variable.name}=$({command} --query {query} --output text)"


def route53(operation: str, *options: Option) -> str:
    """A Route 53 command; hosted zones belong to no Region."""
    return _command("route53", operation, options)


def kafka(region: str, operation: str, *options: Option) -> str:
    """An Amazon MSK command."""
    return _command("kafka", operation, [*options, option("region", region)])


def ram(region: str, operation: str, *options: Option) -> str:
    """A command of AWS Resource Access Manager."""
    return _command("ram", operation, [*options, option("region", region)])


def profiles(region: str, operation: str, *options: Option) -> str:
    """A command of Route 53 Profiles."""
    return _command("route53profiles", operation, [*options, option("region", region)])


Value = str | int | Sequence["Value"] | Mapping[str, "Value"]
"""What an option takes that has parts of its own."""


def structured(name: str, *values: Mapping[str, Value]) -> Option:
    """An option that takes structures: in the CLI's shorthand, or as JSON where a text of AWS's could be
    taken for a part of that."""
    if all(_is_plain(value) for value in values):
        return Option(
            name, tuple(",".join(f"{key}={_short(v)}" for key, v in each.items()) for each in values)
        )
    return Option(name, (_json(values[0] if len(values) == 1 else values),))


def _is_plain(value: Value) -> bool:
    if isinstance(value, str):
        return _PLAIN.fullmatch(value) is not None
    if isinstance(value, Mapping):
        return all(_is_plain(each) for each in value.values())
    return isinstance(value, int) or all(_is_plain(each) for each in value)


def _short(value: Value) -> str:
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{key}={_short(each)}' for key, each in value.items())}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{','.join(map(_short, value))}]"
    return str(value)


def _json(value: Value) -> str:
    if isinstance(value, str):
        return '"' + _ESCAPED.sub(lambda found: "\\u" + f"{ord(found[0]):04x}", value) + '"'
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{_json(key)}:{_json(each)}' for key, each in value.items())}}}"
    return str(value) if isinstance(value, int) else f"[{','.join(map(_json, value))}]"


def permissions(ports: RangeSet, addresses: RangeSet) -> Option:
    """TCP ports and CIDR blocks as EC2 takes them for a security group's rules."""
    ranges = [{"CidrIp": block, "Description": _MARK} for block in cidr_blocks(addresses)]
    return _on_ports(ports, {"IpRanges": ranges})


def referring(ports: RangeSet, group_id: str, owner: str = "") -> Option:
    """TCP ports and a security group as EC2 takes them; `owner` is the group's account, if it is another."""
    pair = {"GroupId": group_id, **({"UserId": owner} if owner else {}), "Description": _MARK}
    return _on_ports(ports, {"UserIdGroupPairs": [pair]})


def _on_ports(ports: RangeSet, whom: Mapping[str, Value]) -> Option:
    found = [{"IpProtocol": "tcp", "FromPort": a, "ToPort": b, **whom} for a, b in ports.spans]
    return structured("ip-permissions", *found)


def cidr_blocks(addresses: RangeSet) -> list[str]:
    """The fewest CIDR blocks that hold exactly these addresses."""
    spans = ((IPv4Address(first), IPv4Address(last)) for first, last in addresses.spans)
    return [str(block) for first, last in spans for block in summarize_address_range(first, last)]


def _command(service: str, operation: str, options: Iterable[Option]) -> str:
    return " ".join(["aws", service, operation, *map(str, options)])


def _word(value: str | Variable) -> str:
    return f'"${value.name}"' if isinstance(value, Variable) else shlex.quote(value)
