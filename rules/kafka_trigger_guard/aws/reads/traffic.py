"""Reads from CloudWatch how much NAT gateways, VPC endpoints and MSK clusters carried in the last two weeks.

vpc/latest/userguide/metrics-dimensions-nat-gateway, vpc/latest/privatelink/privatelink-cloudwatch-metrics,
msk/latest/developerguide/metrics-details. What is refused becomes a note and fails nothing.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import boto3
from botocore.client import BaseClient

from kafka_trigger_guard.aws.calls import Progress, client_of
from kafka_trigger_guard.aws.failures import FAILURES, CollectError, api_error
from kafka_trigger_guard.aws.traffic import DAYS, Place, Traffic, Wanted
from kafka_trigger_guard.aws.workers import side_by_side

_DAY: Final = timedelta(days=1)
_QUERIES: Final = 500
"""cloudwatch API, GetMetricData: "A single GetMetricData call can include up to 500 MetricDataQuery"."""
_NAT: Final = "AWS/NATGateway"
_LINK: Final = "AWS/PrivateLinkEndpoints"
_KAFKA: Final = "AWS/Kafka"
_UNANSWERED: Final = ("InternalError", "Forbidden")


def read(
    session: boto3.Session,
    region: str,
    nat_gateway_ids: Collection[str] = (),
    endpoint_ids: Collection[str] = (),
    topics: Mapping[str, Collection[str]] | None = None,
    *,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Traffic:
    """What these NAT gateways, endpoints and MSK clusters (by name, with the topics to read) carried.

    Needs cloudwatch:ListMetrics and cloudwatch:GetMetricData, and calls nothing if nothing is asked for.
    """
    reader = _Reader(session, region, now or datetime.now(UTC), progress or (lambda _: None))
    nat = reader.bytes_of(
        _NAT, ("BytesInFromSource", "BytesInFromDestination"), "NatGatewayId", nat_gateway_ids
    )
    link = reader.bytes_of(_LINK, ("BytesProcessed",), "VPC Endpoint Id", endpoint_ids)
    if _LINK not in reader.refusals:
        # "only reported when there is traffic": what is not listed carried nothing
        link = {endpoint_id: link.get(endpoint_id, Decimal(0)) for endpoint_id in endpoint_ids}
    sent: dict[str, Decimal] = {}
    produced: dict[tuple[str, str], Decimal] = {}
    for name, listed in (topics or {}).items():
        sent |= reader.sent_by(name)
        produced |= {(name, topic): rate for topic, rate in reader.produced_to(name, listed).items()}
    return Traffic(nat, link, produced, sent, DAYS, tuple(reader.refusals.values()))


def read_all(
    wanted: Mapping[Place, Wanted],
    session_of: Callable[[str], boto3.Session | None],
    announce: Callable[[str, str], None] = lambda _where, _operation: None,
) -> dict[Place, Traffic]:
    """What was measured in several accounts and Regions, side by side; none without a session for it."""

    def one(place: Place) -> Traffic:
        account, region = place
        asked, session = wanted[place], session_of(account)
        if session is None:
            return Traffic(notes=(f"{account} {region}: no role to read CloudWatch's metrics with",))
        return read(
            session,
            region,
            asked.nat_gateway_ids,
            asked.endpoint_ids,
            asked.topics,
            progress=lambda operation: announce(f"{account} {region}", operation),
        )

    places = tuple(wanted)
    return dict(zip(places, side_by_side(one, places), strict=True))


@dataclass(frozen=True, slots=True)
class _Series:
    """One metric: whose it is, how it is read, and its name with all its dimensions."""

    key: str
    statistic: str
    metric: Mapping[str, Any]

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(sorted(each["Name"] for each in self.metric["Dimensions"]))


class _Reader:
    """The metrics of one account and Region; of a namespace that was refused it asks no more."""

    def __init__(self, session: boto3.Session, region: str, now: datetime, progress: Progress) -> None:
        self._session, self._region, self._progress = session, region, progress
        self._end = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        self._client: BaseClient | None = None
        self.refusals: dict[str, str] = {}

    def bytes_of(
        self, namespace: str, names: Sequence[str], dimension: str, ids: Collection[str]
    ) -> dict[str, Decimal]:
        """Bytes a second of each id: the sum of some metrics of bytes."""
        found = [each for name in names for each in self._series(namespace, name, dimension, ids, "Sum")]
        return self._rates(namespace, found)

    def sent_by(self, cluster: str) -> dict[str, Decimal]:
        """Bytes a second to all consumers of a cluster."""
        found = self._series(_KAFKA, "BytesOutPerSec", "Cluster Name", (cluster,), "Average")
        return self._rates(_KAFKA, found)

    def produced_to(self, cluster: str, topics: Collection[str]) -> dict[str, Decimal]:
        """Bytes a second produced to topics; none where the cluster's monitoring level tells no topics."""
        found = self._series(_KAFKA, "BytesInPerSec", "Topic", topics, "Average", {"Cluster Name": cluster})
        return self._rates(_KAFKA, found)

    def _series(
        self,
        namespace: str,
        name: str,
        dimension: str,
        ids: Collection[str],
        statistic: str,
        within: Mapping[str, str] | None = None,
    ) -> list[_Series]:
        """The metrics of this name whose dimension is one of the ids, at their coarsest.

        AWS tells the same bytes by gateway and by zone, by endpoint and by subnet, by broker and by topic:
        only those with the fewest dimensions are read, so that nothing counts twice.
        """
        if not ids:
            return []
        filters = dict(within or {}) or ({dimension: next(iter(ids))} if len(ids) == 1 else {})
        asked = {
            "Namespace": namespace,
            "MetricName": name,
            "Dimensions": [{"Name": key, "Value": value} for key, value in filters.items()],
        }
        by_id: dict[str, list[_Series]] = {}
        for page in self._pages(namespace, "list_metrics", asked):
            for metric in page.get("Metrics", ()):
                values = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
                if values.get(dimension) in ids and filters.items() <= values.items():
                    by_id.setdefault(values[dimension], []).append(
                        _Series(values[dimension], statistic, metric)
                    )
        return [each for found in by_id.values() for each in _coarsest(found)]

    def _rates(self, namespace: str, series: Sequence[_Series]) -> dict[str, Decimal]:
        """The sum of each id's rates; none at all if some of them were refused."""
        found: dict[str, Decimal] = {}
        for start in range(0, len(series), _QUERIES):
            chunk = series[start : start + _QUERIES]
            for each, points in zip(chunk, self._points(namespace, chunk), strict=True):
                if points:
                    found[each.key] = found.get(each.key, Decimal(0)) + self._rate(each, points)
        return {} if namespace in self.refusals else found

    def _points(self, namespace: str, chunk: Sequence[_Series]) -> list[list[tuple[datetime, Decimal]]]:
        """A point for each day and metric."""
        points: list[list[tuple[datetime, Decimal]]] = [[] for _ in chunk]
        asked = {
            "MetricDataQueries": [_query(f"m{index}", each) for index, each in enumerate(chunk)],
            "StartTime": self._end - DAYS * _DAY,
            "EndTime": self._end,
        }
        for page in self._pages(namespace, "get_metric_data", asked):
            for result in page.get("MetricDataResults", ()):
                if result.get("StatusCode") in _UNANSWERED:
                    self._refuse(namespace, "get_metric_data", str(result["StatusCode"]))
                values = [Decimal(str(value)) for value in result.get("Values", ())]
                points[int(result["Id"][1:])] += zip(result.get("Timestamps", ()), values, strict=True)
        return points

    def _rate(self, series: _Series, points: Sequence[tuple[datetime, Decimal]]) -> Decimal:
        """The mean of the days since the first one with data; a day without data had no traffic."""
        first = min(moment for moment, _ in points)
        days = max(1, -(-(self._end - first) // _DAY))
        mean = sum((value for _, value in points), Decimal(0)) / days
        return mean / int(_DAY.total_seconds()) if series.statistic == "Sum" else mean

    def _pages(self, namespace: str, method: str, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        """All pages, or none: half of an answer would be a smaller figure and look like a whole one."""
        if namespace in self.refusals:
            return []
        try:
            return list(self._connected().get_paginator(method).paginate(**asked))
        except CollectError as error:
            self._refuse(namespace, method, str(error))
        except FAILURES as error:
            reason = api_error(error)
            self._refuse(namespace, method, f"{reason.code}: {reason.message}")
        return []

    def _connected(self) -> BaseClient:
        if self._client is None:
            self._client = client_of(self._session, "cloudwatch", self._region, self._progress)
        return self._client

    def _refuse(self, namespace: str, method: str, why: str) -> None:
        operation = "".join(word.capitalize() for word in method.split("_"))
        text = f"{self._region}: cloudwatch:{operation} of {namespace} failed ({why})"
        self.refusals.setdefault(namespace, text)


def _coarsest(found: Iterable[_Series]) -> list[_Series]:
    """Those with the fewest dimensions; a metric that two pages list counts once."""
    by_dimensions: dict[tuple[str, ...], dict[frozenset[tuple[str, str]], _Series]] = {}
    for each in found:
        values = frozenset((part["Name"], part["Value"]) for part in each.metric["Dimensions"])
        by_dimensions.setdefault(each.dimensions, {})[values] = each
    return list(by_dimensions[min(by_dimensions, key=lambda names: (len(names), names))].values())


def _query(identifier: str, series: _Series) -> dict[str, Any]:
    metric = {key: series.metric[key] for key in ("Namespace", "MetricName", "Dimensions")}
    return {
        "Id": identifier,
        "MetricStat": {"Metric": metric, "Period": int(_DAY.total_seconds()), "Stat": series.statistic},
    }
