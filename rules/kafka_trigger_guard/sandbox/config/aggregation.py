"""What an AWS Config aggregator shows, which moto keeps but does not fill.

An aggregator of an organization shows every account here; one of named accounts shows those.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.config.models import config_backends

from kafka_trigger_guard.sandbox.config.records import Records, records_of
from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation, paged

_LONGEST_PAGE = {"rules": 1000, "results": 100}
_QUALIFIER = "EvaluationResultQualifier"


@operation("config", "DescribeAggregateComplianceByConfigRules")
def describe_aggregate_compliance_by_config_rules(call: Call) -> Reply:
    """Every rule that has results, with its worst compliance."""
    filters = call.given("Filters") or {}
    found = [
        _summary(account, region, name, records)
        for account, region, records in _aggregated(call)
        for name in sorted(records.rules)
        if any(True for _ in records.shown(name))
    ]
    kept = [each for each in found if all(each.get(name) == value for name, value in filters.items())]
    return _page(call, "AggregateComplianceByConfigRules", kept, "rules")


@operation("config", "GetAggregateComplianceDetailsByConfigRule")
def get_aggregate_compliance_details_by_config_rule(call: Call) -> Reply:
    """The results of one rule of one account and Region."""
    where, name = (
        (str(call.given("AccountId")), str(call.given("AwsRegion"))),
        str(call.given("ConfigRuleName")),
    )
    wanted = call.given("ComplianceType")
    results = [
        {
            "EvaluationResultIdentifier": {
                _QUALIFIER: {
                    "ConfigRuleName": name,
                    "ResourceType": resource_type,
                    "ResourceId": resource_id,
                },
                "OrderingTimestamp": recorded.ordered_at,
            },
            "ComplianceType": recorded.compliance,
            "ResultRecordedTime": recorded.recorded_at,
            "ConfigRuleInvokedTime": recorded.invoked_at,
            "AccountId": where[0],
            "AwsRegion": where[1],
            **({"Annotation": recorded.annotation} if recorded.annotation else {}),
        }
        for account, region, records in _aggregated(call)
        if (account, region) == where
        for (resource_type, resource_id), recorded in records.shown(name)
        if wanted in (None, recorded.compliance)
    ]
    return _page(call, "AggregateEvaluationResults", results, "results")


def _summary(account: str, region: str, name: str, records: Records) -> dict[str, Any]:
    compliances = [recorded.compliance for _, recorded in records.shown(name)]
    compliance = "NON_COMPLIANT" if "NON_COMPLIANT" in compliances else "COMPLIANT"
    count = {"CappedCount": compliances.count("NON_COMPLIANT"), "CapExceeded": False}
    return {
        "ConfigRuleName": name,
        "Compliance": {"ComplianceType": compliance, "ComplianceContributorCount": count},
        "AccountId": account,
        "AwsRegion": region,
    }


def _aggregated(call: Call) -> Iterator[tuple[str, str, Records]]:
    """The records of the accounts and Regions that the named aggregator shows."""
    backend: Any = config_backends[call.account][call.region]
    aggregator = backend.config_aggregators.get(call.given("ConfigurationAggregatorName"))
    if aggregator is None:
        raise Refusal(
            "NoSuchConfigurationAggregatorException",
            "The configuration aggregator does not exist. Check the configuration aggregator name and try "
            "again.",
        )
    sources = aggregator.account_aggregation_sources or ()
    for account in sorted(config_backends):
        for region in sorted(config_backends[account]):
            if not sources or any(_shows(source, account, region) for source in sources):
                yield account, region, records_of(account, region)


def _shows(source: Any, account: str, region: str) -> bool:
    return account in source.account_ids and (bool(source.all_aws_regions) or region in source.aws_regions)


def _page(call: Call, name: str, items: list[dict[str, Any]], kind: str) -> Reply:
    try:
        page, token = paged(items, call.given("Limit") or _LONGEST_PAGE[kind], call.given("NextToken"))
    except ValueError:
        raise Refusal("InvalidNextTokenException", "The nextToken provided is invalid") from None
    return {name: page} | ({"NextToken": token} if token else {})
