"""Deploy the committed documents into the embedded AWS, run them, and judge before and after."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import boto3

from kafka_trigger_guard.aws.automation import Automation, Execution
from kafka_trigger_guard.aws.collect import collect
from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.rules.registry import RULES
from tests.remediation.places import Place

DOCUMENTS = Path(__file__).parents[2] / "remediation" / "documents"
NAMES = tuple(sorted(path.stem for path in DOCUMENTS.glob("KafkaTriggerGuard-*.yaml")))
ROLLBACK = "KafkaTriggerGuard-Rollback"
DOCUMENT_OF = {rule.name: rule.document for rule in RULES if rule.document is not None}
BAD = (Verdict.NON_COMPLIANT, Verdict.UNKNOWN)
_ORDER = (Verdict.COMPLIANT, Verdict.NOT_APPLICABLE, Verdict.UNKNOWN, Verdict.NON_COMPLIANT)
Verdicts = Mapping[str, Verdict]


@cache
def content(document: str) -> str:
    """A committed document."""
    return (DOCUMENTS / f"{document}.yaml").read_text(encoding="utf-8")


def deploy(session: boto3.Session) -> None:
    """Every document, and for each a role of its name that SSM may assume."""
    ssm: Any = session.client("ssm")
    for name in NAMES:
        ssm.create_document(
            Name=name, DocumentType="Automation", DocumentFormat="YAML", Content=content(name)
        )
        create_role(session, name)


def create_role(session: boto3.Session, name: str) -> None:
    """A role without any policy: the embedded AWS enforces none unless it is told to."""
    iam: Any = session.client("iam")
    trusted = {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
    policy = {"Version": "2012-10-17", "Statement": [trusted]}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(policy))


@lru_cache(maxsize=8)
def automation(session: boto3.Session) -> Automation:
    """SSM of the session's account and Region; nothing is waited for, as time is the sandbox's own."""
    sts: Any = session.client("sts")
    account = str(sts.get_caller_identity()["Account"])
    return Automation(session, account, str(session.region_name), sleep=lambda _: None)


def start(session: boto3.Session, document: str, **parameters: str | Sequence[str]) -> Execution:
    """Start a document; the execution at its end, or where it waits for an approval."""
    ssm = automation(session)
    return ssm.execution(ssm.start(document, parameters))


def run(place: Place, rule: str, uuid: str = "", **parameters: str | Sequence[str]) -> Execution:
    """Start the document of a rule for the place's trigger."""
    wanted = {"EventSourceMappingId": uuid or place.uuid, "Rule": rule, **parameters}
    return start(place.session, DOCUMENT_OF[rule], **wanted)


def verdicts(place: Place, uuid: str = "", **parameters: str) -> Verdicts:
    """What every rule says of the trigger now, by a fresh reading of the account."""
    session = place.session
    recorded = collect(session, str(session.region_name))
    found = evaluate([recorded], parameters=parameters)[0].triggers
    trigger = next(each for each in found if each.uuid == (uuid or place.uuid))
    return {finding.rule: finding.verdict for finding in trigger.findings}


def worse(before: Verdicts, after: Verdicts) -> list[str]:
    """The rules whose verdict got worse."""
    return [rule for rule in before if _ORDER.index(after[rule]) > _ORDER.index(before[rule])]
