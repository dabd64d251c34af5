"""What a document says of a hand-made network, by the rule's short name."""

from __future__ import annotations

from typing import Any

from remediation.scripts.diagnosis import Decision, Diagnosis, EndpointPlan
from tests.networks import triggers
from tests.networks.builder import Scenario
from tests.networks.cases import RULES
from tests.remediation.scripts.law import DIAGNOSES
from tests.remediation.scripts.snapshot_aws import SnapshotAws


def ask(rule: str, network: Scenario | SnapshotAws, **inputs: str | list[str]) -> Diagnosis:
    """The diagnosis of the first trigger; `rule` is `lambda`, `egress` and so on."""
    aws = network if isinstance(network, SnapshotAws) else SnapshotAws(network.document())
    given = {"EventSourceMappingId": triggers.UUID, "Rule": RULES[rule], **inputs}
    return DIAGNOSES[RULES[rule]](aws.client, given)


def permissions(diagnosis: Diagnosis) -> list[tuple[str, str, int, str]]:
    """The permissions that a diagnosis plans: group, direction, port, peer."""
    assert diagnosis.decision is Decision.APPLY, diagnosis.sentence
    return [
        (each.group_id, each.direction, permission["FromPort"], peer_of(permission))
        for each in diagnosis.authorizations
        for permission in each.permissions
    ]


def peer_of(permission: Any) -> str:
    """The one peer of a permission."""
    assert permission["FromPort"] == permission["ToPort"]
    assert permission["IpProtocol"] == "tcp"
    kinds = {"UserIdGroupPairs": "GroupId", "IpRanges": "CidrIp", "PrefixListIds": "PrefixListId"}
    (found,) = [str(each[name]) for kind, name in kinds.items() for each in permission.get(kind, [])]
    return found


def plan_of(diagnosis: Diagnosis) -> EndpointPlan:
    """The endpoint plan of a diagnosis."""
    assert diagnosis.endpoint is not None, diagnosis.sentence
    assert diagnosis.decision is Decision.APPLY
    return diagnosis.endpoint


def refused(diagnosis: Diagnosis) -> str:
    """The sentence of a diagnosis that leaves the matter to a person."""
    assert diagnosis.decision is Decision.PERSON, diagnosis.sentence
    assert diagnosis.endpoint is None
    assert not diagnosis.authorizations
    assert " must " in diagnosis.sentence
    return diagnosis.sentence


def unneeded(diagnosis: Diagnosis) -> str:
    """The sentence of a diagnosis that finds nothing to do."""
    assert diagnosis.decision is Decision.NOTHING, diagnosis.sentence
    return diagnosis.sentence
