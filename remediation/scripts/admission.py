"""Who may reach an endpoint: a group of our own admits the VPC, because private DNS redirects all of it.

vpc/latest/privatelink/privatelink-access-aws-services
"""

from __future__ import annotations

from dataclasses import replace

from remediation.scripts.diagnosis import EndpointPlan, Inputs
from remediation.scripts.egress import destinations_of
from remediation.scripts.exits import HTTPS
from remediation.scripts.grounds import Ground
from remediation.scripts.guards import Peer, group_hop
from remediation.scripts.hops import OPEN, Universe
from remediation.scripts.permissions import Opening, blocks_of, least_used, quota, refusal
from remediation.scripts.reading import Item, Reading, spans_of
from remediation.scripts.serving import endpoint_groups
from remediation.scripts.spans import EVERYTHING, Spans, block, union
from remediation.scripts.ways import Path

MOST_GROUPS = 5
"""Security groups of a network interface by default. vpc/latest/userguide/amazon-vpc-limits"""


class RefusedError(Exception):
    """The plan cannot be made; the text is the sentence that says who must do what."""


def admitted(ground: Ground, plan: EndpointPlan, endpoint: Item | None, inputs: Inputs) -> EndpointPlan:
    """The plan with the group that admits the VPC (IngressScope=vpc) or TriggerSG alone on 443; without it
    where an existing endpoint's groups do so already."""
    reading, whole = ground.reading, inputs.get("IngressScope") != "trigger"
    blocks = reading.blocks(ground.vpc_id) if whole else ()
    trigger_group = least_used(reading, ground.vpc_id, ground.group_ids)
    carried = endpoint_groups(reading, endpoint) if endpoint is not None else ()
    if carried and admits(ground, carried, blocks):
        return plan
    if len(carried) >= MOST_GROUPS and len(carried) >= quota(reading, "L-2AFB9258", MOST_GROUPS):
        said = f"let the VPC in on 443 in {carried[0]}, or make room for one more group"
        raise RefusedError(f"{plan.endpoint_id} carries {len(carried)} groups: the network team must {said}.")
    name = f"kafka-trigger-guard-{plan.service}"
    group_id = _named(reading, ground.vpc_id, name)
    wanted = [trigger_group, *blocks_of(blocks)]
    openings = [Opening(group_id, "ingress", 443, peer) for peer in wanted]
    if group_id:
        openings = [each for each in openings if not _has(reading, each)]
        said = refusal(reading, openings)
        if said:
            raise RefusedError(said)
    return replace(
        plan,
        needs_group=True,
        group_id=group_id,
        group_name=name,
        group_permissions=tuple(each.permission() for each in openings),
        add_group_to_endpoint=endpoint is not None and group_id not in carried,
    )


def admits(ground: Ground, group_ids: tuple[str, ...], blocks: Spans) -> bool:
    """Whether groups let the VPC's blocks in, or pollers where there are none."""
    if blocks:
        peers = [Peer(Universe("source", union(blocks)), references=False)]
    else:
        carried = frozenset(ground.group_ids)
        peers = [Peer(Universe("source", spans_of(subnet)), carried) for subnet in ground.subnets]
    return all(group_hop(ground.reading, group_ids, "ingress", HTTPS, peer).answer == OPEN for peer in peers)


def _named(reading: Reading, vpc_id: str, name: str) -> str:
    """The id of the VPC's group of that name, empty without one."""
    groups = reading.ec2("describe_security_groups", "SecurityGroups", "vpc-id", vpc_id)
    return next((str(group["GroupId"]) for group in groups if group.get("GroupName") == name), "")


def _has(reading: Reading, opening: Opening) -> bool:
    by_group = opening.peer.startswith("sg-")
    spans = EVERYTHING if by_group else union([block(opening.peer)])
    peer = Peer(Universe("source", spans), frozenset({opening.peer}) if by_group else frozenset())
    return group_hop(reading, (opening.group_id,), "ingress", HTTPS, peer).answer == OPEN


def _names(ground: Ground, group_id: str) -> bool:
    """Whether TriggerSG lets pollers out to a group by reference."""
    peer = Peer(Universe("destination", EVERYTHING), frozenset({group_id}))
    return group_hop(ground.reading, ground.group_ids, "egress", HTTPS, peer).answer == OPEN


def with_egress(ground: Ground, plan: EndpointPlan, paths: list[Path], inputs: Inputs) -> EndpointPlan:
    """The plan with the egress that TriggerSG lacks towards the endpoint, if it lets pollers out to all that
    they need today: the endpoint takes over what now leaves by another way."""
    own = plan.group_id or "new"
    lacking = [path for path in paths if path.egress.answer != OPEN]
    today = destinations_of(ground, inputs.get("AllowNat", "")) if lacking else []
    if not lacking or any(each.hop.answer != OPEN for each in today):
        return plan
    if plan.add_group_to_endpoint and _names(ground, own):
        return plan
    trigger_group = least_used(ground.reading, ground.vpc_id, ground.group_ids)
    groups = lacking[0].target.group_ids or (own,)
    peer = "" if plan.needs_group else least_used(ground.reading, ground.vpc_id, groups)
    said = refusal(
        ground.reading, [Opening(trigger_group, "egress", 443, peer or "the group of the endpoint")]
    )
    if said:
        raise RefusedError(said)
    return replace(plan, egress_group_id=trigger_group, egress_peer_group_id=peer)
