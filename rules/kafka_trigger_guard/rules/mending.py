"""Whether a rule's document would turn a red case green: no finding promises what its document cannot do."""

from __future__ import annotations

from collections.abc import Iterable

from kafka_trigger_guard.network.answers import Answer
from kafka_trigger_guard.network.endpoints import Defect, Serving
from kafka_trigger_guard.network.hops import Axis, HopKind, Share
from kafka_trigger_guard.network.model import Endpoint, RouteTarget, Vpc
from kafka_trigger_guard.network.paths import Path
from kafka_trigger_guard.network.security_groups import HTTPS, Carrier, Peer, Relation
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.triggers.trigger import Mode, Need, Service, SourceType

_GROUP = "AWS::EC2::SecurityGroup"
_WAY = frozenset({HopKind.ROUTE, HopKind.NETWORK_ACL})
_EVERY_KIND = frozenset(HopKind)


def is_shut_by_own_groups(case: Case, paths: Iterable[Path], kinds: frozenset[HopKind]) -> bool:
    """Whether nothing but security groups of the trigger's account closes these hops of the paths."""
    paths = tuple(paths)
    closed = [hop for path in paths for hop in path.closed if hop.kind in kinds]
    if HopKind.ROUTE in kinds and _cross_a_transit_gateway(paths):
        return not closed
    return all(
        hop.answer is Answer.DENY
        and hop.kind in (HopKind.EGRESS, HopKind.INGRESS)
        and hop.resource.type == _GROUP
        and hop.resource.account == case.trigger.account
        for hop in closed
    )


def can_be_read(case: Case) -> bool:
    """Whether a document in the trigger's account sees every endpoint that on-demand pollers use."""
    if case.trigger.mode is not Mode.ON_DEMAND:
        return True
    servings = (case.ground.serving(need) for need in case.trigger.needs)
    return all(s.endpoint is None or s.endpoint.account == case.trigger.account for s in servings)


def sees_brokers(case: Case) -> bool:
    """Whether a document learns the brokers' ports: those of a VPC connection may be what its cluster's owner
    alone told."""
    if case.trigger.source_type is not SourceType.MSK_VPC_CONNECTION:
        return True
    owner = case.trigger.source_id.partition(":vpc-connection/")[2].partition("/")[0]
    scopes = case.ground.reach.network.parts.scopes
    return owner == case.trigger.account or (owner, case.trigger.region) not in scopes


def _cross_a_transit_gateway(paths: Iterable[Path]) -> bool:
    """Documents do not read transit gateways, so what lies beyond one is left to a person."""
    passed = (resource for path in paths for hop in path.hops for resource in hop.via)
    return any(resource.type == RouteTarget.TRANSIT_GATEWAY.value for resource in passed)


def mends_needs(case: Case, needs: Iterable[Need]) -> bool:
    """Whether an endpoint can be made or mended for all of these needs."""
    return all(_is_mended(case, need, case.ground.serving(need)) for need in needs)


def _is_mended(case: Case, need: Need, serving: Serving) -> bool:
    """Only a whole service of this Region, in the trigger's own VPC, with Amazon's resolvers."""
    vpc, reach = case.situation.vpc, case.ground.reach
    if serving.endpoint is not None and serving.endpoint.account != case.trigger.account:
        return False
    if serving.in_use or need.service is Service.S3 or need.region != case.trigger.region or vpc is None:
        return False
    if reach.names.private_dns_doubt(vpc) is not None:
        return False
    if not (vpc.dns_support and vpc.dns_hostnames) and not _may_turn_dns_on(case, vpc, need, serving):
        return False
    endpoints = reach.endpoints.of_service(vpc, case.ground.service_name(need))
    chosen = _chosen(serving, endpoints)
    if chosen is None:
        return serving.captured is None and not _conflict(endpoints) and _has_a_seat(case)
    if serving.captured is None and serving.defect is not Defect.VPC_DNS_DISABLED and _conflict(endpoints):
        return False
    redirected = not (vpc.dns_support and vpc.dns_hostnames) or not (
        chosen.private_dns_enabled or serving.captured is not None or chosen.vpc_id != vpc.id
    )
    if redirected and not _is_open(chosen):
        return False
    return _is_reached(case, need, Serving(chosen, numbers=serving.numbers), _WAY)


