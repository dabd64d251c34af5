"""Commands of the AWS CLI as text for a POSIX shell.

Ids come from AWS, where anybody may have written them: each value is quoted by itself, so that it is one
value and nothing else. cli/latest/userguide/cli-usage-shorthand
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, summarize_address_range

from kafka_trigger_guard.network.ranges import RangeSet

_MARK = "kafka-trigger-guard"


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
        words = [_word(value) for value in self.values]
        if words and isinstance(self.values[0], str) and self.values[0].startswith("-"):
            return f"--{self.name}={words[0]}"  # else it would be an option itself
        return " ".join([f"--{self.name}", *words])


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


def permissions(ports: RangeSet, addresses: RangeSet) -> Option:
    """TCP ports and CIDR blocks as EC2 takes them for a security group's rules."""
    ranges = ",".join(f"{{CidrIp={block},Description={_MARK}}}" for block in cidr_blocks(addresses))
    found = (f"IpProtocol=tcp,FromPort={a},ToPort={b},IpRanges=[{ranges}]" for a, b in ports.spans)
    return Option("ip-permissions", tuple(found))


def referring(ports: RangeSet, group_id: str, owner: str = "") -> Option:
    """TCP ports and a security group as EC2 takes them; `owner` is the group's account, if it is another."""
    pair = [f"GroupId={group_id}", *([f"UserId={owner}"] if owner else []), f"Description={_MARK}"]
    named = f"UserIdGroupPairs=[{{{','.join(pair)}}}]"
    found = (f"IpProtocol=tcp,FromPort={a},ToPort={b},{named}" for a, b in ports.spans)
    return Option("ip-permissions", tuple(found))


def cidr_blocks(addresses: RangeSet) -> list[str]:
    """The fewest CIDR blocks that hold exactly these addresses."""
    spans = ((IPv4Address(first), IPv4Address(last)) for first, last in addresses.spans)
    return [str(block) for first, last in spans for block in summarize_address_range(first, last)]


def _command(service: str, operation: str, options: Iterable[Option]) -> str:
    return " ".join(["aws", service, operation, *map(str, options)])


def _word(value: str | Variable) -> str:
    return f'"${value.name}"' if isinstance(value, Variable) else shlex.quote(value)
