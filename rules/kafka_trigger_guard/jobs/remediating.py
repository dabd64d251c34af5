"""Remediate a trigger: dry runs that say what would change, then the documents themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from kafka_trigger_guard.aws import sessions
from kafka_trigger_guard.aws.automation import Automation, AutomationError, Execution
from kafka_trigger_guard.aws.failures import FAILURES, CollectError, api_error
from kafka_trigger_guard.aws.roles import Roles
from kafka_trigger_guard.jobs.remedies import Applied, Plan, PlannedCall, RemediationError, Remedy

if TYPE_CHECKING:
    import boto3

    from kafka_trigger_guard.jobs.gathering import Sources

_DECISION, _SENTENCE, _CALLS, _AFFECTED = "Decision", "Sentence", "Calls", "Affected"
_EVERYWHERE = {_DECISION, _SENTENCE, _CALLS, _AFFECTED}
_PERSON = "person"
_GUIDE = re.compile(r"\s*Please refer to Automation Service Troubleshooting Guide.*", re.DOTALL)
_RAISED = re.compile(r"^[\w.]*(?:Error|Exception|Failed)(?: - |: )(.+)", re.DOTALL | re.MULTILINE)
Watch = Callable[[Execution], None]
"""Told an execution each time it was asked for."""


def automation_for(sources: Sources, account: str, region: str) -> Automation:
    """SSM Automation where the trigger is: by the role of an organization's member, or as the caller.

    Raises RemediationError.
    """
    try:
        session = sessions.session_of(sources.profile)
        if sources.organization:
            session = _member(session, sources.role_name or "", account, region)
        return Automation(session, account, region)
    except (AutomationError, CollectError) as error:
        raise RemediationError(str(error)) from None


def planned(automation: Automation, remedy: Remedy, watch: Watch) -> Plan:
    """What the remedy's document would do now: its dry run changes nothing. Raises RemediationError."""
    ended = _run(automation, remedy, {"DryRun": "true"}, watch)
    said = ended.said(_DECISION)
    decision = said[0] if said and (ended.succeeded or said[0] == _PERSON) else _PERSON
    return Plan(
        remedy,
        decision,
        sentence(ended),
        tuple(_call(text) for text in ended.said(_CALLS)),
        ended.said(_AFFECTED),
    )


def applied(automation: Automation, plan: Plan, watch: Watch) -> Applied:
    """Start the plan's document and follow it to its end. Raises RemediationError."""
    ended = _run(automation, plan.remedy, {"DryRun": "false"}, watch)
    made = {
        key.rpartition(".")[2]: values
        for key, values in ended.outputs.items()
        if key.rpartition(".")[2] not in _EVERYWHERE and any(values)
    }
    return Applied(plan, ended.execution_id, ended.succeeded, sentence(ended), made)


def _run(automation: Automation, remedy: Remedy, more: Mapping[str, str], watch: Watch) -> Execution:
    try:
        execution_id = automation.start(remedy.document, {**remedy.parameters, **more})
        for found in automation.follow(execution_id):
            watch(found)
        return found
    except (AutomationError, CollectError) as error:
        raise RemediationError(str(error)) from None


def sentence(ended: Execution) -> str:
    """The document's own sentence, and why it failed if it did."""
    own = " ".join(ended.said(_SENTENCE))
    if ended.succeeded:
        return own
    return _cause(ended.failure) or own or f"the execution ended {ended.status}"


def _cause(failure: str) -> str:
    """The sentence that a script raised, without its traceback and SSM's own words around it."""
    text = _GUIDE.sub("", failure)
    raised = _RAISED.findall(text)
    return " ".join((raised[-1] if raised else text).split())


def _call(text: str) -> PlannedCall:
    try:
        told = json.loads(text)
        return PlannedCall(str(told["service"]), str(told["api"]), dict(told.get("parameters") or {}))
    except (ValueError, KeyError, TypeError):
        raise RemediationError(f"the document tells a call that is none: {text[:100]}") from None


def _member(session: boto3.Session, role_name: str, account: str, region: str) -> boto3.Session:
    partition = session.get_partition_for_region(region)
    roles = Roles(session, role_name, region, partition, lambda _: None)
    try:
        return roles.assume(account)
    except FAILURES as error:
        reason = api_error(error)
        raise RemediationError(
            f"{roles.arn(account)} cannot be assumed ({reason.code}: {reason.message})"
        ) from None
