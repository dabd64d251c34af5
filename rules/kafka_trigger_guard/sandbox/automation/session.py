"""The session in which an automation makes its calls: that of its role, or of whoever started it."""

from __future__ import annotations

import json
from typing import Any

import boto3
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from kafka_trigger_guard.sandbox.automation.parameters import refusal
from kafka_trigger_guard.sandbox.iam.policies import policy_text
from kafka_trigger_guard.sandbox.operations import Call
from kafka_trigger_guard.sandbox.sessions import session_of

_SERVICE = "ssm.amazonaws.com"
_NOT_ASSUMED = "The defined assume role is unable to be assumed."


class AutomationSession:
    """Clients of one execution, each made once."""

    def __init__(self, session: boto3.Session) -> None:
        self.session = session
        self._clients: dict[tuple[str, str], Any] = {}
        self.settled: dict[tuple[str, str, str], Any] = {}
        """The scripts' clients by service, Region and settings."""

    @property
    def region(self) -> str:
        """The Region of the execution."""
        return str(self.session.region_name)

    def client(self, service: str, region: str = "") -> Any:
        """The client of a service, as the automation's role."""
        key = (service, region or self.region)
        if key not in self._clients:
            make: Any = self.session.client
            self._clients[key] = make(service, region_name=key[1])
        return self._clients[key]


def session_for(call: Call, role_arn: str, execution_id: str) -> AutomationSession:
    """The role's session, or the caller's own where no role is given; refuses a role SSM cannot assume.

    systems-manager/latest/userguide/automation-setup-iam (the trust policy names ssm.amazonaws.com)
    """
    if not role_arn:
        token = {"aws_session_token": "caller"} if call.access_key.startswith("ASIA") else {}
        key = call.access_key or "caller"
        return AutomationSession(
            session_of(call.region, aws_access_key_id=key, aws_secret_access_key="caller", **token)
        )
    _check_role(call, role_arn)
    backend: Any = sts_backends[call.account][call.partition]
    role = backend.assume_role(
        region_name=call.region,
        role_session_name=f"Automation-{execution_id}",
        role_arn=role_arn,
        policy=None,
        duration=3600,
        external_id=None,
    )
    return AutomationSession(
        session_of(
            call.region,
            aws_access_key_id=role.access_key_id,
            aws_secret_access_key=role.secret_access_key,
            aws_session_token=role.session_token,
        )
    )


def _check_role(call: Call, role_arn: str) -> None:
    account = role_arn.split(":")[4] if role_arn.count(":") >= 5 else ""
    roles: Any = iam_backends[account or call.account][call.partition].roles
    role = next((role for role in roles.values() if role.arn == role_arn), None)
    if account != call.account or role is None:
        raise refusal(_NOT_ASSUMED)
    if not _trusts_automation(json.loads(policy_text(role.assume_role_policy_document))):
        raise refusal(_NOT_ASSUMED)


def _trusts_automation(policy: dict[str, Any]) -> bool:
    statements = policy.get("Statement") or []
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal") or {}
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        services = [services] if isinstance(services, str) else services
        if statement.get("Effect") == "Allow" and _SERVICE in services:
            return True
    return False
