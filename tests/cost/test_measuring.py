"""Whose metrics are read for the sources that a user names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from kafka_trigger_guard.aws.traffic import Wanted
from kafka_trigger_guard.jobs.gathering import Announce, Sources
from kafka_trigger_guard.jobs.measuring import measured

HERE, THERE = ("123456789012", "us-east-1"), ("999988887777", "us-east-1")
WANTED = {place: Wanted(nat_gateway_ids=("nat-1",)) for place in (HERE, THERE)}


@contextmanager
def quiet(_: str) -> Iterator[Announce]:
    yield lambda _where, _operation: None


@pytest.fixture(autouse=True)
def embedded_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        boto3.client("cloudwatch").put_metric_data(
            Namespace="AWS/NATGateway",
            MetricData=[
                {
                    "MetricName": "BytesInFromSource",
                    "Dimensions": [{"Name": "NatGatewayId", "Value": "nat-1"}],
                    "Timestamp": datetime.now(UTC) - timedelta(days=1),
                    "Value": 86_400,
                }
            ],
        )
        yield


def test_of_snapshot_files_nothing_is_measured() -> None:
    assert measured(Sources(files=[Path("us-east-1.json")]), WANTED, quiet) == {}


def test_the_own_account_is_measured_and_another_one_is_told_as_not_read() -> None:
    found = measured(Sources(regions=["us-east-1"]), WANTED, quiet)
    assert found[HERE].nat_gateways == {"nat-1": Decimal(1)}
    assert found[THERE].notes == ("999988887777 us-east-1: no role to read CloudWatch's metrics with",)


def test_an_organizations_accounts_are_measured_by_their_role() -> None:
    sources = Sources(regions=["us-east-1"], organization=True, role_name="reader")
    found = measured(sources, WANTED, quiet)
    assert found[HERE].nat_gateways == {"nat-1": Decimal(1)}
    assert (found[THERE].nat_gateways, found[THERE].notes) == ({}, ())
