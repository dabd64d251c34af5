"""Journeys: equal paths told once, each hop with the rule that owns it and what would open it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kafka_trigger_guard.network.answers import Answer, DoubtKind
from kafka_trigger_guard.network.hops import Extent, Hop, HopKind
from kafka_trigger_guard.network.model import Resource
from kafka_trigger_guard.network.paths import Path
from kafka_trigger_guard.network.ranges import EMPTY
from kafka_trigger_guard.network.security_groups import named

NAME = "name"
"""The kind of a step at a service's name; other steps are of a HopKind."""
ALLOWANCE = "allowance"
"""The kind of a step at which a rule's parameters decide whether a way counts."""
_NOTHING = Resource("", "", "")
_SUBNET = "the trigger subnet"
_DESTINATION = "the destination"
_ADVICE = {
    DoubtKind.NOT_COLLECTED: "Grant the read, or read that account too.",
    DoubtKind.SHARED_VPC: "Read the owner's account too.",
    DoubtKind.NOT_MODELLED: "A person must check it.",
    DoubtKind.UNRESOLVED: "Check the name, or use addresses.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One hop of a journey: what it is about, its answer, the object that decides, and whose rule it is.

    `refused` names the part of the traffic that is refused where another part passes; `opening` is the
    sentence that says what would open the step, empty where it is open. `via` are the stops of a route that
    leads to other networks: route tables, attachments, transit gateways, peerings.
    """

    kind: str
    answer: Answer
    resource: Resource
    text: str
    rule: str
    back: bool = False
    refused: str = ""
    opening: str = ""
    via: tuple[Resource, ...] = ()


@dataclass(frozen=True, slots=True)
class Ends:
    """From each of some trigger subnets to each of some addresses."""

    subnet_ids: tuple[str, ...]
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Journey:
    """The paths between some ends that all take the same steps."""

    ends: tuple[Ends, ...]
    steps: tuple[Step, ...]

    @property
    def answer(self) -> Answer:
        """The answer of the whole journey."""
        return min((step.answer for step in self.steps), default=Answer.ALLOW)

    @property
    def blocking(self) -> Step | None:
        """The first step that has the journey's own answer, None if the journey is open."""
        if self.answer is Answer.ALLOW:
            return None
        return next(step for step in self.steps if step.answer is self.answer)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a destination, by an object (endpoint, NAT gateway) if there is one, and its journeys."""

    title: str
    by: Resource | None
    journeys: tuple[Journey, ...]

    @property
    def answer(self) -> Answer:
        """The answer of the worst journey: pollers may start in any subnet."""
        return min((journey.answer for journey in self.journeys), default=Answer.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Leg:
    """One path from one subnet to one address, already told in steps."""

    subnet_id: str
    address: str
    steps: tuple[Step, ...]


def grouped(legs: Iterable[Leg]) -> tuple[Journey, ...]:
    """Journeys of legs: ends between which all steps are equal are told once."""
    journeys: dict[tuple[Step, ...], dict[str, list[str]]] = {}
    for leg in legs:
        journeys.setdefault(leg.steps, {}).setdefault(leg.subnet_id, []).append(leg.address)
    return tuple(Journey(_ends(by_subnet), steps) for steps, by_subnet in journeys.items())


def _ends(by_subnet: dict[str, list[str]]) -> tuple[Ends, ...]:
    """Subnets that lead to the same addresses are told together."""
    ends: dict[tuple[str, ...], list[str]] = {}
    for subnet_id, addresses in by_subnet.items():
        ends.setdefault(tuple(dict.fromkeys(addresses)), []).append(subnet_id)
    return tuple(Ends(tuple(subnet_ids), addresses) for addresses, subnet_ids in ends.items())


def steps_of(path: Path, owners: dict[HopKind, str], group_ids: Sequence[str]) -> tuple[Step, ...]:
    """The hops of a path that some rule owns, as steps."""
    return tuple(step(hop, owners[hop.kind], path, group_ids) for hop in path.hops if hop.kind in owners)


def step(hop: Hop, rule: str, path: Path, group_ids: Sequence[str]) -> Step:
    """One hop of a path as a step of a rule."""
    return Step(
        hop.kind.value,
        hop.answer,
        _object(hop, path),
        _general(hop.text, path),
        rule,
        hop.back,
        _refused(hop.extent) if hop.extent is not None and hop.answer is Answer.DENY else "",
        "" if hop.answer is Answer.ALLOW else _general(_opening(hop, path, group_ids), path),
        hop.via if len(hop.via) > 1 else (),
    )


def _object(hop: Hop, path: Path) -> Resource:
    """The object that decides; a subnet whose surroundings were not read is no such object."""
    subnets = (path.subnet, path.target.subnet)
    unread = hop.answer is Answer.UNKNOWN and any(s is not None and s.id == hop.resource.id for s in subnets)
    return _NOTHING if unread else hop.resource


def _opening(hop: Hop, path: Path, group_ids: Sequence[str]) -> str:
    if hop.answer is Answer.UNKNOWN:
        return unknown_opening(hop)
    resource, ports = hop.resource, path.target.ports
    match hop.kind:
        case HopKind.EGRESS:
            return f"Allow TCP {ports} to {named(path.target.addresses)} in the egress of {resource.id}."
        case HopKind.INGRESS if resource.type == "AWS::EC2::SecurityGroup":
            elsewhere = path.target.vpc_id not in (None, path.subnet.vpc_id)
            whom = named(path.subnet.addresses) if elsewhere else " or ".join(group_ids)
            return f"Allow TCP {ports} from {whom} in the ingress of {resource.id}."
        case HopKind.INGRESS:
            return "Name a broker, not a NAT gateway, among the bootstrap servers."
        case HopKind.NETWORK_ACL:
            return f"Allow it in {resource.id}, with a number below every entry that denies it."
        case HopKind.ARRIVAL:
            return "Correct the bootstrap servers or restore the broker."
        case HopKind.POLICY:
            return f'Allow the call in the policy of {resource.id}, with Resource "*".'
        case HopKind.ROUTE:
            return _route_opening(hop, path)


def _route_opening(hop: Hop, path: Path) -> str:
    whither = path.subnet.addresses if hop.back else path.target.addresses
    if hop.resource.type == "AWS::EC2::RouteTable":
        return f"Add or repair the route to {named(whither)} in {hop.resource.id}."
    return f"Repair {hop.resource.id}, or route {named(whither)} by another way."


def unknown_opening(hop: Hop) -> str:
    """What would make an unknown hop known."""
    if hop.doubt is None:
        return "A person must check it."
    text = hop.doubt.text if hop.doubt.text != hop.text else ""
    return f"{_sentence(text)}{_ADVICE[hop.doubt.kind]}"


def _sentence(text: str) -> str:
    return f"{text}. " if text else ""


def _general(text: str, path: Path) -> str:
    """The text without what differs between equal paths: the subnet's and the destination's own numbers."""
    names = {path.subnet.id: _SUBNET}
    if path.target.subnet is not None and path.target.subnet.id != path.subnet.id:
        names[path.target.subnet.id] = "the destination's subnet"
    if len(path.target.addresses.spans) == 1:
        names[named(path.target.addresses)] = _DESTINATION
    names[named(path.subnet.addresses)] = _SUBNET
    for name in sorted(names, key=len, reverse=True):
        if name in text:  # most texts name neither, and each pattern is a new one
            text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", names[name], text)
    return text


def _refused(extent: Extent) -> str:
    """The addresses and return ports that a hop refuses, of those that it tells apart."""
    shut = [piece for piece in extent.slices if not extent.universe <= piece.possible]
    addresses = EMPTY
    for piece in shut:
        addresses = addresses | (extent.universe - piece.possible)
    parts = [] if addresses == extent.universe else [named(addresses)]
    if len(shut) < len(extent.slices):
        parts.append("ports " + ", ".join(f"{p.ports[0]}-{p.ports[1]}" for p in shut))
    return " on ".join(parts)
