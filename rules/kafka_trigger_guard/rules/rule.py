"""What a rule is: a name, a question, what it judges, its parameters and its remediation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.findings import Judgement, Reason
from kafka_trigger_guard.rules.parameters import COMMON, Parameter

ENDPOINT_DOCUMENT = "KafkaTriggerGuard-CreateInterfaceEndpoint"
EGRESS_DOCUMENT = "KafkaTriggerGuard-AuthorizeTriggerEgress"
ENDPOINT_INGRESS_DOCUMENT = "KafkaTriggerGuard-AuthorizeEndpointIngress"
BROKER_INGRESS_DOCUMENT = "KafkaTriggerGuard-AuthorizeBrokerIngress"


@dataclass(frozen=True, slots=True)
class Rule:
    """One AWS Config rule.

    `asks` is its question in words, `judges` the hops it owns, `cannot_see` what it leaves out.
    `not_needed` says why a trigger does not need it, for the reason `unneeded`; `judge` answers for one that
    does. `nat_default` is what an absent `AllowNat` means, and `mends` tells whether
    the document would turn a red case green.
    """

    name: str
    asks: str
    judges: str
    reasons: tuple[Reason, ...]
    judge: Callable[[Case], Judgement]
    not_needed: Callable[[Case], Judgement | None]
    cannot_see: str
    mends: Callable[[Case], bool] = lambda _: False
    document: str | None = None
    unneeded: Reason | None = None
    nat_default: str = ""
    own_parameters: tuple[Parameter, ...] = ()
    outside_vpc: bool = False
    in_provisioned_mode: bool = False
    when_source_missing: bool = False

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Every parameter the rule accepts."""
        return (*self.own_parameters, *COMMON)


def always_needed(_: Case) -> Judgement | None:
    """For rules that every trigger in a VPC needs."""
    return None
