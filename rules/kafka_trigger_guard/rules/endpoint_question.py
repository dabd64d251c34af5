"""The question of the four endpoint rules: is a service reached privately, or at least reached?"""

from __future__ import annotations

from kafka_trigger_guard.network.answers import Answer
from kafka_trigger_guard.network.endpoints import Defect, Serving
from kafka_trigger_guard.network.hops import Hop, HopKind, Outcome, Share
from kafka_trigger_guard.network.internet import Exit, ExitKind
from kafka_trigger_guard.network.model import Endpoint, Resource
from kafka_trigger_guard.network.nat import Sender
from kafka_trigger_guard.network.ranges import dotted
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.combining import doubted, over_destinations, over_paths
from kafka_trigger_guard.rules.findings import (
    Judgement,
    Reason,
    compliant,
    non_compliant,
)
from kafka_trigger_guard.rules.ground import doubt_of
from kafka_trigger_guard.triggers.trigger import Need, Service

_JUDGED = frozenset({HopKind.ROUTE, HopKind.NETWORK_ACL})
_REASONS = {
    HopKind.ROUTE: Reason.NO_ROUTE,
    HopKind.NETWORK_ACL: Reason.NETWORK_ACL_DENIES,
    HopKind.POLICY: Reason.ENDPOINT_POLICY_DENIES,
}
_DEFECTS = {
    Defect.NOT_AVAILABLE: (Reason.ENDPOINT_NOT_AVAILABLE, "is not available"),
    Defect.PRIVATE_DNS_DISABLED: (Reason.PRIVATE_DNS_DISABLED, "has private DNS off"),
    Defect.VPC_DNS_DISABLED: (Reason.VPC_DNS_DISABLED, "is not found: its VPC's DNS attributes are off"),
}


def nat_by_default(service: Service) -> bool:
    """Payload goes through `lambda` and is billed per GB; the other services' traffic is tiny."""
    return service is not Service.LAMBDA


def allows_nat(case: Case, service: Service) -> bool:
    """Whether a NAT path counts as reachable for a service."""
    chosen = case.parameters.allow_nat
    return nat_by_default(service) if chosen is None else chosen


def reached_privately(case: Case, *services: Service) -> Judgement:
    """Judge the trigger's need for one of the services; all needs if there are several Regions."""
    needs = [need for need in case.trigger.needs if need.service in services]
    judgements = [reached(case, need) for need in needs]
    order = ("NON_COMPLIANT", "UNKNOWN", "COMPLIANT", "NOT_APPLICABLE")
    return min(judgements, key=lambda judgement: order.index(judgement.verdict.value))


def reached(case: Case, need: Need) -> Judgement:
    """Judge one need."""
    serving = case.ground.serving(need)
    if serving.in_use and serving.endpoint is not None:
        return _through_endpoint(case, need, serving, serving.endpoint)
    if serving.doubt is not None and serving.defect is None:
        return doubted(serving.doubt)
    if serving.captured is not None:
        return _captured(case, serving, serving.captured, need)
    exits = case.ground.exits()
    if allows_nat(case, need.service):
        return _with_nat(case, exits, need, serving)
    return _without_nat(case, exits, need, serving)


def _through_endpoint(case: Case, need: Need, serving: Serving, endpoint: Endpoint) -> Judgement:
    policy = case.policy_hop(need, endpoint)
    policies = () if policy is None else (policy,)
    outcomes = []
    for origin in case.ground.origins:
        paths = case.ground.service_paths(serving)[origin.subnet.id]
        outcomes += [path.outcome(_JUDGED, *policies) for path in paths]
        if not paths:
            outcomes.append(_past_gateway(case, need, origin.subnet.id))
    if serving.zone is not None:
        outcomes += [
            Outcome(Share.NONE, stray_hop(serving.zone, number)) for number in sorted(serving.strays)
        ]
    denied = over_destinations([over_paths(endpoint.id, outcomes)], _REASONS)
    return denied or compliant(Reason.ENDPOINT, f"{need.service.value} is reached through {endpoint.id}")


def stray_hop(zone: Resource, number: int) -> Hop:
    """Where a zone answers an address at which nothing stands, beside an endpoint's."""
    text = f"{zone.id} answers {dotted(number)} too, at which no endpoint of the service is"
    return Hop(HopKind.ROUTE, Answer.DENY, zone, text)


def _past_gateway(case: Case, need: Need, subnet_id: str) -> Outcome:
    """A subnet whose table does not lead to the gateway endpoint: only a NAT path that counts helps."""
    origin = next(o for o in case.ground.origins if o.subnet.id == subnet_id)
    found = case.ground.reach.internet.exit(Sender(origin.subnet, origin.group_ids))
    if allows_nat(case, need.service) or found.kind is not ExitKind.NAT:
        return found.through
    return Outcome(Share.NONE, found.hops[0])


