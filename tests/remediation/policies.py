"""The committed policy of each document, as the role of an account and Region has it."""

from __future__ import annotations

import json
from typing import Any

import boto3

from tests.remediation.running import DOCUMENTS

Json = Any


def policy(document: str, account: str = "123456789012", region: str = "us-east-1") -> dict[str, Json]:
    """The policy with CloudFormation's pseudo parameters filled in."""
    text = (DOCUMENTS / f"{document}.policy.json").read_text(encoding="utf-8")
    names = {"Partition": "aws", "AccountId": account, "Region": region, "URLSuffix": "amazonaws.com"}
    for name, value in names.items():
        text = text.replace(f"${{AWS::{name}}}", value)
    filled: dict[str, Json] = _substituted(json.loads(text))
    return filled


def actions(policy: dict[str, Json]) -> set[str]:
    """Every action that the policy allows."""
    return {action for statement in policy["Statement"] for action in _listed(statement["Action"])}


def without(policy: dict[str, Json], action: str) -> dict[str, Json]:
    """The policy with one action taken out of every statement."""
    statements = []
    for statement in policy["Statement"]:
        kept = [each for each in _listed(statement["Action"]) if each != action]
        statements += [{**statement, "Action": kept}] if kept else []
    return {**policy, "Statement": statements}


def give(session: boto3.Session, role: str, policy: dict[str, Json]) -> None:
    """The one policy of a role."""
    iam: Any = session.client("iam")
    iam.put_role_policy(RoleName=role, PolicyName="document", PolicyDocument=json.dumps(policy))


def _listed(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions


def _substituted(value: Json) -> Json:
    """Text in place of each `Fn::Sub`."""
    if isinstance(value, dict):
        if set(value) == {"Fn::Sub"}:
            return value["Fn::Sub"]
        return {key: _substituted(part) for key, part in value.items()}
    return [_substituted(part) for part in value] if isinstance(value, list) else value
