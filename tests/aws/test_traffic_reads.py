"""What CloudWatch tells of NAT gateways, endpoints and clusters, over a real client and an embedded AWS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders
from moto import mock_aws

from kafka_trigger_guard.aws.reads.traffic import read, read_all
from kafka_trigger_guard.aws.traffic import DAYS, Wanted
from tests.aws.canned_aws import RawBody

REGION = "us-east-1"
NOW = datetime.now(UTC).replace(hour=9, minute=30, second=0, microsecond=0)
DAY = 86_400


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.Session("AKIDEXAMPLE", "secret", region_name=REGION)


def put(session: boto3.Session, namespace: str, name: str, value: float, day: int, **dimensions: str) -> None:
    """A data point, so many days before today; dimension names are written with underscores for spaces."""
    session.client("cloudwatch").put_metric_data(
        Namespace=namespace,
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": [{"Name": k.replace("_", " "), "Value": v} for k, v in dimensions.items()],
                "Timestamp": NOW - timedelta(days=day),
                "Value": value,
            }
        ],
    )


def carried(session: boto3.Session, nat_id: str, value: float, day: int, **more: str) -> None:
    put(session, "AWS/NATGateway", "BytesInFromSource", value, day, NatGatewayId=nat_id, **more)


def hear(session: boto3.Session) -> list[tuple[str, dict[str, Any]]]:
    """The calls to CloudWatch, with their parameters."""
    heard: list[tuple[str, dict[str, Any]]] = []

    def note(params: dict[str, Any], model: Any, **_: object) -> None:
        heard.append((model.name, dict(params)))

    session.events.register("provide-client-params.cloudwatch", note)
    return heard


def test_both_directions_of_a_nat_gateway_count(session: boto3.Session) -> None:
    for day in range(1, DAYS + 1):
        carried(session, "nat-1", 3 * DAY, day)
        put(session, "AWS/NATGateway", "BytesInFromDestination", 1 * DAY, day, NatGatewayId="nat-1")
        put(session, "AWS/NATGateway", "BytesOutToDestination", 50 * DAY, day, NatGatewayId="nat-1")
    assert read(session, REGION, ["nat-1"], now=NOW).nat_gateways == {"nat-1": Decimal(4)}


def test_a_day_without_data_had_no_traffic_but_days_before_the_first_do_not_count(
    session: boto3.Session,
) -> None:
    carried(session, "nat-1", 8 * DAY, 4)
    carried(session, "nat-1", 4 * DAY, 1)
    assert read(session, REGION, ["nat-1"], now=NOW).nat_gateways == {"nat-1": Decimal(3)}  # 12 in four days


def test_today_is_not_over_and_does_not_count(session: boto3.Session) -> None:
    carried(session, "nat-1", 2 * DAY, 1)
    carried(session, "nat-1", 99 * DAY, 0)
    assert read(session, REGION, ["nat-1"], now=NOW).nat_gateways == {"nat-1": Decimal(2)}


def test_a_regional_nat_gateway_is_summed_over_its_zones(session: boto3.Session) -> None:
    carried(session, "nat-1", 2 * DAY, 1, AvailabilityZone="us-east-1a")
    carried(session, "nat-1", 3 * DAY, 1, AvailabilityZone="us-east-1b")
    assert read(session, REGION, ["nat-1"], now=NOW).nat_gateways == {"nat-1": Decimal(5)}


def test_what_is_told_by_gateway_and_by_zone_is_counted_once(session: boto3.Session) -> None:
    carried(session, "nat-1", 5 * DAY, 1)
    carried(session, "nat-1", 5 * DAY, 1, AvailabilityZone="us-east-1a")
    assert read(session, REGION, ["nat-1"], now=NOW).nat_gateways == {"nat-1": Decimal(5)}


def test_a_nat_gateway_that_nobody_asked_for_is_not_read(session: boto3.Session) -> None:
    for nat_id in ("nat-1", "nat-2", "nat-3"):
        carried(session, nat_id, 2 * DAY, 1)
    assert read(session, REGION, ["nat-1", "nat-3"], now=NOW).nat_gateways.keys() == {"nat-1", "nat-3"}


def test_a_nat_gateway_without_metrics_is_not_called_idle(session: boto3.Session) -> None:
    found = read(session, REGION, ["nat-1"], now=NOW)
    assert (found.nat_gateways, found.notes) == ({}, ())


def link(session: boto3.Session, endpoint_id: str, value: float, **more: str) -> None:
    usual = {
        "VPC_Id": "vpc-1",
        "Endpoint_Type": "Interface",
        "Service_Name": "com.amazonaws.us-east-1.lambda",
    }
    put(
        session,
        "AWS/PrivateLinkEndpoints",
        "BytesProcessed",
        value,
        1,
        **{"VPC_Endpoint_Id": endpoint_id, **usual, **more},
    )


def test_an_endpoint_is_counted_by_endpoint_and_not_by_subnet_again(session: boto3.Session) -> None:
    link(session, "vpce-1", 6 * DAY)
    link(session, "vpce-1", 4 * DAY, Subnet_Id="subnet-a")
    link(session, "vpce-1", 2 * DAY, Subnet_Id="subnet-b")
    assert read(session, REGION, (), ["vpce-1"], now=NOW).endpoints == {"vpce-1": Decimal(6)}


def test_an_endpoint_that_tells_nothing_carried_nothing(session: boto3.Session) -> None:
    link(session, "vpce-1", 6 * DAY)
    found = read(session, REGION, (), ["vpce-1", "vpce-2"], now=NOW).endpoints
    assert found == {"vpce-1": Decimal(6), "vpce-2": Decimal(0)}


def kafka(session: boto3.Session, name: str, value: float, day: int = 1, **dimensions: str) -> None:
    put(session, "AWS/Kafka", name, value, day, Cluster_Name="orders", **dimensions)


def test_a_cluster_and_its_topics_are_summed_over_brokers(session: boto3.Session) -> None:
    for broker in ("1", "2", "3"):
        kafka(session, "BytesOutPerSec", 100, Broker_ID=broker)
        kafka(session, "BytesOutPerSec", 70, Broker_ID=broker, Topic="orders")
        kafka(session, "BytesInPerSec", 20, Broker_ID=broker, Topic="orders")
        kafka(session, "BytesInPerSec", 9, Broker_ID=broker, Topic="other")
    found = read(session, REGION, topics={"orders": ["orders"]}, now=NOW)
    assert found.clusters == {"orders": Decimal(300)}
    assert found.topics == {("orders", "orders"): Decimal(60)}


def test_a_cluster_that_tells_no_topics_leaves_them_unknown(session: boto3.Session) -> None:
    kafka(session, "BytesOutPerSec", 100, Broker_ID="1")
    kafka(session, "BytesInPerSec", 100, Broker_ID="1")
    found = read(session, REGION, topics={"orders": ["orders"]}, now=NOW)
    assert (found.clusters, found.topics) == ({"orders": Decimal(100)}, {})


def test_the_same_topic_of_another_cluster_is_another_topic(session: boto3.Session) -> None:
    kafka(session, "BytesInPerSec", 20, Broker_ID="1", Topic="orders")
    put(session, "AWS/Kafka", "BytesInPerSec", 500, 1, Cluster_Name="far", Broker_ID="1", Topic="orders")
    assert read(session, REGION, topics={"orders": ["orders"]}, now=NOW).topics == {
        ("orders", "orders"): Decimal(20)
    }


def test_nothing_asked_for_is_no_call(session: boto3.Session) -> None:
    heard = hear(session)
    assert read(session, REGION, now=NOW).notes == ()
    assert heard == []


def test_metrics_are_read_five_hundred_at_a_time_and_all_of_them(session: boto3.Session) -> None:
    ids = [f"nat-{number:04}" for number in range(501)]
    for nat_id in ids:
        carried(session, nat_id, 2 * DAY, 1)
    heard = hear(session)
    found = read(session, REGION, ids, now=NOW)
    assert found.nat_gateways == dict.fromkeys(ids, Decimal(2))
    asked = [len(params["MetricDataQueries"]) for name, params in heard if name == "GetMetricData"]
    assert asked == [500, 1]
    assert sum(name == "ListMetrics" for name, _ in heard) >= 3  # a page holds 500 metrics


def refuse(session: boto3.Session, operation: str) -> None:
    """Let AWS deny one operation of CloudWatch."""

    told = {"__type": "AccessDeniedException", "message": f"not authorized to perform {operation}"}

    def answer(request: Any, **_: object) -> AWSResponse:
        return AWSResponse(str(request.url), 403, HTTPHeaders(), RawBody(json.dumps(told).encode()))

    session.events.register_first(f"before-send.cloudwatch.{operation}", answer)  # type: ignore[arg-type]


@pytest.mark.parametrize("operation", ["ListMetrics", "GetMetricData"])
def test_a_refusal_is_a_note_and_no_failure_and_never_half_a_figure(
    session: boto3.Session, operation: str
) -> None:
    carried(session, "nat-1", 2 * DAY, 1)
    link(session, "vpce-1", 6 * DAY)
    refuse(session, operation)
    found = read(session, REGION, ["nat-1"], ["vpce-1"], {"orders": ["a"]}, now=NOW)
    assert (found.nat_gateways, found.endpoints, found.clusters) == ({}, {}, {})
    assert f"us-east-1: cloudwatch:{operation} of AWS/NATGateway failed" in found.notes[0]
    assert "not authorized to perform" in found.notes[0]


def test_a_namespace_that_was_refused_is_not_asked_again(session: boto3.Session) -> None:
    refuse(session, "ListMetrics")
    heard = hear(session)
    read(session, REGION, ["nat-1"], now=NOW)
    assert [name for name, _ in heard] == ["ListMetrics"]


def test_places_are_read_with_their_own_sessions(session: boto3.Session) -> None:
    carried(session, "nat-1", 2 * DAY, 1)
    here, there = ("123456789012", REGION), ("999988887777", REGION)
    wanted = {here: Wanted(nat_gateway_ids=("nat-1",)), there: Wanted(nat_gateway_ids=("nat-9",))}
    found = read_all(wanted, {"123456789012": session}.get)
    assert set(found[here].nat_gateways) == {"nat-1"}
    assert found[there].nat_gateways == {}
    assert found[there].notes == ("999988887777 us-east-1: no role to read CloudWatch's metrics with",)
