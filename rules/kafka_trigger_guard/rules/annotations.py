"""Annotations: what the person sees who sees nothing but the AWS Config console.

At most 256 characters (config API, Evaluation.Annotation): reason code, blocking object by id, remedy.
"""

from __future__ import annotations

from kafka_trigger_guard.network.lacks import LackKind
from kafka_trigger_guard.network.security_groups import named
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.findings import Judgement, Reason, Verdict

LONGEST = 256
_GROUP = "AWS::EC2::SecurityGroup"
_CONNECTION = "AWS::MSK::VpcConnection"
_REMEDIES_OF_ROUTES = {
    LackKind.ASSOCIATION: "Associate it with a route table that leads there.",
    LackKind.ATTACHMENT: "Attach the VPC to the gateway.",
    LackKind.ATTACHED_ZONE: "Add a subnet of that zone to it.",
    LackKind.ACCEPTANCE: "Accept it.",
    LackKind.PEERING: "Peer the VPCs anew.",
}
_NAMES = frozenset({"AWS::Route53::HostedZone", "AWS::Route53Profiles::Profile"})
_MISSING_ENDPOINT = frozenset({Reason.NAT_PATH, Reason.CENTRAL_EGRESS, Reason.NO_PATH})
_INGRESS = frozenset({Reason.ENDPOINT_INGRESS_DENIED, Reason.BROKER_INGRESS_DENIED})
_REMEDIES = {
    Reason.NAT_PATH: "Create the interface endpoint in {vpc}.",
    Reason.CENTRAL_EGRESS: "Create the interface endpoint in {vpc}.",
    Reason.NO_PATH: "Create the interface endpoint in {vpc}.",
    Reason.ENDPOINT_NOT_AVAILABLE: "Bring the endpoint to state available or replace it.",
    Reason.PRIVATE_DNS_DISABLED: "Turn on its private DNS.",
    Reason.VPC_DNS_DISABLED: "Turn on enableDnsSupport and enableDnsHostnames.",
    Reason.NO_ROUTE: "Add or repair the route.",
    Reason.NETWORK_ACL_DENIES: "Allow the traffic and its answers in the network ACL.",
    Reason.ENDPOINT_POLICY_DENIES: 'Allow the call in the endpoint policy, with Resource "*".',
    Reason.PARTIAL: "Open the rest.",
    Reason.TRIGGER_EGRESS_DENIED: "Allow it in the egress of {groups}.",
    Reason.ENDPOINT_INGRESS_DENIED: "Allow TCP 443 from {groups} (by CIDR where references do not match).",
    Reason.BROKER_INGRESS_DENIED: "Allow the port from {groups} (by CIDR where references do not match).",
    Reason.BROKER_MISSING: "Correct the bootstrap servers or restore the broker.",
    Reason.SOURCE_MISSING: "Delete the trigger or restore what it names.",
    Reason.SINGLE_BROKER: "Name more bootstrap servers.",
    Reason.SINGLE_ZONE: "Use subnets and brokers in more zones.",
    Reason.NOT_COLLECTED: "Read the account that has it too, or grant the read.",
    Reason.SHARED_VPC: "Read the owner's account too.",
    Reason.NOT_MODELLED: "A person must check it.",
    Reason.BROKER_UNRESOLVED: "Check the name, or use addresses.",
}


def annotation(judgement: Judgement, case: Case | None) -> str:
    """The annotation of a judgement; what is too long is cut in its middle part, never in the remedy."""
    remedy = _remedy(judgement, case)
    head = f"{judgement.reason.value}: {_with_blocker(judgement)}"
    room = LONGEST - (len(remedy) + 1 if remedy else 0)
    body = _cut(head if head.endswith(".") else head + ".", room)
    return f"{body} {remedy}".strip()


def with_id(text: str, blocker_id: str) -> str:
    """An annotation that names no object, with the id of one behind its reason code."""
    reason, colon, rest = text.partition(": ")
    return _cut(f"{reason}{colon}{blocker_id}: {rest}", LONGEST)


