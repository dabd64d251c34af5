"""The eight rules, decided packet by packet: verdict and reason of every rule for every Kafka trigger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from tests.oracle.account import Account, Json
from tests.oracle.answers import Answer, Kind, NotCollectedError, ask, unknown
from tests.oracle.brokers import BrokerAccess
from tests.oracle.groups import TriggerGroups
from tests.oracle.packets import Packets
from tests.oracle.redundancy import redundancy
from tests.oracle.services import Services
from tests.oracle.sources import SourceMissingError, Trigger, brokers_of, kind_of, resolve

PREFIX = "kafka-trigger-"
ENDPOINT_RULES = {
    f"{PREFIX}lambda-endpoint": ("lambda",),
    f"{PREFIX}sts-endpoint": ("sts",),
    f"{PREFIX}secretsmanager-endpoint": ("secretsmanager",),
    f"{PREFIX}destination-endpoint": ("sqs", "sns", "s3"),
}
EGRESS = f"{PREFIX}egress"
ENDPOINT_INGRESS = f"{PREFIX}endpoint-ingress"
BROKER_ACCESS = f"{PREFIX}broker-access"
REDUNDANCY = f"{PREFIX}broker-redundancy"
RULES = (*ENDPOINT_RULES, EGRESS, ENDPOINT_INGRESS, BROKER_ACCESS, REDUNDANCY)
VERDICTS = {Kind.ALLOW: "COMPLIANT", Kind.DENY: "NON_COMPLIANT", Kind.UNKNOWN: "UNKNOWN"}
STOPPED = ("Disabled", "Disabling", "Deleting")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the contract says of one rule: the verdict, and the reason codes it leaves open (mostly one)."""

    verdict: str
    reasons: frozenset[str]


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of all rules; `allow_nat` None means each service's default."""

    allow_nat: bool | None = None
    include_disabled: bool = False
    minimum_brokers: int = 2
    minimum_zones: int = 2
    exempt: Mapping[str, str] = field(default_factory=dict)


def not_applicable(reason: str) -> Expected:
    return Expected("NOT_APPLICABLE", frozenset([reason]))


def judge(document: Json, parameters: Parameters | None = None) -> dict[tuple[str, str], Expected]:
    """Every rule's answer for every trigger, by UUID and rule name."""
    account = Account(document)
    packets = Packets(account)
    found = {}
    for mapping in account.mappings():
        kind = kind_of(mapping)
        if kind is not None:
            judge_trigger = _TriggerJudge(account, packets, mapping, kind, parameters or Parameters())
            for rule in RULES:
                found[mapping["UUID"], rule] = judge_trigger.expected(rule)
    return found


class _TriggerJudge:
    def __init__(
        self, account: Account, packets: Packets, mapping: Json, kind: str, parameters: Parameters
    ) -> None:
        self.account = account
        self.packets = packets
        self.mapping = mapping
        self.kind = kind
        self.parameters = parameters
        self._services: Services | None = None

    def expected(self, rule: str) -> Expected:
        """The answer of one rule; what is not applicable comes first, in the contract's order."""
        stopped = self._exempt_or_disabled()
        if stopped:
            return not_applicable(stopped)
        try:
            trigger = resolve(self.account, self.mapping, self.kind)
        except SourceMissingError:
            if rule == BROKER_ACCESS:
                return Expected("NON_COMPLIANT", frozenset(["source-missing"]))
            return not_applicable("source-missing")
        except NotCollectedError:
            return Expected("UNKNOWN", frozenset(["not-collected"]))
        inapplicable = _inapplicable(rule, trigger)
        if inapplicable:
            return not_applicable(inapplicable)
        try:
            return _combined(self._answers(rule, trigger))
        except NotCollectedError:
            return Expected("UNKNOWN", frozenset(["not-collected"]))

    def _exempt_or_disabled(self) -> str:
        names = (self.mapping["UUID"], self.mapping["FunctionArn"].split(":")[6])
        today = self.account.document["captured_at"][:10]
        if any(today <= self.parameters.exempt.get(name, "") for name in names):
            return "exempt"
        if self.mapping["State"] in STOPPED and not self.parameters.include_disabled:
            return "disabled"
        return ""

    def _answers(self, rule: str, trigger: Trigger) -> list[Answer]:
        """One answer for each destination of a rule; an empty list means that the rule does not apply."""
        if rule == REDUNDANCY:
            minima = self.parameters.minimum_brokers, self.parameters.minimum_zones
            return [redundancy(self.account, trigger, *minima)]
        services = self._services_of(trigger)
        if services.shared and rule in (*ENDPOINT_RULES, ENDPOINT_INGRESS):
            return [unknown("shared-vpc", trigger.vpc)]
        if rule in ENDPOINT_RULES:
            needed = services.needed()
            service = next(each for each in ENDPOINT_RULES[rule] if each in needed)
            return [ask(lambda: services.reached(service, needed[service], self._allow_nat(service)))]
        if rule == BROKER_ACCESS:
            access = BrokerAccess(self.account, self.packets, services)
            return [ask(partial(access.answer, each)) for each in brokers_of(self.account, trigger)]
        groups = TriggerGroups(self.packets, services)
        if rule == ENDPOINT_INGRESS:
            return groups.endpoint_ingress()
        return self._egress(groups, services, trigger)

    def _egress(self, groups: TriggerGroups, services: Services, trigger: Trigger) -> list[Answer]:
        needed = [] if trigger.provisioned_mode else list(services.needed())
        answers = [groups.egress_to_service(each, self._allow_nat(each)) for each in needed]
        try:
            return answers + [groups.egress_to_broker(each) for each in brokers_of(self.account, trigger)]
        except NotCollectedError as missing:
            return [*answers, unknown("not-collected", str(missing))]

    def _services_of(self, trigger: Trigger) -> Services:
        if self._services is None:
            self._services = Services(self.account, self.packets, trigger)
        return self._services

    def _allow_nat(self, service: str) -> bool:
        chosen = self.parameters.allow_nat
        return service != "lambda" if chosen is None else chosen


def _inapplicable(rule: str, trigger: Trigger) -> str:
    """Why a rule does not apply to a trigger, or ""."""
    if not trigger.subnets:
        return "" if rule == REDUNDANCY else "not-in-vpc"
    if trigger.provisioned_mode and (rule in ENDPOINT_RULES or rule == ENDPOINT_INGRESS):
        return "provisioned-mode"
    if rule == f"{PREFIX}secretsmanager-endpoint" and trigger.secret is None:
        return "no-secret"
    if rule == f"{PREFIX}destination-endpoint" and trigger.destination is None:
        return "no-destination"
    return ""


def _combined(answers: Iterable[Answer]) -> Expected:
    """Over the destinations of a rule: deny, then unknown, then allow."""
    found = list(answers)
    if not found:
        return not_applicable("no-endpoint")
    for kind in (Kind.DENY, Kind.UNKNOWN, Kind.ALLOW):
        reasons = frozenset(
            reason or "allowed" for each in found if each.kind is kind for reason in each.reasons
        )
        if reasons:
            return Expected(VERDICTS[kind], reasons)
    raise AssertionError(found)
