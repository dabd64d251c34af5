"""How the story goes on: AWS Config starts the documents for what is red, as automatic remediation does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3

from kafka_trigger_guard import bundled
from kafka_trigger_guard.aws.automation import Automation
from kafka_trigger_guard.jobs.remediating import sentence
from kafka_trigger_guard.rules.registry import RULES
from kafka_trigger_guard.sandbox.config.remediations import remediations_of
from kafka_trigger_guard.sandbox.config.service import Config

_ATTEMPTS = 1
"""A person's task stays one however often it is tried."""
_ROUNDS = 20
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


@dataclass(frozen=True, slots=True)
class Repair:
    """One execution that AWS Config started: for which rule and trigger, and how it ended."""

    config_rule: str
    uuid: str
    document: str
    execution_id: str
    succeeded: bool
    sentence: str


def install(session: boto3.Session) -> None:
    """Create the documents, a role for each, and the automatic remediation of every rule that has one."""
    ssm: Any = session.client("ssm")
    iam: Any = session.client("iam")
    config: Any = session.client("config")
    roles = {}
    for document in sorted({rule.document for rule in RULES if rule.document}):
        ssm.create_document(
            Name=document, Content=_content(document), DocumentType="Automation", DocumentFormat="YAML"
        )
        made = iam.create_role(RoleName=document, AssumeRolePolicyDocument=json.dumps(_TRUST))
        roles[document] = str(made["Role"]["Arn"])
    for rule in RULES:
        if rule.document:
            given = {"Rule": rule.name, "AutomationAssumeRole": roles[rule.document]}
            configuration = _configuration(rule.name, _declared(ssm, rule.document), given)
            config.put_remediation_configurations(RemediationConfigurations=[configuration])


def repairs(session: boto3.Session, config: Config) -> Iterator[Repair]:
    """Every execution that AWS Config starts until nothing is due any more, with the evaluations between."""
    automation = Automation(session, config.account, config.region, sleep=lambda _: None)
    for _ in range(_ROUNDS):
        started = config.remediate()
        for rule, uuid in started:
            yield _repair(automation, config, rule, uuid)
        if not config.run_started() and not started:
            return


def _repair(automation: Automation, config: Config, rule: str, uuid: str) -> Repair:
    running = remediations_of(config.account, config.region).running
    remediation = next(
        item for (name, resource), item in running.items() if name == rule and resource[1] == uuid
    )
    ended = automation.execution(remediation.execution_ids[-1])
    return Repair(rule, uuid, ended.document, ended.execution_id, ended.succeeded, sentence(ended))


def _declared(ssm: Any, document: str) -> Mapping[str, Any]:
    """The document with the names of the parameters that it declares."""
    described: dict[str, Any] = ssm.describe_document(Name=document)["Document"]
    return {**described, "Parameters": {each["Name"] for each in described["Parameters"]}}


def _configuration(rule: str, document: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    static = {
        name: {"StaticValue": {"Values": [value]}}
        for name, value in given.items()
        if name in document["Parameters"]
    }
    return {
        "ConfigRuleName": rule,
        "TargetType": "SSM_DOCUMENT",
        "TargetId": document["Name"],
        "Parameters": {"EventSourceMappingId": {"ResourceValue": {"Value": "RESOURCE_ID"}}, **static},
        "Automatic": True,
        "MaximumAutomaticAttempts": _ATTEMPTS,
        "RetryAttemptSeconds": 3600,
    }


def _content(document: str) -> str:
    return (bundled.documents() / f"{document}.yaml").read_text(encoding="utf-8")
