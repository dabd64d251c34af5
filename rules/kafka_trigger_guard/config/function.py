"""Who the running Lambda function is: partition, Region and account, from its ARN."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from kafka_trigger_guard.config.refusals import InvocationError

ACCOUNT_ID = re.compile(r"[0-9]{12}")
_ARN = re.compile(
    r"arn:(?P<partition>[a-z0-9-]+):lambda:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):function:.+"
)


class LambdaContext(Protocol):
    """What the handlers use of Lambda's context object. lambda/latest/dg/python-context"""

    invoked_function_arn: str
    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation times out."""


@dataclass(frozen=True, slots=True)
class Function:
    """The function's own partition, Region and account."""

    partition: str
    region: str
    account: str


def function_of(context: LambdaContext) -> Function:
    """The function whose invocation this is. Raises InvocationError for an ARN that is none."""
    found = _ARN.fullmatch(context.invoked_function_arn)
    if found is None:
        raise InvocationError(f"not the ARN of a Lambda function: {context.invoked_function_arn}")
    return Function(found["partition"], found["region"], found["account"])