def _remedy(judgement: Judgement, case: Case | None) -> str:
    if judgement.verdict in (Verdict.COMPLIANT, Verdict.NOT_APPLICABLE):
        return ""
    home = case.trigger.account if case is not None else ""
    if judgement.reason is Reason.BROKER_MISSING and judgement.blockers[0].type == _CONNECTION:
        return _connect_anew(judgement.blockers[0].id)
    others = [account for account in judgement.actors if account != home]
    if judgement.reason is Reason.NOT_COLLECTED and judgement.actors and not others:
        return f"Grant the read in account {judgement.actors[0]}."
    if not home or not others:
        return _what_to_do(judgement, case)
    if judgement.verdict is Verdict.UNKNOWN:
        return _to_read(judgement, others[0])
    sources = _sources(case) if judgement.reason in _INGRESS and case is not None else ""
    if sources and judgement.blockers[0].type == _GROUP:
        return f"In account {others[0]}: allow it from {sources} in {judgement.blockers[0].id}."
    if judgement.reason is Reason.BROKER_MISSING:
        return f"Correct the bootstrap servers, or restore the broker in account {others[0]}."
    where = f"account {others[0]}" if len(others) == 1 else f"accounts {', '.join(others[:2])}"
    what = _what_to_do(judgement, case)
    return f"In {where}: {what[0].lower()}{what[1:]}" if what else ""


def _connect_anew(connection_arn: str) -> str:
    """The cluster's account is the second in the ARN. lambda/latest/dg/msk-cross-account"""
    owner = connection_arn.partition(":vpc-connection/")[2].partition("/")[0]
    allows = f", once account {owner} allows it" if owner else ""
    return f"Create the VPC connection and the trigger anew{allows}."


def _sources(case: Case) -> str:
    """The trigger subnets' CIDR blocks, which match also where group references do not."""
    blocks = [named(origin.subnet.addresses) for origin in case.ground.origins]
    return ", ".join(blocks[:3]) + (", …" if len(blocks) > 3 else "")


def _to_read(judgement: Judgement, account: str) -> str:
    match judgement.reason:
        case Reason.NOT_COLLECTED | Reason.BROKER_UNRESOLVED:
            return f"Read account {account} too, or grant the read there."
        case Reason.SHARED_VPC | Reason.NOT_MODELLED if judgement.actor:
            return f"Read account {account} too."
    return _REMEDIES.get(judgement.reason, "")


def _what_to_do(judgement: Judgement, case: Case | None) -> str:
    situation = case.situation if case is not None else None
    vpc = situation.vpc.id if situation is not None and situation.vpc is not None else "the VPC"
    groups = situation.group_ids[0] if situation is not None and situation.group_ids else "TriggerSG"
    if judgement.reason is Reason.BROKER_INGRESS_DENIED and judgement.blockers[0].type != _GROUP:
        return _REMEDIES[Reason.BROKER_MISSING]
    absent = next((b for b in judgement.blockers if b.type in _NAMES), None)
    if judgement.reason in _MISSING_ENDPOINT and judgement.repairable and absent is not None:
        return f"Associate {absent.id} of account {absent.account} with {vpc}, or create the endpoint there."
    if judgement.reason is Reason.NO_PATH and not judgement.repairable:
        if absent is not None:
            return f"Point its record at an endpoint of the service, or remove it from {absent.id}."
        return "Give it a way: a gateway endpoint's route for S3, a NAT path for another Region."
    if judgement.reason is Reason.NO_ROUTE and judgement.lack in _REMEDIES_OF_ROUTES:
        return _REMEDIES_OF_ROUTES[judgement.lack]
    return _REMEDIES.get(judgement.reason, "").format(vpc=vpc, groups=groups)


def _with_blocker(judgement: Judgement) -> str:
    """The text, led by the blocker's id where the text itself might lose it."""
    if not judgement.blockers:
        return judgement.text
    blocker = judgement.blockers[0].id
    return (
        judgement.text if blocker in judgement.text[: 90 + len(blocker)] else f"{blocker}: {judgement.text}"
    )


def _cut(text: str, room: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= room else flat[: room - 1].rstrip() + "…"
