"""What stands around every API call of the sandbox: recording, injected faults, and IAM if it is enforced.

with recorded_calls() as recording: ...
recording.actions("KafkaTriggerGuard-Rollback")     # {"ec2:DescribeVpcEndpoints", ...} of that role
with enforced_iam(): ...                            # roles and users may do what their policies allow
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

from kafka_trigger_guard.sandbox.faults import any_call_faults, fault_of_call
from kafka_trigger_guard.sandbox.iam.permissions import needed
from kafka_trigger_guard.sandbox.iam.policies import allows, trusts
from kafka_trigger_guard.sandbox.identification import Identified, identified
from kafka_trigger_guard.sandbox.operations import Answer, overseer

_ERROR = 400
_DENIED = {"ec2": "UnauthorizedOperation", "iam": "AccessDenied", "sts": "AccessDenied", "s3": "AccessDenied"}
_DENIED |= dict.fromkeys(("cloudformation", "route53", "cloudwatch"), "AccessDenied")
_DENIED |= {"sqs": "AccessDenied", "sns": "AuthorizationError"}


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One API call that was made, and whether it was refused."""

    action: str
    role: str
    """The name of the role or user; empty for the account itself."""
    account: str
    region: str
    parameters: Any
    needed: tuple[str, ...]
    """The IAM actions that it needs, its own first."""
    refused: bool


@dataclass(slots=True)
class Recording:
    """The calls that were made while it was on."""

    calls: list[RecordedCall] = field(default_factory=list)

    def by(self, role: str) -> list[RecordedCall]:
        """The calls of a role, by name; of the account itself for an empty one."""
        return [call for call in self.calls if call.role == role]

    def actions(self, role: str) -> set[str]:
        """The IAM actions that the calls of a role needed."""
        return {action for call in self.by(role) for action in call.needed}


_RECORDINGS: list[Recording] = []
_LISTENERS: list[Callable[[Identified, Answer], None]] = []
_ENFORCING: list[object] = []


@contextmanager
def recorded_calls() -> Iterator[Recording]:
    """Record every API call meanwhile."""
    recording = Recording()
    _RECORDINGS.append(recording)
    try:
        yield recording
    finally:
        _RECORDINGS.remove(recording)


@contextmanager
def enforced_iam() -> Iterator[None]:
    """Let roles and users do only what their policies allow; the sandbox's own account may do everything.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    token = object()
    _ENFORCING.append(token)
    try:
        yield
    finally:
        _ENFORCING.remove(token)


@contextmanager
def listening(listener: Callable[[Identified, Answer], None]) -> Iterator[None]:
    """Tell the listener of every answered call, also of refused ones."""
    _LISTENERS.append(listener)
    try:
        yield
    finally:
        _LISTENERS.remove(listener)


@overseer
def _oversee(request: AWSPreparedRequest, answer: Callable[[], Any]) -> Any:
    if not (_RECORDINGS or _LISTENERS or _ENFORCING or any_call_faults()):
        return answer()
    call = identified(request)
    if call is None:
        return answer()
    places = [len(recording.calls) for recording in _RECORDINGS]
    answered = _denied(call) if _ENFORCING else None
    if answered is None:
        answered = _answered(call, answer)
    _record(call, answered, places)
    for listener in tuple(_LISTENERS):
        listener(call, answered)
    return answered


def _answered(call: Identified, answer: Callable[[], Any]) -> Any:
    fault = fault_of_call(call.action)
    if fault is None:
        return answer()
    if fault.after:
        answer()
    return call.refused(fault.code, fault.message)


def _record(call: Identified, answer: Answer, places: list[int]) -> None:
    """Record the call before those that were made on its behalf."""
    made = RecordedCall(
        action=call.action,
        role=call.caller.name,
        account=call.account,
        region=call.region,
        parameters=call.parameters,
        needed=tuple(dict.fromkeys(action for action, _ in needed(call))),
        refused=answer is None or answer[0] >= _ERROR,
    )
    for recording, place in zip(_RECORDINGS, places, strict=True):
        recording.calls.insert(place, made)


def _denied(call: Identified) -> Answer | None:
    """The refusal of a call that the caller's policies do not allow."""
    for action, resource in needed(call):
        if not allows(call.caller, call.account, call.region, action, resource):
            return _refusal(call, action, resource)
    if call.action == "sts:AssumeRole" and not _is_trusted(call):
        return _refusal(call, call.action, str(call.parameters.get("RoleArn")))
    return None


def _refusal(call: Identified, action: str, resource: str) -> Answer:
    """IAM/latest/UserGuide/troubleshoot_access-denied"""
    on = "" if resource == "*" else f" on resource: {resource}"
    return call.refused(
        _DENIED.get(call.action.split(":")[0], "AccessDeniedException"),
        f"User: {call.caller.arn} is not authorized to perform: {action}{on} because no "
        f"identity-based policy allows the {action} action",
    )


def _is_trusted(call: Identified) -> bool:
    arn = str(call.parameters.get("RoleArn"))
    account = arn.split(":")[4] if arn.count(":") >= 5 else ""
    backend: Any = iam_backends[account or call.account][get_partition(call.region)]
    role = next((role for role in backend.roles.values() if role.arn == arn), None)
    return role is not None and trusts(role.assume_role_policy_document, call.caller, call.account)
