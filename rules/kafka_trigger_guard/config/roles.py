"""Sessions of assumed roles, kept while the function is warm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.client import BaseClient
from botocore.loaders import Loader, create_loader
from botocore.session import get_session

from kafka_trigger_guard.aws.calls import client_of
from kafka_trigger_guard.aws.failures import FAILURES
from kafka_trigger_guard.config.refusals import InvocationError

_SESSION_NAME = "kafka-trigger-guard"
_MARGIN = timedelta(minutes=16)
"""An invocation lasts 15 minutes at most, and its credentials must outlast it."""


@dataclass(slots=True)
class Role:
    """An assumed role in one Region: its session, and one client per service; `reading` are those that read
    the account."""

    session: boto3.Session
    region: str
    expires_at: datetime
    arn: str
    reading: dict[str, BaseClient] = field(default_factory=dict)
    _clients: dict[str, Any] = field(default_factory=dict)

    def arn_in(self, account: str) -> str:
        """The role of the same path and name in another account."""
        arn, partition, iam, region, _, name = self.arn.split(":", 5)
        return ":".join((arn, partition, iam, region, account, name))

    def client(self, service: str) -> Any:
        """A client with standard retries, made once."""
        if service not in self._clients:
            self._clients[service] = client_of(self.session, service, self.region, _say_nothing)
        return self._clients[service]


@dataclass(slots=True)
class Roles:
    """Assumes roles with the function's own credentials; `count` is told of every call of a role's clients.

    All sessions share the API models that were read: reading EC2's takes longer than most calls.
    """

    count: Callable[[], None]
    _models: Loader = field(default_factory=create_loader)
    _own: boto3.Session | None = None
    _assumed: dict[tuple[str, str], Role] = field(default_factory=dict)
    _own_clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def assume(self, role_arn: str, region: str) -> Role:
        """The role, assumed anew only if its credentials could expire meanwhile. Raises InvocationError."""
        known = self._assumed.get((role_arn, region))
        if known is not None and known.expires_at - _MARGIN > datetime.now(UTC):
            return known
        role = self._assume(role_arn, region)
        self._assumed[role_arn, region] = role
        return role

    def own_client(self, service: str, region: str) -> Any:
        """A client with the function's own credentials, made once."""
        key = (service, region)
        if key not in self._own_clients:
            self._own = self._own or self._session()
            self._own_clients[key] = client_of(self._own, service, region, _say_nothing)
        return self._own_clients[key]

    def _assume(self, role_arn: str, region: str) -> Role:
        try:
            answer = self.own_client("sts", region).assume_role(
                RoleArn=role_arn, RoleSessionName=_SESSION_NAME
            )
        except FAILURES as error:
            raise InvocationError(
                f"{role_arn} cannot be assumed ({error}); check that the role exists, that it trusts the "
                "function's role, and that the function may call sts:AssumeRole"
            ) from None
        credentials = answer["Credentials"]
        session = self._session(
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
            region_name=region,
        )
        session.events.register("before-call", lambda **_: self.count())
        return Role(session, region, credentials["Expiration"], role_arn)

    def _session(self, **settings: str) -> boto3.Session:
        core = get_session()
        core.register_component("data_loader", self._models)
        return boto3.Session(botocore_session=core, **settings)


def _say_nothing(_: str) -> None:
    """Calls are counted by their session."""
