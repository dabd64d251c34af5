"""What an AWS Config aggregator shows of our rules, in all its accounts and Regions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import boto3
from botocore import xform_name

from kafka_trigger_guard.aws.calls import client_of, plain
from kafka_trigger_guard.aws.failures import (
    FAILURES,
    CollectError,
    api_error,
    unreachable,
    without_credentials,
)
from kafka_trigger_guard.aws.workers import side_by_side

_SUMMARIES: Final = "DescribeAggregateComplianceByConfigRules"
_DETAILS: Final = "GetAggregateComplianceDetailsByConfigRule"
_PER_PAGE: Final = {_SUMMARIES: 1000, _DETAILS: 100}
Announce = Callable[[str, str], None]
"""Told the Region and the operation of each call."""


@dataclass(frozen=True, slots=True)
class Aggregated:
    """One recorded result: under which Config rule, of which resource, and where."""

    account: str
    region: str
    config_rule: str
    resource_type: str
    resource_id: str
    compliance: str
    annotation: str
    recorded_at: str


@dataclass(frozen=True, slots=True)
class _ConfigRule:
    """A Config rule of one account and Region."""

    account: str
    region: str
    name: str


def read_aggregator(
    session: boto3.Session,
    name: str,
    region: str,
    prefix: str,
    announce: Announce = lambda _where, _operation: None,
) -> tuple[Aggregated, ...]:
    """The results of all rules whose name holds the prefix, as the aggregator of that name shows them.

    Packs put words before a rule's name and behind it. Raises CollectError if any of it cannot be read.
    https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeAggregateComplianceByConfigRules.html
    https://docs.aws.amazon.com/config/latest/APIReference/API_GetAggregateComplianceDetailsByConfigRule.html
    """
    client: Any = client_of(session, "config", region, partial(announce, region))
    ask = partial(_pages, client, region, name)
    rules = [
        _ConfigRule(str(item["AccountId"]), str(item["AwsRegion"]), str(item["ConfigRuleName"]))
        for page in ask(_SUMMARIES, {})
        for item in page.get("AggregateComplianceByConfigRules") or ()
        if prefix in item.get("ConfigRuleName", "")
    ]
    found = side_by_side(lambda rule: list(_results(ask, rule)), rules)
    return tuple(result for results in found for result in results)


def _results(
    ask: Callable[[str, Mapping[str, str]], Iterator[dict[str, Any]]], rule: _ConfigRule
) -> Iterator[Aggregated]:
    which = {"ConfigRuleName": rule.name, "AccountId": rule.account, "AwsRegion": rule.region}
    for page in ask(_DETAILS, which):
        for result in plain(page.get("AggregateEvaluationResults") or ()):
            qualifier = result["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
            yield Aggregated(
                rule.account,
                rule.region,
                rule.name,
                str(qualifier.get("ResourceType", "")),
                str(qualifier.get("ResourceId", "")),
                str(result.get("ComplianceType", "")),
                str(result.get("Annotation", "")),
                str(result.get("ResultRecordedTime", "")),
            )


def _pages(
    client: Any, region: str, aggregator: str, operation: str, parameters: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """All pages, empty ones too. Raises CollectError: a report of some pages would be no report."""
    paginator = client.get_paginator(xform_name(operation))
    try:
        yield from paginator.paginate(
            ConfigurationAggregatorName=aggregator,
            **parameters,
            PaginationConfig={"PageSize": _PER_PAGE[operation]},
        )
    except FAILURES as error:
        fatal = without_credentials(error) or unreachable(error, region)
        reason = api_error(error)
        raise fatal or CollectError(
            f"config:{operation} of the aggregator {aggregator} in {region} failed "
            f"({reason.code}: {reason.message}); name an aggregator of this account and Region"
        ) from None
