"""Sessions of roles that AWS's own services take on: no caller needs a permission for it."""

from __future__ import annotations

from typing import Any

import boto3
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from kafka_trigger_guard.sandbox.sessions import session_of


def credentials_of(account: str, region: str, role_arn: str, session_name: str) -> dict[str, str]:
    """Credentials of a role in an account, as boto3.Session names them."""
    backend: Any = sts_backends[account][get_partition(region)]
    role = backend.assume_role(
        region_name=region,
        role_session_name=session_name,
        role_arn=role_arn,
        policy=None,
        duration=3600,
        external_id=None,
    )
    return {
        "aws_access_key_id": str(role.access_key_id),
        "aws_secret_access_key": str(role.secret_access_key),
        "aws_session_token": str(role.session_token),
    }


def session_as(account: str, region: str, role_arn: str, session_name: str) -> boto3.Session:
    """A session of a role in an account."""
    return session_of(region, **credentials_of(account, region, role_arn, session_name))


def service_session(account: str, region: str, service: str) -> boto3.Session:
    """A session of an AWS service that works in an account by its service-linked role."""
    arn = f"arn:{get_partition(region)}:iam::{account}:role/aws-service-role/{service}"
    return session_as(account, region, arn, service)
