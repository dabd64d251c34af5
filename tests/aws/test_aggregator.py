"""Specification of reading an AWS Config aggregator."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from kafka_trigger_guard.aws.aggregator import Aggregated, read_aggregator
from kafka_trigger_guard.aws.failures import CollectError
from kafka_trigger_guard.sandbox import Aws, aws
from kafka_trigger_guard.sandbox.config.service import Config

CENTRAL, MEMBER, OUTSIDER = "111122223333", "444455556666", "777788889999"
RULE = "kafka-trigger-lambda-endpoint"
OF_A_PACK = "OrgConformsPack-kafka-trigger-egress-abcdefgh"
TRIGGERS = tuple(f"00000000-0000-4000-8000-{number:012}" for number in range(230))


@pytest.fixture
def sandbox() -> Iterator[Aws]:
    with aws() as running:
        yield running


def recorded(sandbox: Aws, account: str, rule: str, results: Mapping[str, str]) -> None:
    """Let a rule of an account record results with an annotation."""
    session = sandbox.session(account=account)
    client: Any = session.client("config")

    def function(event: Mapping[str, Any], _: Any) -> None:
        evaluations = [
            {
                "ComplianceResourceType": "AWS::Lambda::EventSourceMapping",
                "ComplianceResourceId": resource_id,
                "ComplianceType": compliance,
                "Annotation": f"{compliance.lower()}: as {account} says",
                "OrderingTimestamp": 1767225600,
            }
            for resource_id, compliance in results.items()
        ]
        for start in range(0, len(evaluations), 100):
            page = evaluations[start : start + 100]
            client.put_evaluations(Evaluations=page, ResultToken=event["resultToken"])

    config = Config(session, function)
    config.put_rule(rule)
    config.run_all()


def aggregator(sandbox: Aws, *accounts: str) -> None:
    """An aggregator named `all` of these accounts."""
    client: Any = sandbox.session(account=CENTRAL).client("config")
    client.put_configuration_aggregator(
        ConfigurationAggregatorName="all",
        AccountAggregationSources=[{"AccountIds": list(accounts), "AllAwsRegions": True}],
    )


def read(sandbox: Aws, name: str = "all") -> tuple[Aggregated, ...]:
    session = sandbox.session(account=CENTRAL)
    return read_aggregator(session, name, sandbox.region, "kafka-trigger-")


def test_every_result_of_our_rules_is_read_from_every_account_and_page(sandbox: Aws) -> None:
    aggregator(sandbox, CENTRAL, MEMBER)
    recorded(sandbox, CENTRAL, RULE, dict.fromkeys(TRIGGERS, "COMPLIANT"))
    recorded(sandbox, MEMBER, OF_A_PACK, {TRIGGERS[0]: "NON_COMPLIANT"})
    found = read(sandbox)
    assert {each.resource_id for each in found if each.account == CENTRAL} == set(TRIGGERS)
    (red,) = [each for each in found if each.account == MEMBER]
    assert red.config_rule == OF_A_PACK
    assert (red.compliance, red.annotation) == ("NON_COMPLIANT", f"non_compliant: as {MEMBER} says")


def test_other_rules_and_accounts_that_the_aggregator_leaves_out_are_not_read(sandbox: Aws) -> None:
    aggregator(sandbox, CENTRAL)
    recorded(sandbox, CENTRAL, "s3-bucket-public-read", {"bucket": "NON_COMPLIANT"})
    recorded(sandbox, OUTSIDER, RULE, {TRIGGERS[0]: "NON_COMPLIANT"})
    assert read(sandbox) == ()


def test_an_aggregator_that_does_not_exist_is_an_error_that_names_it(sandbox: Aws) -> None:
    with pytest.raises(CollectError, match="aggregator nowhere in us-east-1 failed"):
        read(sandbox, "nowhere")
