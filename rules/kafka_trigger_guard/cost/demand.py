"""What a trigger demands: by which NAT its payload leaves, and which endpoints would take it instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from kafka_trigger_guard.network.internet import Exit, ExitKind
from kafka_trigger_guard.network.model import RouteTarget
from kafka_trigger_guard.rules import (
    destination_endpoint,
    lambda_endpoint,
    secretsmanager_endpoint,
    sts_endpoint,
)
from kafka_trigger_guard.rules.findings import Finding, Reason
from kafka_trigger_guard.rules.ground import Ground
from kafka_trigger_guard.triggers.trigger import Need, Service, SourceType, Trigger

_BY_NAT = (Reason.NAT_PATH, Reason.NAT_ALLOWED, Reason.CENTRAL_EGRESS)
_LACKING = (Reason.NAT_PATH, Reason.CENTRAL_EGRESS, Reason.NO_PATH)
_SERVICES_OF = {
    lambda_endpoint.RULE.name: (Service.LAMBDA,),
    sts_endpoint.RULE.name: (Service.STS,),
    secretsmanager_endpoint.RULE.name: (Service.SECRETS_MANAGER,),
    destination_endpoint.RULE.name: (Service.SQS, Service.SNS),
}
"""The services of each rule that an interface endpoint serves; S3's gateway endpoint costs nothing."""


class Way(Enum):
    """By what payload leaves the VPC, for what AWS charges differ."""

    NAT_GATEWAY = "NAT gateway"
    NAT_INSTANCE = "NAT instance"
    CENTRAL = "central egress"


@dataclass(frozen=True, slots=True)
class Demand:
    """One trigger whose payload leaves by NAT.

    `nat_ids` are the NAT gateways that carry it, as far as known; `by` is what the VPC's routes lead to.
    `services` need a new endpoint, in `zones` of the trigger subnets, so that nothing that a rule wants
    private leaves any more; `idle_endpoint_ids` exist already, are paid, and only fail to serve.
    """

    uuid: str
    account: str
    region: str
    vpc_id: str
    way: Way
    by: tuple[str, ...]
    nat_ids: tuple[str, ...]
    over_transit_gateway: bool
    services: tuple[Service, ...]
    zones: frozenset[str]
    idle_endpoint_ids: tuple[str, ...] = ()
    source_type: SourceType = SourceType.SELF_MANAGED
    source_id: str = ""
    topics: tuple[str, ...] = ()


def demand(trigger: Trigger, findings: Sequence[Finding], grounds: Sequence[Ground]) -> Demand | None:
    """What the trigger demands; None if its payload does not leave by NAT, or nobody judged whether it does.

    Where AWS does not document which of several placements is used, the first one whose payload does.
    """
    by_rule = {finding.rule: finding for finding in findings}
    judged = by_rule.get(lambda_endpoint.RULE.name)
    if judged is None or judged.reason not in _BY_NAT:
        return None
    for ground in grounds:
        exits = _exits(ground)
        if exits and ground.situation.vpc is not None:
            return _demand(trigger, by_rule, ground, exits)
    return None


def _exits(ground: Ground) -> tuple[Exit, ...]:
    found = ground.exits()
    return tuple(each for each in found if each.kind in (ExitKind.NAT, ExitKind.CENTRAL))


def _demand(
    trigger: Trigger, by_rule: Mapping[str, Finding], ground: Ground, exits: tuple[Exit, ...]
) -> Demand:
    vpc = ground.situation.vpc
    assert vpc is not None
    lacking = _lacking(trigger, by_rule)
    idle = {
        need.service: found.id for need in lacking if (found := ground.serving(need).endpoint) is not None
    }
    return Demand(
        trigger.uuid,
        trigger.account,
        trigger.region,
        vpc.id,
        _way(exits),
        tuple(dict.fromkeys(found.resource.id for found in exits)),
        _nat_ids(exits),
        any(found.resource.type == RouteTarget.TRANSIT_GATEWAY.value for found in exits),
        tuple(need.service for need in lacking if need.service not in idle),
        frozenset(origin.subnet.zone or origin.subnet.id for origin in ground.origins),
        tuple(idle.values()),
        trigger.source_type,
        trigger.source_id,
        trigger.topics,
    )


def _lacking(trigger: Trigger, by_rule: Mapping[str, Finding]) -> tuple[Need, ...]:
    """The needs that want an endpoint: always Lambda, of the others those that their rule complains of."""
    found = []
    for rule, services in _SERVICES_OF.items():
        finding, need = by_rule.get(rule), trigger.need(*services)
        if finding is None or need is None or need.region != trigger.region:
            continue
        if need.service is Service.LAMBDA or finding.reason in _LACKING:
            found.append(need)
    return tuple(found)


def _way(exits: tuple[Exit, ...]) -> Way:
    """A NAT gateway if any subnet leaves by one: it is what AWS charges for."""
    if any(found.resource.type == RouteTarget.NAT_GATEWAY.value for found in exits):
        return Way.NAT_GATEWAY
    local = any(found.kind is ExitKind.NAT for found in exits)
    return Way.NAT_INSTANCE if local else Way.CENTRAL


def _nat_ids(exits: tuple[Exit, ...]) -> tuple[str, ...]:
    """The NAT gateways on the way, the far one of a central egress included where it was read."""
    resources = [found.resource for found in exits]
    resources += [hop.resource for found in exits for hop in found.hops]
    gateways = [each.id for each in resources if each.type == RouteTarget.NAT_GATEWAY.value]
    return tuple(dict.fromkeys(gateways))