def _is_open(endpoint: Endpoint) -> bool:
    """Whether every workload of the VPC may make any call through it, as it may without the endpoint."""
    return endpoint.policy is None or endpoint.policy.open


def _lets_all_in(case: Case, vpc: Vpc, endpoint: Endpoint) -> bool:
    """Whether an endpoint may come to serve the whole VPC as it is: by its policy and its groups."""
    reach = case.ground.reach
    carrier = Carrier(reach.endpoints.group_ids(endpoint), endpoint.account, endpoint.region)
    peer = Peer(vpc.cidrs, relation=Relation.INTERNET)
    return _is_open(endpoint) and reach.groups.hop(carrier, Axis.SOURCE, HTTPS, peer).answer is Answer.ALLOW


def _chosen(serving: Serving, endpoints: tuple[Endpoint, ...]) -> Endpoint | None:
    """The endpoint that comes to serve: where names lead already, or one that is available or on its way."""
    if serving.defect is Defect.VPC_DNS_DISABLED:
        return serving.endpoint
    if serving.captured is not None:
        pending = serving.endpoint is not None and serving.endpoint.state == "pending"
        return serving.endpoint if pending else None
    usable = [each for each in endpoints if _is_usable(each)]
    return min(usable, key=lambda each: (not each.private_dns_enabled, not each.available), default=None)


def _is_usable(endpoint: Endpoint) -> bool:
    return endpoint.state in ("available", "pending") and not (
        endpoint.private_dns_enabled and endpoint.inbound_resolver_only
    )


def _conflict(endpoints: tuple[Endpoint, ...]) -> bool:
    """Whether an endpoint that cannot serve holds the private DNS name, so that no other can."""
    holding = (each for each in endpoints if each.private_dns_enabled and each.state != "deleted")
    return any(not _is_usable(each) for each in holding)


def _has_a_seat(case: Case) -> bool:
    """Whether an endpoint in some trigger subnet would be reached from all of them."""
    targets, path = case.ground.reach.targets, case.ground.reach.paths.path
    for seat in case.ground.origins:
        group_ids = case.situation.group_ids
        aimed = targets.everywhere("a new endpoint", (seat.subnet,), group_ids, HTTPS)
        paths = [path(origin, target) for origin in case.ground.origins for target in aimed]
        if all(each.outcome(_WAY).share is Share.ALL for each in paths):
            return True
    return False


def _is_reached(case: Case, need: Need, serving: Serving, kinds: frozenset[HopKind]) -> bool:
    assert serving.endpoint is not None
    policy = case.policy_hop(need, serving.endpoint)
    paths = [path for paths in case.ground.service_paths(serving).values() for path in paths]
    is_let_through = policy is None or policy.answer is Answer.ALLOW
    if not is_let_through or _cross_a_transit_gateway(paths):
        return False
    return all(path.outcome(kinds).share is Share.ALL for path in paths)


def _may_turn_dns_on(case: Case, vpc: Vpc, need: Need, serving: Serving) -> bool:
    """The DNS attributes put all private names of the VPC in force: none may shut out what now works."""
    ground = case.ground
    if serving.defect is not Defect.VPC_DNS_DISABLED:
        name = ground.service_name(need).dns_name
        if ground.reach.names.private_answer(vpc, name) is not None:
            return False
    mended = serving.endpoint
    put_in_force = [
        each
        for each in ground.reach.network.endpoints_by_vpc.get(vpc.id, ())
        if each.available and each.private_dns_enabled and not each.inbound_resolver_only and each != mended
    ]
    put_in_force += [mended] if mended is not None and mended.vpc_id != vpc.id else []
    if not all(_lets_all_in(case, vpc, each) for each in put_in_force):
        return False
    if not any(found.carries for found in ground.exits()):
        return True
    for other in case.trigger.needs:
        for endpoint in ground.reach.endpoints.of_service(vpc, ground.service_name(other)):
            serves = (
                endpoint.available and endpoint.private_dns_enabled and not endpoint.inbound_resolver_only
            )
            if other != need and serves and not _is_reached(case, other, Serving(endpoint), _EVERY_KIND):
                return False
    return True
