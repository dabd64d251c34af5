"""AWS Config's API for remediation, and the automatic remediation of red results.

config/latest/developerguide/remediation
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from kafka_trigger_guard.sandbox.clock import CLOCK
from kafka_trigger_guard.sandbox.config.records import Resource
from kafka_trigger_guard.sandbox.config.remediations import (
    Remediation,
    Remediations,
    is_automatic,
    parameters_for,
    remediations_of,
    told_steps,
)
from kafka_trigger_guard.sandbox.iam.roles import service_session
from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation, paged

_PER_CALL, _KEYS_PER_CALL, _PARAMETERS, _LONGEST = 25, 100, 25, 256
_ROLE = "AutomationAssumeRole"
_RANGES = {"MaximumAutomaticAttempts": (1, 25), "RetryAttemptSeconds": (1, 2_678_000)}


@operation("config", "PutRemediationConfigurations")
def put_remediation_configurations(call: Call) -> Reply:
    """Add or replace the remediations of rules; all are checked before any is kept."""
    given: Sequence[dict[str, Any]] = call.given("RemediationConfigurations") or ()
    if len(given) > _PER_CALL:
        raise _invalid("At most 25 remediation configurations can be put at once.")
    for configuration in given:
        _check(call, configuration)
    kept = _remediations(call).configurations
    for configuration in given:
        name = str(configuration["ConfigRuleName"])
        arn = f"arn:{call.partition}:config:{call.region}:{call.account}:remediation-configuration/{name}"
        kept[name] = {**configuration, "Automatic": is_automatic(configuration), "Arn": arn}
    return {"FailedBatches": []}


@operation("config", "DescribeRemediationConfigurations")
def describe_remediation_configurations(call: Call) -> Reply:
    """The remediations of rules by name; rules without one are left out."""
    kept = _remediations(call).configurations
    names = call.strings("ConfigRuleNames")
    return {"RemediationConfigurations": [kept[name] for name in names if name in kept]}


@operation("config", "DeleteRemediationConfiguration")
def delete_remediation_configuration(call: Call) -> Reply:
    """Delete the remediation of a rule, unless it is running."""
    remediations, name = _remediations(call), str(call.given("ConfigRuleName"))
    _configuration(remediations, name)
    running = [item for (rule, _), item in remediations.running.items() if rule == name]
    if any(item.state == "IN_PROGRESS" for item in running):
        raise Refusal("RemediationInProgressException", f"Remediation of {name} is in progress.")
    del remediations.configurations[name]
    return {}


@operation("config", "StartRemediationExecution")
def start_remediation_execution(call: Call) -> Reply:
    """Start the document of a rule for resources, whatever their results are."""
    remediations, name = _remediations(call), str(call.given("ConfigRuleName"))
    _configuration(remediations, name)
    keys = [(key["resourceType"], key["resourceId"]) for key in call.given("ResourceKeys")]
    if len(keys) > _KEYS_PER_CALL:
        raise _invalid("At most 100 resources can be remediated at once.")
    failed = []
    for resource in keys:
        remediation = remediations.running.get((name, resource))
        if remediation is not None and remediation.state == "IN_PROGRESS":
            failed.append(resource)
            continue
        _attempt(call.account, call.region, name, resource)
        failed += [resource] if remediations.running[name, resource].refused else []
    told = [{"resourceType": kind, "resourceId": resource_id} for kind, resource_id in failed]
    return {"FailedItems": told} | ({"FailureMessage": "The document could not be started."} if told else {})


@operation("config", "DescribeRemediationExecutionStatus")
def describe_remediation_execution_status(call: Call) -> Reply:
    """How the last remediation of each resource went, step by step."""
    remediations, name = _remediations(call), str(call.given("ConfigRuleName"))
    _configuration(remediations, name)
    wanted = {(key["resourceType"], key["resourceId"]) for key in call.given("ResourceKeys") or ()}
    told = [
        _told(resource, remediation)
        for (rule, resource), remediation in sorted(remediations.running.items())
        if rule == name and (not wanted or resource in wanted)
    ]
    page, token = _page(told, call)
    return {"RemediationExecutionStatuses": page} | ({"NextToken": token} if token else {})


@operation("config", "PutRemediationExceptions")
def put_remediation_exceptions(call: Call) -> Reply:
    """Keep resources from being remediated automatically; only red ones can be excepted."""
    remediations, name = _remediations(call), str(call.given("ConfigRuleName"))
    expires = call.given("ExpirationTime")
    for resource in _keys(call):
        recorded = remediations.records.results.get(name, {}).get(resource)
        if recorded is None or recorded.compliance != "NON_COMPLIANT":
            raise _invalid(f"{resource[1]} is not NON_COMPLIANT under {name}.")
        kept: dict[str, Any] = {"Message": str(call.given("Message") or "")}
        kept |= {"ExpirationTime": _time(expires)} if expires is not None else {}
        remediations.exceptions[name, resource] = kept
    return {"FailedBatches": []}


@operation("config", "DescribeRemediationExceptions")
def describe_remediation_exceptions(call: Call) -> Reply:
    """The exceptions of a rule, also those that AWS Config added."""
    name, wanted = str(call.given("ConfigRuleName")), set(_keys(call))
    told = [
        {"ConfigRuleName": name, "ResourceType": resource[0], "ResourceId": resource[1], **kept}
        for (rule, resource), kept in sorted(_remediations(call).exceptions.items(), key=lambda item: item[0])
        if rule == name and (not wanted or resource in wanted)
    ]
    page, token = _page(told, call)
    return {"RemediationExceptions": page} | ({"NextToken": token} if token else {})


@operation("config", "DeleteRemediationExceptions")
def delete_remediation_exceptions(call: Call) -> Reply:
    """Let resources be remediated again, with all their attempts."""
    remediations, name = _remediations(call), str(call.given("ConfigRuleName"))
    for resource in _keys(call):
        if (name, resource) not in remediations.exceptions:
            raise Refusal("NoSuchRemediationExceptionException", f"{resource[1]} has no exception.")
        del remediations.exceptions[name, resource]
        remediations.running.pop((name, resource), None)
    return {"FailedBatches": []}


def remediate(account: str, region: str) -> tuple[tuple[str, Resource], ...]:
    """Start the documents that AWS Config starts by itself now; the rules and resources they are for.

    One attempt each: those that failed are due again, until their attempts are used up.
    """
    due = tuple(remediations_of(account, region).due())
    for rule, resource in due:
        _attempt(account, region, rule, resource)
    return due


def _attempt(account: str, region: str, rule: str, resource: Resource) -> None:
    remediations = remediations_of(account, region)
    configuration = remediations.configurations[rule]
    remediation = remediations.begin(rule, resource)
    version = configuration.get("TargetVersion")
    ssm: Any = service_session(account, region, "AWSConfig").client("ssm")
    try:
        started = ssm.start_automation_execution(
            DocumentName=configuration["TargetId"],
            Parameters=parameters_for(configuration, resource[1]),
            **({"DocumentVersion": version} if version else {}),
        )
        remediation.execution_ids.append(str(started["AutomationExecutionId"]))
    except (ClientError, BotoCoreError) as error:
        remediation.refused = str(error)
    remediations.ended(rule, resource)


def _check(call: Call, configuration: Mapping[str, Any]) -> None:
    name = str(configuration.get("ConfigRuleName"))
    if name not in _remediations(call).records.rules:
        raise _invalid(f"The ConfigRule '{name}' provided in the request is invalid.")
    if configuration.get("TargetType") != "SSM_DOCUMENT":
        raise _invalid("TargetType must be SSM_DOCUMENT.")
    parameters = configuration.get("Parameters") or {}
    if len(parameters) > _PARAMETERS:
        raise _invalid("At most 25 parameters can be given.")
    for parameter, value in parameters.items():
        _check_parameter(parameter, value)
    for field, (least, most) in _RANGES.items():
        if configuration.get(field) is not None and not least <= int(configuration[field]) <= most:
            raise _invalid(f"{field} must be between {least} and {most}.")
    if is_automatic(configuration) and not _static(parameters.get(_ROLE)):
        raise _invalid(f"Automatic remediation needs a value for {_ROLE}.")


def _check_parameter(name: str, value: Mapping[str, Any]) -> None:
    resource = (value.get("ResourceValue") or {}).get("Value")
    static = _static(value)
    if (resource == "RESOURCE_ID") == bool(static) or (resource and resource != "RESOURCE_ID"):
        raise _invalid(f"Parameter {name} is either the ResourceValue RESOURCE_ID or a StaticValue.")
    if len(static) > _PARAMETERS or not all(1 <= len(text) <= _LONGEST for text in static):
        raise _invalid(f"Parameter {name} has up to 25 values of 1 to 256 characters.")


def _static(value: Mapping[str, Any] | None) -> Sequence[str]:
    return ((value or {}).get("StaticValue") or {}).get("Values") or ()


def _configuration(remediations: Remediations, name: str) -> dict[str, Any]:
    if name not in remediations.configurations:
        raise Refusal(
            "NoSuchRemediationConfigurationException", f"The rule {name} has no remediation configuration."
        )
    return remediations.configurations[name]


def _told(resource: Resource, remediation: Remediation) -> dict[str, Any]:
    steps = told_steps(remediation)
    if remediation.refused:
        steps = [{"Name": "StartAutomation", "State": "FAILED", "ErrorMessage": remediation.refused}]
    ended = remediation.execution.ended_at if remediation.execution else None
    return {
        "ResourceKey": {"resourceType": resource[0], "resourceId": resource[1]},
        "State": remediation.state,
        "StepDetails": steps,
        "InvocationTime": remediation.invoked_at,
        "LastUpdatedTime": ended or CLOCK.now(),
    }


def _keys(call: Call) -> list[Resource]:
    return [(key["ResourceType"], key["ResourceId"]) for key in call.given("ResourceKeys") or ()]


def _time(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.fromtimestamp(float(value), UTC)


def _remediations(call: Call) -> Remediations:
    return remediations_of(call.account, call.region)


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterValueException", message)


def _page(items: list[Any], call: Call) -> tuple[list[Any], str | None]:
    try:
        return paged(items, call.given("Limit") or _PER_CALL, call.given("NextToken"))
    except ValueError:
        raise Refusal("InvalidNextTokenException", "The nextToken provided is invalid") from None
