"""Who makes a call: the role, user or account behind an access key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from kafka_trigger_guard.sandbox.operations import Call


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal: its ARN, and the role's or user's name; neither for the account itself."""

    arn: str
    role_arn: str = ""
    user_name: str = ""

    @property
    def is_root(self) -> bool:
        """Whether it is the account itself, which may do everything."""
        return not self.role_arn and not self.user_name

    @property
    def name(self) -> str:
        """The name of the role or user; empty for the account itself."""
        return self.role_arn.rpartition("/")[2] or self.user_name

    @property
    def names(self) -> frozenset[str]:
        """Every way to name it as an approver: ARN, role ARN, user name."""
        return frozenset(filter(None, (self.arn, self.role_arn, self.user_name)))


def caller_of(call: Call) -> Caller:
    """The principal of a call."""
    return caller_with(call.account, call.access_key, call.region)


def caller_with(account: str, access_key: str, region: str) -> Caller:
    """The principal with that access key; the account's root for a key that was never given out."""
    partition = get_partition(region)
    sts: Any = sts_backends[account][partition]
    assumed = next((role for role in sts.assumed_roles if role.access_key_id == access_key), None)
    if assumed is not None:
        return Caller(str(assumed.arn), role_arn=str(assumed.role_arn))
    iam: Any = iam_backends[account][partition]
    for user in iam.users.values():
        if any(key.access_key_id == access_key for key in user.access_keys):
            return Caller(str(user.arn), user_name=str(user.name))
    return Caller(f"arn:{partition}:iam::{account}:root")
