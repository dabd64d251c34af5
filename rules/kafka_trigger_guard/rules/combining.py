"""How hops become a judgement: per destination over all paths, then over destinations.

Deny, then unknown, then allow. A destination reached for some packets but not all is `partial`; one denied
for all keeps its own reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kafka_trigger_guard.network.answers import Doubt, DoubtKind
from kafka_trigger_guard.network.hops import Hop, HopKind, Outcome, Share, rank_of
from kafka_trigger_guard.network.model import Resource
from kafka_trigger_guard.rules.findings import Judgement, Reason, non_compliant, unknown

_DOUBTS = {
    DoubtKind.NOT_COLLECTED: Reason.NOT_COLLECTED,
    DoubtKind.SHARED_VPC: Reason.SHARED_VPC,
    DoubtKind.NOT_MODELLED: Reason.NOT_MODELLED,
    DoubtKind.UNRESOLVED: Reason.BROKER_UNRESOLVED,
}
_GROUP = "AWS::EC2::SecurityGroup"


@dataclass(frozen=True, slots=True)
class Destination:
    """What happens to one destination over all its paths; `denials` are the hops that shut some of them."""

    name: str
    share: Share
    hop: Hop | None = None
    certain: bool = False
    denials: tuple[Hop, ...] = ()


def over_paths(name: str, outcomes: Iterable[Outcome]) -> Destination:
    """One destination from the outcomes of its paths."""
    outcomes = tuple(outcomes)
    if not outcomes:
        return Destination(name, Share.UNKNOWN)
    denied = [o for o in outcomes if o.share in (Share.NONE, Share.SOME)]
    denials = tuple(sorted(dict.fromkeys(o.hop for o in denied if o.hop is not None), key=rank_of))
    if denied and all(o.share is Share.NONE for o in outcomes):
        return Destination(name, Share.NONE, denials[0], denials=denials)
    if denied:
        certain = any(o.certain for o in outcomes)
        return Destination(name, Share.SOME, denials[0], certain, denials)
    unsure = min((o for o in outcomes if o.share is Share.UNKNOWN), key=_doubtfulness, default=None)
    return (
        Destination(name, Share.UNKNOWN, unsure.hop) if unsure is not None else Destination(name, Share.ALL)
    )


def _doubtfulness(unsure: Outcome) -> int:
    doubt = unsure.hop.doubt if unsure.hop is not None else None
    return list(_DOUBTS).index(doubt.kind) if doubt is not None else len(_DOUBTS)


def over_destinations(
    destinations: Sequence[Destination], reasons: Mapping[HopKind, Reason]
) -> Judgement | None:
    """The judgement that destinations force, None if all are reached."""
    for share in (Share.NONE, Share.SOME, Share.UNKNOWN):
        worst = sorted((d for d in destinations if d.share is share), key=_rank)
        if worst and share is Share.UNKNOWN:
            return doubted(worst[0].hop.doubt if worst[0].hop else None, worst[0].hop)
        if worst:
            return _denied(worst, reasons)
    return None


def _rank(destination: Destination) -> tuple[int, int]:
    """Which of several destinations tells the reason: not the one that happens to be listed first."""
    hop = destination.hop
    if hop is None:
        return len(_DOUBTS), 0
    doubts = list(_DOUBTS)
    doubtful = destination.share is Share.UNKNOWN and hop.doubt is not None
    return (doubts.index(hop.doubt.kind) if doubtful and hop.doubt else 0), rank_of(hop)


def _denied(destinations: Sequence[Destination], reasons: Mapping[HopKind, Reason]) -> Judgement:
    first = destinations[0]
    assert first.hop is not None  # a denied destination names the hop that denies it
    own = reasons[first.hop.kind]
    reason = Reason.PARTIAL if first.share is Share.SOME and first.certain else own
    alike = [hop for d in destinations for hop in d.denials if reasons[hop.kind] is own]
    lack = first.hop.lack
    judgement = non_compliant(
        reason,
        first.hop.text,
        *(hop.resource for hop in alike),
        actor=lack.account if lack is not None and lack.account != first.hop.resource.account else "",
        repairable=any(hop.resource.type == _GROUP and hop.kind is not HopKind.ROUTE for hop in alike),
    )
    return replace(judgement, lack=lack.kind) if lack is not None else judgement


def doubted(doubt: Doubt | None, hop: Hop | None = None) -> Judgement:
    """UNKNOWN for what a doubt names; where it names no object, the hop's is the one to look at."""
    if doubt is None:
        return unknown(Reason.NOT_MODELLED, "an answer that is not modelled")
    if doubt.kind is DoubtKind.NOT_MODELLED and not doubt.resource_id and hop is not None:
        return unknown(Reason.NOT_MODELLED, f"{hop.resource.id}: {doubt.text}", hop.resource)
    missing = Resource(doubt.resource_id, doubt.resource_type, doubt.account)
    cause = "" if doubt.kind is DoubtKind.NOT_MODELLED else doubt.account
    unread = doubt.unread_account or cause
    return unknown(_DOUBTS[doubt.kind], doubt.text, missing, unread_account=unread)


def alternatives(judgements: Sequence[Judgement]) -> Judgement:
    """One judgement from alternatives of which AWS does not document which holds: they must agree."""
    first = judgements[0]
    if all(judgement.verdict is first.verdict for judgement in judgements):
        return first
    different = next(judgement for judgement in judgements if judgement.verdict is not first.verdict)
    return unknown(Reason.NOT_MODELLED, f"either {first.text} or {different.text}", *first.blockers)
