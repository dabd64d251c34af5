"""Runbooks for the tests of the sandbox's SSM Automation, made of what differs from the shortest one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import boto3

ROLE = "Remediation"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}

WHO = """
import boto3
def handler(events, context):
    return boto3.client("sts").get_caller_identity()["Arn"]
"""
"""A script that tells in whose name it calls AWS."""


def sleeping(name: str, **properties: Any) -> dict[str, Any]:
    """A step that does nothing for a minute."""
    return {"name": name, "action": "aws:sleep", "inputs": {"Duration": "PT1M"}, **properties}


def calling(
    name: str, service: str, api: str, outputs: Mapping[str, str] | None = None, **inputs: Any
) -> dict[str, Any]:
    """A step that calls an API and takes texts out of its answer."""
    taken = [{"Name": key, "Selector": selector} for key, selector in (outputs or {}).items()]
    call = {"Service": service, "Api": api, **inputs}
    return {"name": name, "action": "aws:executeAwsApi", "inputs": call, "outputs": taken}


def making_vpc(name: str = "Make", **properties: Any) -> dict[str, Any]:
    """A step that creates a VPC, so that one can see whether it was executed."""
    return calling(name, "ec2", "CreateVpc", {"VpcId": "$.Vpc.VpcId"}, CidrBlock="10.0.0.0/16") | properties


def script(
    name: str, body: str, payload: Mapping[str, Any] | None = None, **properties: Any
) -> dict[str, Any]:
    """A step with a Python handler."""
    inputs = {"Runtime": "python3.11", "Handler": "handler", "InputPayload": payload or {}, "Script": body}
    return {"name": name, "action": "aws:executeScript", "inputs": inputs, **properties}


def failing(name: str, **properties: Any) -> dict[str, Any]:
    """A step that fails with the message `nothing works`."""
    return script(
        name, "def handler(events, context):\n    raise ValueError('nothing works')\n", **properties
    )


@dataclass
class Automations:
    """The automations of one account, with the shortest way to run a runbook."""

    session: boto3.Session
    ssm: Any = field(init=False)
    role_arn: str = field(init=False)

    def __post_init__(self) -> None:
        made: Any = self.session.client("ssm")
        iam: Any = self.session.client("iam")
        self.ssm = made
        role = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST))
        self.role_arn = str(role["Role"]["Arn"])

    def document(self, *steps: Mapping[str, Any], name: str = "Repair", **more: Any) -> str:
        """Create a document of these steps; its name."""
        content = {"schemaVersion": "0.3", "mainSteps": steps, **more}
        self.ssm.create_document(
            Name=name, Content=json.dumps(content), DocumentType="Automation", DocumentFormat="JSON"
        )
        return name

    def start(self, name: str = "Repair", **parameters: str | Sequence[str]) -> str:
        """Start a document; the execution's id."""
        texts = {key: [value] if isinstance(value, str) else value for key, value in parameters.items()}
        started = self.ssm.start_automation_execution(DocumentName=name, Parameters=texts)
        return str(started["AutomationExecutionId"])

    def told(self, execution_id: str) -> dict[str, Any]:
        """What GetAutomationExecution tells."""
        answer = self.ssm.get_automation_execution(AutomationExecutionId=execution_id)
        return dict(answer["AutomationExecution"])

    def ran(self, *steps: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """The end of a document of these steps, without parameters."""
        return self.told(self.start(self.document(*steps, **more)))


def vpcs(automations: Automations) -> int:
    """How many VPCs there are beside the default one."""
    ec2: Any = automations.session.client("ec2")
    return sum(1 for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"])


def statuses(told: Mapping[str, Any]) -> dict[str, str]:
    """The status of every step by its name."""
    return {step["StepName"]: step["StepStatus"] for step in told["StepExecutions"]}


def step_of(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    """One step of an execution."""
    return next(step for step in told["StepExecutions"] if step["StepName"] == name)
