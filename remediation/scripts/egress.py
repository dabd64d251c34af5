"""Diagnosis of kafka-trigger-egress: does TriggerSG let pollers out to all they need?"""

from __future__ import annotations

from typing import NamedTuple

from remediation.scripts.diagnosing import Question, diagnose, nothing, person, unsettled
from remediation.scripts.diagnosis import Clients, Decision, Diagnosis, Inputs
from remediation.scripts.exits import ANYWHERE, HTTPS
from remediation.scripts.grounds import (
    Ground,
    allows_nat,
    broker_paths,
    brokers_here,
    candidate_of,
    doubt_of,
    exits_of,
    gateway_route,
    service_paths,
    sole_port,
)
from remediation.scripts.guards import Peer, group_hop
from remediation.scripts.hops import DENIED, OPEN, Hop, Universe
from remediation.scripts.permissions import (
    Opening,
    authorizations_of,
    blocks_of,
    contains,
    fewest,
    in_sentences,
    least_used,
    refusal,
    unowned,
)
from remediation.scripts.pollers import Need
from remediation.scripts.reading import Reading, UnreadError
from remediation.scripts.spans import EVERYTHING, PUBLIC, Spans, block, both, union
from remediation.scripts.ways import Path


class Destination(NamedTuple):
    """Somewhere pollers must be let out to: the hop at TriggerSG, and by what it could be opened."""

    name: str
    hop: Hop
    port: int
    spans: Spans
    group_ids: tuple[str, ...] = ()
    vpc_id: str = ""
    unknown: str = ""


def diagnose_egress(clients: Clients, inputs: Inputs) -> Diagnosis:
    """Whether TriggerSG lets pollers out; APPLY where it is known to which group or addresses it must."""
    return diagnose(clients, inputs, Question(_judge_egress, in_provisioned_mode=True))


def _judge_egress(ground: Ground, inputs: Inputs) -> Diagnosis:
    if not brokers_here(ground):
        return person("The trigger names no broker: its owner must name the bootstrap servers.")
    found = destinations_of(ground, inputs.get("AllowNat", ""))
    for each in found:
        if each.hop.answer not in (OPEN, DENIED):
            return unsettled(f"{each.name}: {each.hop.text}")
    shut = [each for each in found if each.hop.answer == DENIED]
    if not shut:
        return nothing(f"{' '.join(ground.group_ids)} lets pollers out to all they need.")
    return _open_egress(ground, shut, inputs.get("AllowInternetEgress") == "true")


def destinations_of(ground: Ground, switch: str) -> list[Destination]:
    """All that pollers must be let out to: needed services first, then brokers; `switch` is AllowNat."""
    brokers = [
        _at(path, broker.unread) for broker in brokers_here(ground) for path in broker_paths(ground, broker)
    ]
    if ground.poller.provisioned:
        return brokers
    return [each for need in ground.poller.needs for each in _to_service(ground, need, switch)] + brokers


def _at(path: Path, unread: str = "") -> Destination:
    target = path.target
    groups = (target.group_ids or ()) if path.references and not target.gate else ()
    unknown = target.doubt or unread
    port = sole_port(target.ports)
    return Destination(target.name, path.egress, port, target.spans, groups, target.vpc_id, unknown)


def _to_service(ground: Ground, need: Need, switch: str) -> list[Destination]:
    """The candidate endpoint, else public addresses if there is a NAT path that counts, else nothing."""
    serving = candidate_of(ground, need)
    public = _to_public(ground, need) if allows_nat(need, switch) and not serving.captured else []
    if serving.endpoint is None:
        return _to_anywhere(ground, need, serving.doubt) if serving.doubt else public
    if serving.endpoint["VpcEndpointType"] != "Gateway":
        return [_at(path) for path in service_paths(ground, serving)]
    lists = [gateway_route(ground, subnet, serving.endpoint) for subnet in ground.subnets]
    led = [_to_gateway(ground, need, list_id) for list_id in dict.fromkeys(lists) if list_id]
    return led + (public if "" in lists else [])


def _to_gateway(ground: Ground, need: Need, list_id: str) -> Destination:
    try:
        spans = union(block(text) for text in ground.reading.listed_blocks(list_id))
    except UnreadError:
        spans = PUBLIC
    of = Universe("destination", spans, False, ANYWHERE.doubt)
    hop = group_hop(
        ground.reading, ground.group_ids, "egress", HTTPS, Peer(of, references=False, list_id=list_id)
    )
    return Destination(need.service, hop, 443, spans, (list_id,))


def _to_public(ground: Ground, need: Need) -> list[Destination]:
    """Public addresses, if a NAT or a central egress carries them or may do so."""
    exits = exits_of(ground)
    if not any(each.carries for each in exits):
        return []
    hop = group_hop(ground.reading, ground.group_ids, "egress", HTTPS, Peer(ANYWHERE, references=False))
    doubt = doubt_of(exits)
    sure = any(each.carries and each.kind != "unknown" for each in exits)
    if hop.answer == DENIED and doubt and not sure:
        hop = hop._replace(answer=1, text=doubt)
    return [Destination(need.service, hop, 443, EVERYTHING)]


def _to_anywhere(ground: Ground, need: Need, doubt: str) -> list[Destination]:
    """Nobody knows where the service is: only all open is enough."""
    of = Universe("destination", EVERYTHING, False, doubt)
    hop = group_hop(ground.reading, ground.group_ids, "egress", HTTPS, Peer(of, None))
    if hop.answer != OPEN:
        hop = hop._replace(answer=1, text=doubt)
    return [Destination(need.service, hop, 443, EVERYTHING)]


def _open_egress(ground: Ground, shut: list[Destination], internet: bool) -> Diagnosis:
    reading = ground.reading
    owner = unowned(reading, ground.group_ids[0])
    own = [each for each in ground.group_ids if not unowned(reading, each)]
    if owner:
        return person(
            f"Account {owner} owns {ground.group_ids[0]}: it must let pollers out to {shut[0].name}."
        )
    for each in shut:
        if each.unknown or not each.port:
            why = each.unknown or "its port is not known"
            return person(
                f"{each.name}: {why}. The network team must allow what it needs in the egress of {own[0]}."
            )
        if not each.group_ids and both(each.spans, PUBLIC) and not internet:
            said = f"allow TCP {each.port} from {own[0]} to it, or set AllowInternetEgress=true"
            return person(f"{each.name} has public addresses: the network team must {said}.")
    group_id = least_used(reading, ground.vpc_id, own)
    openings = [o for each in shut for o in _openings(reading, group_id, each)]
    needed = fewest((o, frozenset(i for i, each in enumerate(shut) if _lets_out(o, each))) for o in openings)
    said = refusal(reading, needed)
    if said:
        return person(said)
    names = ", ".join(dict.fromkeys(each.name for each in shut))
    sentence = f"{' '.join(ground.group_ids)} does not let pollers out to {names}."
    sentence += f" To be allowed: {in_sentences(needed)}."
    return Diagnosis(Decision.APPLY, sentence, "", authorizations_of(needed))


def _openings(reading: Reading, group_id: str, to: Destination) -> list[Opening]:
    if to.group_ids:
        return [Opening(group_id, "egress", to.port, least_used(reading, to.vpc_id, to.group_ids))]
    return [Opening(group_id, "egress", to.port, each) for each in blocks_of(to.spans)]


def _lets_out(opening: Opening, to: Destination) -> bool:
    return opening.port == to.port and (opening.peer in to.group_ids or contains(opening.peer, to.spans))
