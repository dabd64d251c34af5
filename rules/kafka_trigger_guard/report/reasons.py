"""What each reason code means, and which verdict it stands for: the one place that says so."""

from __future__ import annotations

from kafka_trigger_guard.rules.findings import Reason, Verdict
from kafka_trigger_guard.rules.rule import Rule

MEANINGS = {
    Reason.ENDPOINT: "An endpoint is in use and carries the calls.",
    Reason.NAT_ALLOWED: "A working NAT path carries the calls, and `AllowNat` accepts it.",
    Reason.ALLOWED: "Everything that the rule judges lets the traffic through.",
    Reason.REDUNDANT: "Enough brokers in enough zones.",
    Reason.NAT_PATH: "The calls leave by a NAT, which is billed per GB.",
    Reason.CENTRAL_EGRESS: "The calls leave by a transit gateway, peering, VPN, Cloud WAN or appliance.",
    Reason.NO_PATH: "Neither an endpoint in use nor a working NAT path: the trigger cannot call.",
    Reason.ENDPOINT_NOT_AVAILABLE: "The only endpoint is not in state `available`.",
    Reason.PRIVATE_DNS_DISABLED: "The endpoint's private DNS is off and nothing else answers.",
    Reason.VPC_DNS_DISABLED: "The VPC's `enableDnsSupport` or `enableDnsHostnames` is off.",
    Reason.NO_ROUTE: "A route is missing or leads nowhere, on the way there or back.",
    Reason.NETWORK_ACL_DENIES: "A network ACL denies the traffic or its answers (ports 1024-65535).",
    Reason.ENDPOINT_POLICY_DENIES: "The endpoint's policy does not allow a call that the poller makes.",
    Reason.PARTIAL: "A destination is reached for some subnets, addresses or ports, not for all.",
    Reason.TRIGGER_EGRESS_DENIED: "The trigger's security groups do not let the poller out to what it needs.",
    Reason.ENDPOINT_INGRESS_DENIED: "The endpoint's security groups do not let the poller in on 443.",
    Reason.BROKER_INGRESS_DENIED: "A broker's security groups do not let the poller in on its port.",
    Reason.BROKER_MISSING: "No network interface has the broker's address.",
    Reason.SOURCE_MISSING: "The cluster, VPC connection, a trigger subnet or a trigger group does not exist.",
    Reason.SINGLE_BROKER: "Fewer brokers than `MinimumBrokers`.",
    Reason.SINGLE_ZONE: "The trigger subnets or the brokers span fewer zones than `MinimumZones`.",
    Reason.EXEMPT: "The parameter `Exempt` leaves the trigger out until a day.",
    Reason.DISABLED: "The trigger is Disabled, Disabling or Deleting, and `IncludeDisabled` is false.",
    Reason.NOT_IN_VPC: "A self-managed trigger without VPC settings: its pollers are not in any VPC.",
    Reason.PROVISIONED_MODE: "In provisioned mode AWS carries the calls.",
    Reason.NO_SECRET: "The trigger uses no secret.",
    Reason.NO_DESTINATION: "The trigger has no on-failure destination in SQS, SNS or S3.",
    Reason.NO_ENDPOINT: "No service that the trigger needs has an endpoint whose groups could be judged.",
    Reason.NOT_COLLECTED: "AWS did not answer something on which the finding depends; it is named.",
    Reason.SHARED_VPC: "The VPC belongs to another account, which alone can describe what is asked.",
    Reason.NOT_MODELLED: "What decides is not modelled: an appliance, VPN, Direct Connect, Cloud WAN, a "
    "condition that cannot be evaluated, or public addresses that are only partly allowed.",
    Reason.BROKER_UNRESOLVED: "A bootstrap server's name does not lead to an address that is known.",
}
"""Every reason code in words."""

_COMPLIANT = {Reason.ENDPOINT, Reason.NAT_ALLOWED, Reason.ALLOWED, Reason.REDUNDANT}
_UNKNOWN = (Reason.NOT_COLLECTED, Reason.SHARED_VPC, Reason.NOT_MODELLED, Reason.BROKER_UNRESOLVED)


def reasons_of(rule: Rule) -> tuple[tuple[Reason, Verdict], ...]:
    """Every reason code that a rule may give, with its verdict there, worst verdicts first."""
    own = [reason for reason in rule.reasons if reason not in _UNKNOWN]
    red = [(reason, Verdict.NON_COMPLIANT) for reason in own if reason not in _COMPLIANT]
    green = [(reason, Verdict.COMPLIANT) for reason in own if reason in _COMPLIANT]
    doubts = [r for r in _UNKNOWN if r is not Reason.BROKER_UNRESOLVED or r in rule.reasons]
    unknown = [(reason, Verdict.UNKNOWN) for reason in doubts]
    left_out = [(reason, Verdict.NOT_APPLICABLE) for reason in _left_out(rule)]
    return (*red, *unknown, *green, *left_out)


def _left_out(rule: Rule) -> list[Reason]:
    found = [Reason.EXEMPT, Reason.DISABLED]
    if not rule.when_source_missing:
        found.append(Reason.SOURCE_MISSING)
    if not rule.outside_vpc:
        found.append(Reason.NOT_IN_VPC)
    if not rule.in_provisioned_mode:
        found.append(Reason.PROVISIONED_MODE)
    return found if rule.unneeded is None else [*found, rule.unneeded]
