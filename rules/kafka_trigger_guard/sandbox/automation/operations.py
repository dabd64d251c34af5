"""SSM's API for automations; moto keeps the documents and executes none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from moto.ssm.models import ssm_backends

from kafka_trigger_guard.sandbox.automation.documents import InvalidRunbook, Runbook, runbook_of
from kafka_trigger_guard.sandbox.automation.execution import (
    ENDED,
    About,
    Execution,
    told_pending,
    told_step,
)
from kafka_trigger_guard.sandbox.automation.executions import executions_of, is_held
from kafka_trigger_guard.sandbox.automation.parameters import refusal, texts_of, values_of
from kafka_trigger_guard.sandbox.automation.session import session_for
from kafka_trigger_guard.sandbox.automation.values import Unresolved, resolved
from kafka_trigger_guard.sandbox.iam.callers import caller_of
from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation, paged

_DOCUMENT = re.compile(
    r"arn:[^:]+:ssm:(?P<region>[^:]+):(?P<account>\d{12}):(document|automation-definition)/(?P<name>[^:]+)"
)
_NOT_HERE = ("TargetParameterName", "Targets", "TargetMaps", "TargetLocations", "AlarmConfiguration")
_PAGE = 50


@operation("ssm", "StartAutomationExecution")
def start_automation_execution(call: Call) -> Reply:
    """Execute a runbook; the same ClientToken starts it once."""
    earlier = _same_token(call)
    if earlier is not None:
        return {"AutomationExecutionId": earlier.execution_id}
    unfit = next((name for name in _NOT_HERE if call.given(name)), None)
    if unfit or call.given("Mode") == "Interactive":
        raise refusal(f"The sandbox does not execute automations with {unfit or 'Mode Interactive'}")
    runbook = _runbook(call)
    values = values_of(runbook, call.given("Parameters") or {})
    execution_id = str(uuid4())
    session = session_for(call, _assume_role(runbook, values), execution_id)
    about = About(
        execution_id=execution_id,
        account=call.account,
        partition=call.partition,
        executed_by=caller_of(call).arn,
        mode="Auto",
        client_token=str(call.given("ClientToken") or ""),
        request=dict(call.parameters),
    )
    started = Execution(runbook, values, session, about)
    executions_of(call.account, call.region)[execution_id] = started
    _go_on(started)
    return {"AutomationExecutionId": execution_id}


@operation("ssm", "GetAutomationExecution")
def get_automation_execution(call: Call) -> Reply:
    """One execution with all its steps; those that were not executed are Pending."""
    return {"AutomationExecution": _told(_found(call))}


@operation("ssm", "DescribeAutomationExecutions")
def describe_automation_executions(call: Call) -> Reply:
    """The executions, newest first."""
    found = reversed(executions_of(call.account, call.region).values())
    told = [_metadata(execution) for execution in found if _passes(execution, call)]
    page, token = _page(told, call)
    return {"AutomationExecutionMetadataList": page} | ({"NextToken": token} if token else {})


@operation("ssm", "DescribeAutomationStepExecutions")
def describe_automation_step_executions(call: Call) -> Reply:
    """The steps of one execution."""
    steps = [step for step in _steps(_found(call)) if _step_passes(step, call.given("Filters") or ())]
    page, token = _page(steps[::-1] if call.given("ReverseOrder") else steps, call)
    return {"StepExecutions": page} | ({"NextToken": token} if token else {})


@operation("ssm", "SendAutomationSignal")
def send_automation_signal(call: Call) -> Reply:
    """Approve or reject the step that waits.

    Whoever is named among Approvers may; so may the sandbox's own account, which is its root.
    """
    execution, kind = _found(call), str(call.given("SignalType"))
    waiting = execution.current_step
    if kind not in ("Approve", "Reject") or execution.status != "Waiting" or waiting is None:
        raise Refusal("InvalidAutomationSignalException", f"The execution does not wait for {kind}.")
    caller = caller_of(call)
    approvers = waiting.inputs.get("Approvers") or []
    if not caller.is_root and not caller.names.intersection(approvers):
        raise Refusal("InvalidAutomationSignalException", f"{caller.arn} is not among the approvers.")
    comments = (call.given("Payload") or {}).get("Comment") or [""]
    execution.signal(kind, comments[0], caller.arn)
    _go_on(execution)
    return {}


@operation("ssm", "StopAutomationExecution")
def stop_automation_execution(call: Call) -> Reply:
    """Stop an execution that has not ended; its current step's onCancel is done."""
    execution = _found(call)
    if execution.status in ENDED:
        raise Refusal(
            "InvalidAutomationStatusUpdateException",
            f"Automation execution {execution.execution_id} has ended with {execution.status}.",
        )
    execution.cancel()
    _go_on(execution)
    return {}


def _go_on(execution: Execution) -> None:
    if not is_held():
        execution.run()


def _same_token(call: Call) -> Execution | None:
    token = call.given("ClientToken")
    for execution in executions_of(call.account, call.region).values():
        if token and execution.about.client_token == token:
            if execution.about.request != dict(call.parameters):
                raise Refusal("IdempotentParameterMismatch", f"The client token {token} was used already.")
            return execution
    return None


