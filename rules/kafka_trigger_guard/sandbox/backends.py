"""moto's stores of an account and Region, untyped: the sandbox adds attributes that moto's types lack."""

from typing import Any

from moto.awslambda.utils import get_backend
from moto.ec2.models import ec2_backends
from moto.kafka.models import kafka_backends

from kafka_trigger_guard.sandbox.operations import Call


def ec2_of(call: Call) -> Any:
    """moto's EC2 of the caller."""
    return ec2_backends[call.account][call.region]


def lambda_of(account: str, region: str) -> Any:
    """moto's Lambda of an account and Region."""
    return get_backend(account, region)


def kafka_of(account: str, region: str) -> Any:
    """moto's MSK of an account and Region."""
    return kafka_backends[account][region]
