"""The SSM Automation documents with the role of each; taken as they lie in remediation/documents."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deploy.templates.intrinsics import Json, sub, when

FOLDER = Path(__file__).resolve().parents[2] / "remediation" / "documents"
_GIVEN = (
    "EventSourceMappingId",
    "Rule",
    "AutomationAssumeRole",
    "DryRun",
    "Approvers",
    "Exempt",
    "AllowNat",
    "ExecutionId",
    "IgnoreOtherTriggers",
)
"""Parameters that the templates fill themselves, or whoever starts a rollback; all others are options of the
templates."""

_UNREAD = {
    "cfn-lint": {"config": {"ignore_checks": ["E3051"]}},
    "Comment": "cfn-lint cannot read content that is text; tests have it read the same content as an object.",
}
"""Text, as JSON would need more than the 64 KB that a document may have. ssm API, CreateDocument"""


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its text, what its parameters are, and the statements of its role's policy."""

    name: str
    content: str
    parameters: dict[str, Any]
    statements: list[Json]

    @property
    def key(self) -> str:
        """Its name inside logical ids: `CreateInterfaceEndpoint`."""
        return self.name.removeprefix("KafkaTriggerGuard-").replace("-", "")

    @property
    def options(self) -> dict[str, Any]:
        """The parameters by which a user decides what the document may do."""
        return {name: told for name, told in self.parameters.items() if name not in _GIVEN}


def read(folder: Path = FOLDER) -> tuple[Document, ...]:
    """Every document of the folder whose role's policy is written too, by name."""
    return tuple(_document(path) for path in sorted(folder.glob("KafkaTriggerGuard-*.policy.json")))


def _document(policy: Path) -> Document:
    name = policy.name.removesuffix(".policy.json")
    content = policy.with_name(f"{name}.yaml").read_text(encoding="utf-8")
    statements = json.loads(policy.read_text(encoding="utf-8"))["Statement"]
    return Document(name, content, yaml.safe_load(content).get("parameters", {}), statements)


def resources(documents: tuple[Document, ...]) -> Json:
    """Documents and their roles; a changed document becomes a new version, which AWS makes the default.

    AWSCloudFormation/latest/UserGuide/aws-resource-ssm-document (UpdateMethod)
    """
    found: Json = {}
    for document in documents:
        found[f"{document.key}Document"] = {
            "Type": "AWS::SSM::Document",
            "Metadata": _UNREAD,
            "Properties": {
                "Name": document.name,
                "DocumentType": "Automation",
                "DocumentFormat": "YAML",
                "UpdateMethod": "NewVersion",
                "Content": document.content,
            },
        }
        found[f"{document.key}Role"] = _role(document)
    return found


def role_arn(name: str) -> Json:
    """A role that exists once per account, whichever Region's stack created it."""
    return sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{name}")


def _role(document: Document) -> Json:
    """The role of one document, which only automations of this account may take on.

    systems-manager/latest/userguide/automation-setup-iam (confused deputy)
    """
    account = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    executions = "arn:${AWS::Partition}:ssm:*:${AWS::AccountId}:automation-execution/*"
    return {
        "Type": "AWS::IAM::Role",
        "Condition": "IsHome",
        "Properties": {
            "RoleName": document.name,
            "Description": f"What the SSM document {document.name} may do",
            "PermissionsBoundary": when("HasBoundary", {"Ref": "PermissionsBoundary"}),
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "ssm.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        "Condition": account | {"ArnLike": {"aws:SourceArn": sub(executions)}},
                    }
                ],
            },
            "Policies": [
                {
                    "PolicyName": "Document",
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": document.statements},
                }
            ],
        },
    }