def _runbook(call: Call) -> Runbook:
    given = str(call.given("DocumentName"))
    version = str(call.given("DocumentVersion") or "$DEFAULT")
    arn = _DOCUMENT.fullmatch(given)
    account, region, name = (
        (arn["account"], arn["region"], arn["name"]) if arn else (call.account, call.region, given)
    )
    documents = ssm_backends[account][region]._documents.get(name) if region == call.region else None
    if documents is None or (account != call.account and not _is_shared(documents, call.account)):
        raise Refusal(
            "AutomationDefinitionNotFoundException", f"Automation definition {given} was not found."
        )
    document = documents.find(None if version == "$DEFAULT" else version, strict=False)
    if document is None:
        raise Refusal("AutomationDefinitionVersionNotFoundException", f"{given} has no version {version}.")
    if document.document_type != "Automation":
        raise refusal(f"Document {name} is of type {document.document_type}, not of type Automation")
    try:
        return runbook_of(name, document.document_version, document.content_json)
    except InvalidRunbook as error:
        raise refusal(f"Document {name} is not valid: {error}") from None


def _is_shared(documents: Any, account: str) -> bool:
    return account in documents.permissions or "all" in {name.lower() for name in documents.permissions}


def _assume_role(runbook: Runbook, values: Mapping[str, Any]) -> str:
    try:
        return str(resolved(runbook.assume_role, values))
    except Unresolved as name:
        raise refusal(f"assumeRole refers to {name}, which is no parameter") from None


def _found(call: Call) -> Execution:
    execution_id = str(call.given("AutomationExecutionId"))
    execution = executions_of(call.account, call.region).get(execution_id)
    if execution is None:
        raise Refusal(
            "AutomationExecutionNotFoundException", f"Automation execution {execution_id} was not found."
        )
    if execution.status == "Waiting":
        _go_on(execution)
    return execution


def _steps(execution: Execution) -> list[dict[str, Any]]:
    executed = {record.step.name for record in execution.steps}
    told = [told_step(record, execution.runbook) for record in execution.steps]
    pending = [step for step in execution.runbook.steps if step.name not in executed]
    return told + [told_pending(step, execution.runbook) for step in pending]


def _told(execution: Execution) -> dict[str, Any]:
    """SSM API, AutomationExecution"""
    told = _metadata(execution)
    told["AutomationExecutionStatus"] = told.pop("AutomationExecutionStatus")
    for only_listed in ("AutomationType", "LogFile"):
        told.pop(only_listed, None)
    return {
        **told,
        "StepExecutions": _steps(execution),
        "StepExecutionsTruncated": False,
        "Parameters": texts_of(execution.parameters),
        "Variables": texts_of(execution.variables),
        "ProgressCounters": _counters(execution),
    }


def _metadata(execution: Execution) -> dict[str, Any]:
    """SSM API, AutomationExecutionMetadata"""
    told: dict[str, Any] = {
        "AutomationExecutionId": execution.execution_id,
        "DocumentName": execution.runbook.name,
        "DocumentVersion": execution.runbook.version,
        "AutomationExecutionStatus": execution.status,
        "ExecutionStartTime": execution.started_at,
        "ExecutedBy": execution.about.executed_by,
        "Mode": execution.about.mode,
        "Outputs": execution.outputs(),
        "Targets": [],
        "ResolvedTargets": {"ParameterValues": [], "Truncated": False},
        "AutomationType": "Local",
        "LogFile": "",
    }
    current = execution.current_step
    if execution.ended_at is not None:
        told["ExecutionEndTime"] = execution.ended_at
    if current is not None:
        told |= {"CurrentStepName": current.step.name, "CurrentAction": current.step.action}
    return told | ({"FailureMessage": execution.failure_message} if execution.failure_message else {})


def _counters(execution: Execution) -> dict[str, int]:
    statuses = [record.status for record in execution.steps]
    return {
        "TotalSteps": len(execution.runbook.steps),
        "SuccessSteps": statuses.count("Success"),
        "FailedSteps": statuses.count("Failed"),
        "CancelledSteps": statuses.count("Cancelled"),
        "TimedOutSteps": statuses.count("TimedOut"),
    }


_FILTERS: dict[str, Callable[[Execution, str], bool]] = {
    "DocumentNamePrefix": lambda execution, value: execution.runbook.name.startswith(value),
    "ExecutionStatus": lambda execution, value: execution.status == value,
    "ExecutionId": lambda execution, value: execution.execution_id == value,
    "AutomationType": lambda _, value: value == "Local",
    "CurrentAction": lambda execution, value: _metadata(execution).get("CurrentAction") == value,
}


def _passes(execution: Execution, call: Call) -> bool:
    for wanted in call.given("Filters") or ():
        if wanted["Key"] not in _FILTERS:
            raise Refusal("InvalidFilterKey", f"The sandbox does not filter by {wanted['Key']}.")
        if not any(_FILTERS[wanted["Key"]](execution, value) for value in wanted["Values"]):
            return False
    return True


_STEP_FILTERS = {
    "StepName": "StepName",
    "StepExecutionStatus": "StepStatus",
    "StepExecutionId": "StepExecutionId",
    "Action": "Action",
}


def _step_passes(step: Mapping[str, Any], filters: Any) -> bool:
    for wanted in filters:
        if wanted["Key"] not in _STEP_FILTERS:
            raise Refusal("InvalidFilterKey", f"The sandbox does not filter by {wanted['Key']}.")
        if step.get(_STEP_FILTERS[wanted["Key"]]) not in wanted["Values"]:
            return False
    return True


def _page(items: list[Any], call: Call) -> tuple[list[Any], str | None]:
    try:
        return paged(items, call.given("MaxResults") or _PAGE, call.given("NextToken"))
    except ValueError:
        raise Refusal("InvalidNextToken", "The specified token is not valid.") from None
