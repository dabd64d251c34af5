"""Findings: one rule's answer for one trigger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from kafka_trigger_guard.network.lacks import LackKind
from kafka_trigger_guard.network.model import Resource


class Verdict(Enum):
    """A rule's answer. UNKNOWN is never rounded to COMPLIANT."""

    COMPLIANT = "COMPLIANT"
    NON_COMPLIANT = "NON_COMPLIANT"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    UNKNOWN = "UNKNOWN"


class Reason(Enum):
    """Why, as a stable code that users script against."""

    ENDPOINT = "endpoint"
    NAT_ALLOWED = "nat-allowed"
    ALLOWED = "allowed"
    REDUNDANT = "redundant"
    NAT_PATH = "nat-path"
    CENTRAL_EGRESS = "central-egress"
    NO_PATH = "no-path"
    ENDPOINT_NOT_AVAILABLE = "endpoint-not-available"
    PRIVATE_DNS_DISABLED = "private-dns-disabled"
    VPC_DNS_DISABLED = "vpc-dns-disabled"
    NO_ROUTE = "no-route"
    NETWORK_ACL_DENIES = "network-acl-denies"
    ENDPOINT_POLICY_DENIES = "endpoint-policy-denies"
    PARTIAL = "partial"
    TRIGGER_EGRESS_DENIED = "trigger-egress-denied"
    ENDPOINT_INGRESS_DENIED = "endpoint-ingress-denied"
    BROKER_INGRESS_DENIED = "broker-ingress-denied"
    BROKER_MISSING = "broker-missing"
    SOURCE_MISSING = "source-missing"
    SINGLE_BROKER = "single-broker"
    SINGLE_ZONE = "single-zone"
    EXEMPT = "exempt"
    DISABLED = "disabled"
    NOT_IN_VPC = "not-in-vpc"
    PROVISIONED_MODE = "provisioned-mode"
    NO_SECRET = "no-secret"
    NO_DESTINATION = "no-destination"
    NO_ENDPOINT = "no-endpoint"
    NOT_COLLECTED = "not-collected"
    SHARED_VPC = "shared-vpc"
    NOT_MODELLED = "not-modelled"
    BROKER_UNRESOLVED = "broker-unresolved"


@dataclass(frozen=True, slots=True)
class Remediation:
    """The SSM Automation document that repairs a finding, and what to start it with."""

    document: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reason and blockers, before it is bound to a trigger.

    `text` says what is the case; `repairable` whether the rule's document claims this fault. `actor` is the
    account that must act, or be read; if empty, the owners of the blockers. `lack` is what the deciding hop
    lacks, where that is known.
    """

    verdict: Verdict
    reason: Reason
    text: str
    blockers: tuple[Resource, ...] = ()
    repairable: bool = False
    actor: str = ""
    lack: LackKind | None = None

    @property
    def actors(self) -> tuple[str, ...]:
        """The accounts that must act."""
        found = (self.actor,) if self.actor else (blocker.account for blocker in self.blockers)
        return tuple(dict.fromkeys(account for account in found if account))


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's answer for one trigger; the annotation is at most 256 characters."""

    rule: str
    verdict: Verdict
    reason: Reason
    annotation: str
    blockers: tuple[Resource, ...] = ()
    remediation: Remediation | None = None


def compliant(reason: Reason, text: str) -> Judgement:
    """A COMPLIANT judgement."""
    return Judgement(Verdict.COMPLIANT, reason, text)


def not_applicable(reason: Reason, text: str) -> Judgement:
    """A NOT_APPLICABLE judgement."""
    return Judgement(Verdict.NOT_APPLICABLE, reason, text)


def unknown(reason: Reason, text: str, *blockers: Resource, unread_account: str = "") -> Judgement:
    """An UNKNOWN judgement that names what is missing, and the account whose reading would tell."""
    found = tuple(b for b in blockers if b.id)
    return Judgement(Verdict.UNKNOWN, reason, text, found, actor=unread_account)


def non_compliant(
    reason: Reason, text: str, *blockers: Resource, repairable: bool = False, actor: str = ""
) -> Judgement:
    """A NON_COMPLIANT judgement."""
    found = tuple(dict.fromkeys(b for b in blockers if b.id))
    return Judgement(Verdict.NON_COMPLIANT, reason, text, found, repairable, actor)
