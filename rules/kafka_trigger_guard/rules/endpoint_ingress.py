"""kafka-trigger-endpoint-ingress: the endpoint SGs must let TriggerSG in on 443."""

from __future__ import annotations

from kafka_trigger_guard.network.endpoints import Serving
from kafka_trigger_guard.network.hops import HopKind
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.combining import Destination, doubted, over_destinations, over_paths
from kafka_trigger_guard.rules.findings import Judgement, Reason, Verdict, compliant, not_applicable
from kafka_trigger_guard.rules.mending import can_be_read, is_shut_by_own_groups
from kafka_trigger_guard.rules.rule import ENDPOINT_INGRESS_DOCUMENT, Rule, always_needed
from kafka_trigger_guard.triggers.trigger import Need

_INGRESS = frozenset({HopKind.INGRESS})
_REASONS = {HopKind.INGRESS: Reason.ENDPOINT_INGRESS_DENIED}


def _judge(case: Case) -> Judgement:
    servings = [(need, case.ground.candidate(need)) for need in case.trigger.needs]
    guarded = [(need, serving) for need, serving in servings if _is_guarded(serving)]
    judged = over_destinations([_to_endpoint(case, n, s) for n, s in guarded], _REASONS)
    doubt = next((s.doubt for _, s in servings if s.doubt is not None and s.endpoint is None), None)
    if doubt is not None and (judged is None or judged.verdict is not Verdict.NON_COMPLIANT):
        return doubted(doubt)
    if not guarded:
        return not_applicable(Reason.NO_ENDPOINT, "no service that the trigger needs has an endpoint")
    ids = ", ".join(dict.fromkeys(s.endpoint.id for _, s in guarded if s.endpoint is not None))
    return judged or compliant(Reason.ALLOWED, f"the groups of {ids} let the poller in on 443")


def _is_guarded(serving: Serving) -> bool:
    """Gateway endpoints have no groups."""
    return serving.endpoint is not None and serving.endpoint.type == "Interface"


def _to_endpoint(case: Case, need: Need, serving: Serving) -> Destination:
    by_subnet = case.ground.service_paths(serving)
    paths = [path for paths in by_subnet.values() for path in paths]
    return over_paths(need.service.value, [path.outcome(_INGRESS) for path in paths])


def _mends(case: Case) -> bool:
    """Only the endpoints' own groups shut the poller out, and it is known which endpoints those are."""
    servings = [case.ground.candidate(need) for need in case.trigger.needs]
    if not can_be_read(case) or any(
        serving.doubt is not None and serving.endpoint is None for serving in servings
    ):
        return False
    guarded = [case.ground.service_paths(serving) for serving in servings if _is_guarded(serving)]
    paths = [path for by_subnet in guarded for paths in by_subnet.values() for path in paths]
    return is_shut_by_own_groups(case, paths, _INGRESS)


RULE = Rule(
    name="kafka-trigger-endpoint-ingress",
    asks="Do the endpoint SGs let TriggerSG in on 443?",
    judges="endpoint SG ingress",
    reasons=(Reason.ALLOWED, Reason.ENDPOINT_INGRESS_DENIED, Reason.PARTIAL),
    judge=_judge,
    not_needed=always_needed,
    cannot_see="what the endpoint's own policy says, which the endpoint rules judge",
    mends=_mends,
    document=ENDPOINT_INGRESS_DOCUMENT,
    unneeded=Reason.NO_ENDPOINT,
)
