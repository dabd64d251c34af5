"""What the four endpoint rules share: they differ in the service they ask for."""

from __future__ import annotations

from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.endpoint_question import nat_by_default, reached, reached_privately
from kafka_trigger_guard.rules.findings import Judgement, Reason, Verdict, not_applicable
from kafka_trigger_guard.rules.mending import mends_needs
from kafka_trigger_guard.rules.parameters import ALLOW_NAT
from kafka_trigger_guard.rules.rule import ENDPOINT_DOCUMENT, Rule
from kafka_trigger_guard.triggers.trigger import Service

_REASONS = (
    Reason.ENDPOINT,
    Reason.NAT_ALLOWED,
    Reason.NAT_PATH,
    Reason.CENTRAL_EGRESS,
    Reason.NO_PATH,
    Reason.ENDPOINT_NOT_AVAILABLE,
    Reason.PRIVATE_DNS_DISABLED,
    Reason.VPC_DNS_DISABLED,
    Reason.NO_ROUTE,
    Reason.NETWORK_ACL_DENIES,
    Reason.ENDPOINT_POLICY_DENIES,
    Reason.PARTIAL,
)


def endpoint_rule(name: str, asks: str, *services: Service, unless: tuple[Reason, str] | None = None) -> Rule:
    """A rule that asks whether a service is reached; `unless` tells why it may not be needed."""

    def judge(case: Case) -> Judgement:
        return reached_privately(case, *services)

    def not_needed(case: Case) -> Judgement | None:
        if unless is None or case.trigger.need(*services) is not None:
            return None
        return not_applicable(*unless)

    def mends(case: Case) -> bool:
        needs = [need for need in case.trigger.needs if need.service in services]
        return mends_needs(
            case, [need for need in needs if reached(case, need).verdict is not Verdict.COMPLIANT]
        )

    return Rule(
        name=name,
        asks=asks,
        judges="endpoint existence, type, state, private DNS, VPC DNS, routes, network ACLs, endpoint policy",
        reasons=_REASONS,
        judge=judge,
        not_needed=not_needed,
        cannot_see=(
            "which host name the poller really calls (the Regional one is assumed), a service's public "
            "addresses, and what appliances, VPN, Direct Connect or Cloud WAN do with packets"
        ),
        mends=mends,
        document=ENDPOINT_DOCUMENT,
        unneeded=unless[0] if unless is not None else None,
        nat_default=str(nat_by_default(services[0])).lower(),
        own_parameters=(ALLOW_NAT,),
    )