def _captured(case: Case, serving: Serving, by: Resource, need: Need) -> Judgement:
    """A zone keeps the name from resolving publicly, and what it answers does not serve."""
    if serving.endpoint is not None:
        return _defective(case, serving.endpoint, Defect.NOT_AVAILABLE, need)
    return non_compliant(Reason.NO_PATH, f"{by.id} answers for {need.service.value} with no endpoint", by)


def _defective(case: Case, endpoint: Endpoint | None, defect: Defect, need: Need) -> Judgement:
    """What a defect makes of a need; no endpoint is known where the VPC's DNS attributes are off and the
    zone that answers was not read."""
    reason, what = _DEFECTS[defect]
    vpc = case.situation.vpc
    if vpc is not None and (defect is Defect.VPC_DNS_DISABLED or endpoint is None):
        found = endpoint.id if endpoint is not None else f"a private name of {need.service.value}"
        text = f"DNS attributes of {vpc.id} are off, so {found} is not found"
        where = Resource(vpc.id, "AWS::EC2::VPC", vpc.account)
        return non_compliant(reason, text, where, repairable=endpoint is not None)
    assert endpoint is not None  # every other defect is an endpoint's own
    if defect is Defect.PRIVATE_DNS_DISABLED and endpoint.inbound_resolver_only:
        what = "has private DNS for inbound Resolver endpoints only"
    resource = Resource(endpoint.id, "AWS::EC2::VPCEndpoint", endpoint.account)
    mended = endpoint.type == "Interface" and not endpoint.service_name.endswith(".s3")
    return non_compliant(reason, f"{endpoint.id} {what}", resource, repairable=mended)


def _is_created(case: Case, need: Need) -> bool:
    """Whether an interface endpoint helps: S3 takes a gateway endpoint, another Region's service none."""
    return need.service is not Service.S3 and need.region == case.trigger.region


def _without_nat(case: Case, exits: tuple[Exit, ...], need: Need, serving: Serving) -> Judgement:
    name = need.service.value
    nats = [found.resource for found in exits if found.kind is ExitKind.NAT]
    if nats:
        what = "every payload leaves" if need.service is Service.LAMBDA else f"{name} calls leave"
        text = f"{what} by {nats[0].id}, billed per GB"
        return _without_endpoint(case, need, Reason.NAT_PATH, text, nats)
    central = [found.resource for found in exits if found.kind is ExitKind.CENTRAL]
    if central:
        text = f"{name} calls leave the VPC by {central[0].id}"
        return _without_endpoint(case, need, Reason.CENTRAL_EGRESS, text, central)
    doubt = doubt_of(exits)
    return doubted(doubt) if doubt is not None else _no_path(case, exits, need, serving)


def _with_nat(case: Case, exits: tuple[Exit, ...], need: Need, serving: Serving) -> Judgement:
    name = need.service.value
    destination = over_paths(name, [found.through for found in exits])
    if destination.share is Share.ALL:
        return compliant(Reason.NAT_ALLOWED, f"{name} is reached through {exits[0].resource.id}")
    if destination.share is Share.UNKNOWN:
        return doubted(destination.hop.doubt if destination.hop is not None else None, destination.hop)
    if destination.share is Share.SOME and destination.certain:
        shut = [hop.resource for hop in destination.denials]
        mended = _is_created(case, need)
        return non_compliant(Reason.PARTIAL, destination.denials[0].text, *shut, repairable=mended)
    return _no_path(case, exits, need, serving)


def _no_path(case: Case, exits: tuple[Exit, ...], need: Need, serving: Serving) -> Judgement:
    if serving.defect is not None:
        return _defective(case, serving.endpoint, serving.defect, need)
    shut = next((found for found in exits if found.through.share is Share.NONE), exits[0])
    hop = shut.through.hop
    blocker = shut.resource if shut.kind is ExitKind.NONE or hop is None else hop.resource
    where = "" if need.region == case.trigger.region else f" of {need.region}"
    lacking = f"no endpoint for {need.service.value}{where}"
    if serving.endpoint is not None:
        lacking = f"no route leads to {serving.endpoint.id}"
    absent = case.ground.absent_answer(need) if serving.endpoint is None else None
    if absent is not None and case.situation.vpc is not None:
        lacking = f"{lacking}: {absent[0].id} is not associated with {case.situation.vpc.id}"
    text = lacking + (f", and {hop.text}" if hop is not None else "")
    return _without_endpoint(case, need, Reason.NO_PATH, text, [blocker])


def _without_endpoint(
    case: Case, need: Need, reason: Reason, text: str, blockers: list[Resource]
) -> Judgement:
    """An endpoint is missing, which the VPC's owner creates; or the association with what leads to one."""
    absent = case.ground.absent_answer(need)
    owner = case.situation.vpc.account if case.situation.vpc is not None else ""
    if absent is not None:
        blockers = [absent[0], *blockers] if reason is Reason.NO_PATH else [*blockers, absent[0]]
    return non_compliant(reason, text, *blockers, repairable=_is_created(case, need), actor=owner)
