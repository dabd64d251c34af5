"""What a hand-written network must make of the eight rules: the findings that differ from a healthy one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.networks.builder import Scenario
from tests.networks.healthy import healthy, healthy_msk, healthy_serverless, healthy_vpc_connection

PREFIX = "kafka-trigger-"
RULES = {
    "lambda": f"{PREFIX}lambda-endpoint",
    "sts": f"{PREFIX}sts-endpoint",
    "secretsmanager": f"{PREFIX}secretsmanager-endpoint",
    "destination": f"{PREFIX}destination-endpoint",
    "egress": f"{PREFIX}egress",
    "endpoint_ingress": f"{PREFIX}endpoint-ingress",
    "broker_access": f"{PREFIX}broker-access",
    "redundancy": f"{PREFIX}broker-redundancy",
}
COMPLIANT = ("endpoint", "nat-allowed", "allowed", "redundant")
NOT_APPLICABLE = (
    "exempt",
    "disabled",
    "not-in-vpc",
    "provisioned-mode",
    "no-secret",
    "no-destination",
    "no-endpoint",
)
UNKNOWN = ("not-collected", "shared-vpc", "not-modelled", "broker-unresolved")
HEALTHY = {
    **dict.fromkeys(("lambda", "sts", "secretsmanager", "destination"), "endpoint"),
    **dict.fromkeys(("egress", "endpoint_ingress", "broker_access"), "allowed"),
    "redundancy": "redundant",
}
HEALTHY_MSK = HEALTHY | {"secretsmanager": "no-secret", "destination": "no-destination"}


@dataclass(frozen=True, slots=True)
class Case:
    """One network with one difference, and what every rule must say of it.

    `findings` holds the reason code by rule name; `blocker` is the id that every red or unknown finding that
    differs from a healthy one must name, where the contract says which one it is.
    """

    name: str
    build: Callable[[], Scenario]
    findings: Mapping[str, str]
    changed: frozenset[str]
    blocker: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


def case(
    name: str,
    build: Callable[[], Scenario],
    different: Mapping[str, str] | None = None,
    *,
    start: Callable[[], Scenario] = healthy,
    blocker: str = "",
    parameters: Mapping[str, str] | None = None,
) -> Case:
    """A case, from the findings that differ from those of its healthy start."""
    usual = HEALTHY if start is healthy else HEALTHY_MSK
    expected = {RULES[key]: reason for key, reason in {**usual, **(different or {})}.items()}
    changed = frozenset(RULES[key] for key in different or {})
    return Case(name, build, expected, changed, blocker, parameters or {})


def verdict_of(rule: str, reason: str) -> str:
    """The verdict that a reason code stands for in a rule."""
    if reason == "source-missing":
        return "NON_COMPLIANT" if rule == RULES["broker_access"] else "NOT_APPLICABLE"
    verdicts = {"COMPLIANT": COMPLIANT, "NOT_APPLICABLE": NOT_APPLICABLE, "UNKNOWN": UNKNOWN}
    return next((verdict for verdict, reasons in verdicts.items() if reason in reasons), "NON_COMPLIANT")


def everywhere(reason: str, *, but: Mapping[str, str] | None = None) -> dict[str, str]:
    """The same finding in every rule, but for some."""
    return dict.fromkeys(RULES, reason) | dict(but or {})


__all__ = [
    "Case",
    "case",
    "everywhere",
    "healthy",
    "healthy_msk",
    "healthy_serverless",
    "healthy_vpc_connection",
    "verdict_of",
]
