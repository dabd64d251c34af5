"""What the four diagnoses share: which triggers are meant, and which of them a rule does not judge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from remediation.scripts.diagnosis import Clients, Decision, Diagnosis, Inputs
from remediation.scripts.grounds import Ground, ground_of, owner_of
from remediation.scripts.pollers import Poller, mappings_of, poller_of
from remediation.scripts.reading import ForbiddenError, GoneError, Item, Reading, UnreadError, lacking


class Question(NamedTuple):
    """What a document asks of each trigger: the judgement of one that stands in a VPC, what is said without
    looking there, and whether it is asked in provisioned mode and of a source that is gone."""

    judge: Callable[[Ground, Inputs], Diagnosis]
    unneeded: Callable[[Poller, Inputs], str] = lambda _poller, _inputs: ""
    in_provisioned_mode: bool = False
    when_gone: Decision = Decision.NOTHING


def nothing(sentence: str) -> Diagnosis:
    """Nothing is to be done, and why."""
    return Diagnosis(Decision.NOTHING, sentence, "")


def person(sentence: str) -> Diagnosis:
    """A person must act: who must do what."""
    return Diagnosis(Decision.PERSON, sentence, "")


def unsettled(what: str) -> Diagnosis:
    """Something that cannot be judged from here, and who must look into it."""
    return person(f"{what}." if " must " in what else f"{what}: the network team must look into it.")


def diagnose(clients: Clients, inputs: Inputs, question: Question) -> Diagnosis:
    """The diagnosis of a mapping, or of the first mapping of a function that needs something."""
    try:
        return _diagnosed(Reading(clients), inputs, question)
    except ForbiddenError as error:
        return person(lacking(error, inputs.get("AutomationAssumeRole") or ""))


def _diagnosed(reading: Reading, inputs: Inputs, question: Question) -> Diagnosis:
    identifier = inputs["EventSourceMappingId"]
    try:
        mappings = mappings_of(reading, identifier)
    except UnreadError as error:
        return person(f"{error}: whoever runs the documents must look into it.")
    if not mappings:
        return nothing(f"{identifier} is no Kafka trigger, or exists no more.")
    found = [_of_mapping(reading, mapping, inputs, question) for mapping in mappings]
    chosen = min(
        found, key=lambda each: (Decision.APPLY, Decision.PERSON, Decision.NOTHING).index(each.decision)
    )
    others = [each.trigger_id for each in found if each is not chosen and each.decision != Decision.NOTHING]
    if not others:
        return chosen
    return _with(chosen, f"{chosen.sentence} Others of {identifier} remain: {', '.join(others)}.")


def _with(found: Diagnosis, sentence: str, trigger_id: str = "") -> Diagnosis:
    return Diagnosis(
        found.decision,
        sentence,
        trigger_id or found.trigger_id,
        found.authorizations,
        found.endpoint,
        found.affected,
    )


def _of_mapping(reading: Reading, mapping: Item, inputs: Inputs, question: Question) -> Diagnosis:
    found = _judged(reading, mapping, inputs, question)
    return _with(found, found.sentence, mapping["UUID"])


def _judged(reading: Reading, mapping: Item, inputs: Inputs, question: Question) -> Diagnosis:
    last_day = _exempt_until(mapping, inputs)
    if datetime.now(UTC).date().isoformat() <= last_day:
        return nothing(f"The parameter Exempt leaves the trigger out until {last_day}.")
    state = mapping.get("State") or ""
    if state.lower() in ("disabled", "disabling", "deleting"):
        return nothing(f"The trigger's state is {state}, so nothing polls.")
    reading.region, reading.account = mapping["FunctionArn"].split(":")[3:5]
    try:
        poller = poller_of(reading, mapping)
        early = _not_judged(poller, inputs, question)
        if early:
            return nothing(early)
        grounds = [ground_of(reading, poller, place) for place in poller.places]
        return _agreed([_own(question.judge(ground, inputs), ground) for ground in grounds])
    except GoneError as error:
        said = (
            f"The trigger's source or place is gone ({error}): delete the trigger or restore what it names."
        )
        return Diagnosis(question.when_gone, said, "")
    except UnreadError as error:
        return unsettled(str(error))


def _exempt_until(mapping: Item, inputs: Inputs) -> str:
    """The last day for which an entry ID@YYYY-MM-DD of `Exempt` names the mapping or its function."""
    named = (mapping["UUID"], mapping["FunctionArn"].split(":")[6])
    entries = [entry.strip().partition("@") for entry in inputs.get("Exempt") or ()]
    return max((day for name, _, day in entries if name in named), default="")


def _not_judged(poller: Poller, inputs: Inputs, question: Question) -> str:
    if not any(place.subnet_ids for place in poller.places):
        return "The trigger has no VPC settings, so nothing of a VPC is in its way."
    if poller.provisioned and not question.in_provisioned_mode:
        return "AWS carries the calls of a trigger in provisioned mode, so it needs no endpoint."
    return question.unneeded(poller, inputs)


def _own(found: Diagnosis, ground: Ground) -> Diagnosis:
    """Nothing is changed in subnets that another account shares."""
    owner = owner_of(ground)
    if found.decision != Decision.APPLY or not owner:
        return found
    return person(f"Account {owner} owns the subnets of the trigger: its network team must repair it there.")


def _agreed(found: list[Diagnosis]) -> Diagnosis:
    """Of several places AWS does not document which one pollers use: they must agree."""
    if len({each.decision for each in found}) == 1 and (
        len(found) == 1 or found[0].decision == Decision.NOTHING
    ):
        return found[0]
    worst = next((each for each in found if each.decision != Decision.NOTHING), found[0])
    text = "The cluster has several VPC configurations, and AWS does not tell which one pollers use"
    return person(f"{text}: the trigger's owner must decide. {worst.sentence}")
