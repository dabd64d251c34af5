"""AWS Config's rules and evaluations, which moto does not evaluate."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Any

from kafka_trigger_guard.sandbox.config.records import Records, records_of
from kafka_trigger_guard.sandbox.config.remediations import remediations_of
from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation, paged

_RULES_PER_PAGE = 25
_RULES_PER_START = 25
_EVALUATIONS_PER_CALL = 100
_LONGEST_ANNOTATION = 256
_RESULTS_PER_PAGE = 10
_COMPLIANCES = ("COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE")


@operation("config", "PutConfigRule")
def put_config_rule(call: Call) -> Reply:
    """Add a rule, or change one that is not being evaluated."""
    given: dict[str, Any] = dict(call.given("ConfigRule"))
    records, name = _records(call), str(given.get("ConfigRuleName", ""))
    if not name:
        raise Refusal("InvalidParameterValueException", "One or more identifiers needs to be provided.")
    _check_parameters(given.get("InputParameters"))
    if name in records.started:
        raise Refusal("ResourceInUseException", f"The rule {name} is currently being evaluated.")
    rule_id = records.rules.get(name, {}).get("ConfigRuleId", f"config-rule-{secrets.token_hex(3)}")
    arn = f"arn:{call.partition}:config:{call.region}:{call.account}:config-rule/{rule_id}"
    records.rules[name] = {**given, "ConfigRuleId": rule_id, "ConfigRuleArn": arn}
    return {}


@operation("config", "DescribeConfigRules")
def describe_config_rules(call: Call) -> Reply:
    """Rules by name, 25 a page."""
    records = _records(call)
    names = call.strings("ConfigRuleNames") or tuple(sorted(records.rules))
    page, token = _page(names, _RULES_PER_PAGE, call.given("NextToken"))
    rules = [records.rule(name) | {"ConfigRuleState": _state(records, name)} for name in page]
    return {"ConfigRules": rules} | ({"NextToken": token} if token else {})


@operation("config", "DeleteConfigRule")
def delete_config_rule(call: Call) -> Reply:
    """Delete a rule and its results."""
    records, name = _records(call), str(call.given("ConfigRuleName"))
    records.rule(name)
    if name in remediations_of(call.account, call.region).configurations:
        raise Refusal(
            "ResourceInUseException",
            f"Delete the remediation action associated with the rule {name} before deleting the rule.",
        )
    del records.rules[name]
    records.results.pop(name, None)
    return {}


@operation("config", "StartConfigRulesEvaluation")
def start_config_rules_evaluation(call: Call) -> Reply:
    """Ask for evaluations, which are made when the scheduler runs.

    AWS also refuses a second call within a minute; the sandbox refuses only while one has not ended.
    """
    records, names = _records(call), call.strings("ConfigRuleNames")
    if not 1 <= len(names) <= _RULES_PER_START:
        raise Refusal("InvalidParameterValueException", "Between 1 and 25 rules can be evaluated at once.")
    for name in names:
        records.rule(name)
    if set(names) & set(records.started):
        raise Refusal("LimitExceededException", "An evaluation of these rules is in progress.")
    records.started += names
    return {}


@operation("config", "PutEvaluations")
def put_evaluations(call: Call) -> Reply:
    """Record results under the rule that the token is for."""
    records, token = _records(call), str(call.given("ResultToken"))
    if token not in records.tokens:
        raise Refusal("InvalidResultTokenException", "The resultToken provided is invalid.")
    evaluations = call.given("Evaluations") or []
    if len(evaluations) > _EVALUATIONS_PER_CALL:
        raise Refusal("InvalidParameterValueException", "At most 100 evaluations can be put at once.")
    for evaluation in evaluations:
        if evaluation["ComplianceType"] not in _COMPLIANCES:
            raise Refusal("InvalidParameterValueException", "The compliance type is not supported.")
        if len(evaluation.get("Annotation", "")) > _LONGEST_ANNOTATION:
            raise Refusal("InvalidParameterValueException", "An annotation has at most 256 characters.")
    if not call.given("TestMode"):
        for evaluation in evaluations:
            records.record(token, evaluation)
    return {"FailedEvaluations": []}


@operation("config", "GetComplianceDetailsByConfigRule")
def get_compliance_details_by_config_rule(call: Call) -> Reply:
    """The results of a rule, 10 a page unless more are asked for."""
    records, name = _records(call), str(call.given("ConfigRuleName"))
    records.rule(name)
    wanted = call.strings("ComplianceTypes") or _COMPLIANCES
    results = [
        {
            "EvaluationResultIdentifier": {
                "EvaluationResultQualifier": {
                    "ConfigRuleName": name,
                    "ResourceType": resource_type,
                    "ResourceId": resource_id,
                },
                "OrderingTimestamp": recorded.ordered_at,
            },
            "ComplianceType": recorded.compliance,
            "ResultRecordedTime": recorded.recorded_at,
            "ConfigRuleInvokedTime": recorded.invoked_at,
            **({"Annotation": recorded.annotation} if recorded.annotation else {}),
        }
        for (resource_type, resource_id), recorded in records.shown(name)
        if recorded.compliance in wanted
    ]
    page, token = _page(results, call.given("Limit") or _RESULTS_PER_PAGE, call.given("NextToken"))
    return {"EvaluationResults": page} | ({"NextToken": token} if token else {})


@operation("config", "GetResourceConfigHistory", claims=lambda call: _known(call) is not None)
def get_resource_config_history(call: Call) -> Reply:
    """The last recorded configuration of a resource that the scheduler was told of."""
    found = _known(call) or {}
    times = {"configurationItemCaptureTime": datetime.now(UTC)}
    configuration = json.dumps(found.get("configuration"))
    return {"configurationItems": [{**found, **times, "configuration": configuration}]}


def _known(call: Call) -> Any:
    return _records(call).history.get((call.given("resourceType"), call.given("resourceId")))


def _records(call: Call) -> Records:
    return records_of(call.account, call.region)


def _state(records: Records, name: str) -> str:
    return "EVALUATING" if name in records.started else "ACTIVE"


def _check_parameters(text: str | None) -> None:
    try:
        given = json.loads(text or "{}")
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise Refusal(
            "InvalidParameterValueException", f"Invalid json {text} passed in the InputParameters field"
        )


def _page(items: Any, limit: int, token: str | None) -> tuple[list[Any], str | None]:
    try:
        return paged(items, limit, token)
    except ValueError:
        raise Refusal("InvalidNextTokenException", "The nextToken provided is invalid") from None
