"""Opening the groups of endpoints and brokers to pollers."""

from __future__ import annotations

from remediation.scripts.diagnosing import person
from remediation.scripts.diagnosis import Decision, Diagnosis
from remediation.scripts.grounds import Ground
from remediation.scripts.permissions import (
    Opening,
    authorizations_of,
    blocks_of,
    contains,
    fewest,
    in_sentences,
    least_used,
    port_of,
    refusal,
    unowned,
)
from remediation.scripts.reading import spans_of
from remediation.scripts.ways import Path


def open_ingress(ground: Ground, shut: list[Path]) -> Diagnosis:
    """Let pollers in where only security groups deny them: TriggerSG by reference, else their blocks."""
    reading = ground.reading
    for each in shut:
        groups = each.target.group_ids or ("",)
        owner = unowned(reading, groups[0])
        if owner:
            said = f"let TriggerSG {' '.join(ground.group_ids)} in to {each.target.name}"
            return person(f"Account {owner} owns {groups[0]}: its owner must {said}.")
        if not port_of(each):
            return person(
                f"The port of {each.target.name} is not known: the network team must open {' '.join(groups)}."
            )
    trigger_group = least_used(reading, ground.vpc_id, ground.group_ids)
    openings = [_opening(ground, each, trigger_group) for each in shut]
    needed = fewest((o, frozenset(i for i, each in enumerate(shut) if _opens(o, each))) for o in openings)
    said = refusal(reading, needed)
    if said:
        return person(said)
    denying = ", ".join(dict.fromkeys(" ".join(each.target.group_ids or ()) for each in shut))
    sentence = f"The groups {denying} do not let pollers in. To be allowed: {in_sentences(needed)}."
    return Diagnosis(Decision.APPLY, sentence, "", authorizations_of(needed))


def _opening(ground: Ground, path: Path, trigger_group: str) -> Opening:
    own = [each for each in path.target.group_ids or () if not unowned(ground.reading, each)]
    group_id = least_used(ground.reading, path.target.vpc_id, own)
    peer = trigger_group if path.references else blocks_of(spans_of(path.subnet))[0]
    return Opening(group_id, "ingress", port_of(path), peer)


def _opens(opening: Opening, path: Path) -> bool:
    if opening.group_id not in (path.target.group_ids or ()) or opening.port != port_of(path):
        return False
    by_reference = opening.peer.startswith("sg-") and path.references
    return by_reference or contains(opening.peer, spans_of(path.subnet))
