"""AWS Config's remediation configurations, which moto lacks: what would start which document, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.config.models import config_backends

from kafka_trigger_guard.sandbox.config_records import records_of
from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation

Configurations = dict[str, dict[str, Any]]
_ATTRIBUTE = "kafka_trigger_guard_remediations"
_PER_CALL, _PARAMETERS, _VALUES, _LONGEST = 25, 25, 25, 256


def remediations_of(account: str, region: str) -> Configurations:
    """The remediation configurations of an account and Region, by rule; they end with the sandbox."""
    backend: Any = config_backends[account][region]
    if not hasattr(backend, _ATTRIBUTE):
        setattr(backend, _ATTRIBUTE, {})
    found: Configurations = getattr(backend, _ATTRIBUTE)
    return found


@operation("config", "PutRemediationConfigurations")
def put_remediation_configurations(call: Call) -> Reply:
    """Add or change configurations, each of a rule that exists. config API, RemediationConfiguration"""
    given = list(call.given("RemediationConfigurations") or ())
    if not 1 <= len(given) <= _PER_CALL:
        raise _invalid(f"{len(given)} remediation configurations; from 1 to {_PER_CALL} are accepted")
    for each in given:
        _check(call, each)
    found = remediations_of(call.account, call.region)
    for each in given:
        name = each["ConfigRuleName"]
        arn = f"arn:{call.partition}:config:{call.region}:{call.account}:remediation-configuration/{name}"
        found[name] = {"Automatic": False, **each, "Arn": arn}
    return {"FailedBatches": []}


@operation("config", "DescribeRemediationConfigurations")
def describe_remediation_configurations(call: Call) -> Reply:
    """The configurations of some rules; a rule without one is left out."""
    found = remediations_of(call.account, call.region)
    return {"RemediationConfigurations": [found[n] for n in call.strings("ConfigRuleNames") if n in found]}


@operation("config", "DeleteRemediationConfiguration")
def delete_remediation_configuration(call: Call) -> Reply:
    """Delete the configuration of a rule."""
    name = str(call.given("ConfigRuleName"))
    if remediations_of(call.account, call.region).pop(name, None) is None:
        raise Refusal(
            "NoSuchRemediationConfigurationException",
            f"No RemediationConfiguration for rule {name} exists",
        )
    return {}


def _check(call: Call, given: Mapping[str, Any]) -> None:
    records_of(call.account, call.region).rule(str(given.get("ConfigRuleName", "")))
    if given.get("TargetType") != "SSM_DOCUMENT":
        raise _invalid("TargetType must be SSM_DOCUMENT")
    parameters = given.get("Parameters") or {}
    if len(parameters) > _PARAMETERS:
        raise _invalid(f"{len(parameters)} parameters; at most {_PARAMETERS} are accepted")
    for name, value in parameters.items():
        _check_value(name, value)
    if given.get("Automatic"):
        _check_automatic(given, parameters)


def _check_value(name: str, value: Mapping[str, Any]) -> None:
    if (value.get("ResourceValue") or {}).get("Value") == "RESOURCE_ID":
        return
    values = (value.get("StaticValue") or {}).get("Values") or []
    if not 1 <= len(values) <= _VALUES or not all(1 <= len(str(each)) <= _LONGEST for each in values):
        raise _invalid(f"The value of parameter {name} is invalid")


def _check_automatic(given: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
    """config API, RemediationConfiguration.Automatic: these must be there."""
    if "AutomationAssumeRole" not in parameters:
        raise _invalid("AutomationAssumeRole is required for automatic remediation")
    for name in ("MaximumAutomaticAttempts", "RetryAttemptSeconds"):
        if not given.get(name):
            raise _invalid(f"{name} is required for automatic remediation")


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterValueException", message)
