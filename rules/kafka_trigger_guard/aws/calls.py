"""The calls of one collection: in parallel, paged, retried, counted; failures are recorded, not fatal."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from types import TracebackType
from typing import Any, Final, Protocol, Self, TypeAlias

import boto3
from botocore import xform_name
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError, PaginationError
from botocore.model import OperationModel
from botocore.parsers import ResponseParserError

from kafka_trigger_guard.aws.failures import (
    FAILURES,
    CollectError,
    api_error,
    one_line,
    refused,
    without_credentials,
)
from kafka_trigger_guard.aws.listings import LISTINGS
from kafka_trigger_guard.aws.snapshot import ApiError

Progress: TypeAlias = Callable[[str], None]
"""Told each API call just before it is sent (`ec2:DescribeVpcs`); pages count, retries do not."""

_WORKERS: Final = 16
_ATTEMPTS: Final = 8
_FILTER_VALUES: Final = 200  # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
_FIRST: Final = "lambda:ListEventSourceMappings"
_CREATING = Lock()
"""Sessions are not made for threads: clients are created one after the other."""


@dataclass(frozen=True, slots=True)
class Read:
    """One operation to read. Each parameter set is a call of its own; their answers are merged in order.

    `key` is the id or ARN under which the answer is kept, for operations that are read by resource; `only`
    are the parts of the answer that are kept, all if empty.
    """

    operation: str
    parameters: Sequence[Mapping[str, Any]] = ({},)
    key: str | None = None
    only: Sequence[str] = ()

    @property
    def name(self) -> str:
        """How errors name it: `operation` or `operation key`."""
        return self.operation if self.key is None else f"{self.operation} {self.key}"


def filtered(operation: str, name: str, values: Iterable[str], parameter: str = "Filters") -> list[Read]:
    """The read of what matches a filter; no read without values. A filter holds at most 200 values."""
    ordered = sorted(set(values))
    chunks = [ordered[i : i + _FILTER_VALUES] for i in range(0, len(ordered), _FILTER_VALUES)]
    sets = [{parameter: [{"Name": name, "Values": chunk}]} for chunk in chunks]
    return [Read(operation, sets)] if sets else []


class Answers(Protocol):
    """What was read of one account and Region, so far or long ago."""

    @property
    def region(self) -> str:
        """The Region that was read."""

    def items(self, operation: str) -> list[dict[str, Any]]:
        """The items of a listing."""

    def answers(self, operation: str) -> dict[str, Any]:
        """The answers of an operation that is read by resource, by key."""


class Calls:
    """Reads operations of one account and Region and keeps answers and errors as a snapshot holds them.

    `clients`, by service, are used and added to, so that whoever keeps them saves making them again.
    """

    def __init__(
        self,
        session: boto3.Session,
        region: str,
        progress: Progress | None = None,
        clients: dict[str, BaseClient] | None = None,
    ) -> None:
        self.region = region
        self.responses: dict[str, Any] = {}
        self.errors: dict[str, ApiError] = {}
        self._session = session
        self._progress = progress
        self._clients = {} if clients is None else clients
        self._heard: dict[str, Callable[..., None]] = {}
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="collect")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=error is None, cancel_futures=True)
        for service, hear in self._heard.items():
            self._clients[service].meta.events.unregister("before-call", hear)

    def read(self, *reads: Read) -> None:
        """Read operations side by side, none that failed before; raise CollectError without credentials."""
        due = [read for read in reads if read.name not in self.errors]
        for read in due:
            self._client(_service(read.operation))
        outcomes = [(read, self._pool.submit(self._outcome, read)) for read in due]
        for read, outcome in outcomes:
            self._keep(read, outcome.result())

    def items(self, operation: str) -> list[dict[str, Any]]:
        """The items of a listing that was read; none if it failed or was never read."""
        found: list[dict[str, Any]] = self.responses.get(operation, {}).get(LISTINGS[operation].items, [])
        return found

    def answers(self, operation: str) -> dict[str, Any]:
        """The answers of an operation that is read by resource, by key."""
        found: dict[str, Any] = self.responses.get(operation, {})
        return found

    def retain(self, operation: str, wanted: Callable[[dict[str, Any]], bool]) -> None:
        """Drop the items of a listing that no trigger needs."""
        if operation in self.responses:
            kept = [item for item in self.items(operation) if wanted(item)]
            self.responses[operation][LISTINGS[operation].items] = kept

    def supports(self, operation: str, parameter: str) -> bool:
        """Whether the installed botocore knows this parameter."""
        service, name = operation.split(":")
        shape = self._client(service).meta.service_model.operation_model(name).input_shape
        return shape is not None and parameter in shape.members

    def _outcome(self, read: Read) -> dict[str, Any] | ApiError:
        try:
            answer: dict[str, Any] = {}
            for parameters in read.parameters:
                _merge(answer, self._answer(read, parameters))
            return answer
        except FAILURES as error:
            fatal = without_credentials(error)
            if read.operation == _FIRST:
                fatal = fatal or refused(error, self.region)
            if fatal:
                raise fatal from None
            return api_error(error)

    def _answer(self, read: Read, parameters: Mapping[str, Any]) -> dict[str, Any]:
        service, name = read.operation.split(":")
        client = self._client(service)
        listing = LISTINGS.get(read.operation)
        if listing is None:
            answer = getattr(client, xform_name(name))(**parameters)
            return {part: plain(answer[part]) for part in answer if _is_kept(part, read.only)}
        merged: dict[str, Any] = {listing.items: []}
        for page in _pages(client, xform_name(name), parameters, listing.page_size):
            merged[listing.items] += plain(page.get(listing.items) or [])
            merged |= {part: page[part] for part in listing.last_page if part in page}
        return merged

    def _keep(self, read: Read, outcome: dict[str, Any] | ApiError) -> None:
        """An operation of several reads is collected only if all of them succeed: no list is partial."""
        if isinstance(outcome, ApiError):
            self.errors[read.name] = outcome
            if read.key is None:
                self.responses.pop(read.operation, None)
        elif read.key is not None:
            self.responses.setdefault(read.operation, {})[read.key] = outcome
        elif read.operation not in self.errors:
            _merge(self.responses.setdefault(read.operation, {}), outcome)

    def _client(self, service: str) -> BaseClient:
        with self._lock:
            if service not in self._clients:
                self._clients[service] = _quiet_client(self._session, service, self.region)
            client = self._clients[service]
            if service not in self._heard:
                self._heard[service] = _announced(client, service, self._announce)
            return client

    def _announce(self, operation: str) -> None:
        if self._progress is not None:
            with self._lock:
                self._progress(operation)


def client_of(session: boto3.Session, service: str, region: str, announce: Progress) -> BaseClient:
    """A client with standard retries (AWS_MAX_ATTEMPTS is honoured) that announces each of its calls."""
    client = _quiet_client(session, service, region)
    _announced(client, service, announce)
    return client


def _announced(client: BaseClient, service: str, announce: Progress) -> Callable[..., None]:
    def hear(model: OperationModel, **_: object) -> None:
        announce(f"{service}:{model.name}")

    client.meta.events.register("before-call", hear)
    return hear


def _quiet_client(session: boto3.Session, service: str, region: str) -> BaseClient:
    chosen = "AWS_MAX_ATTEMPTS" in os.environ
    config = Config(
        retries={"mode": "standard"} if chosen else {"mode": "standard", "total_max_attempts": _ATTEMPTS},
        max_pool_connections=_WORKERS,
        connect_timeout=10,
        read_timeout=60,
    )
    try:
        with _CREATING:
            client: BaseClient = session.client(service, region_name=region, config=config)  # type: ignore[call-overload]
    except (BotoCoreError, ValueError) as error:
        raise without_credentials(error) or CollectError(
            f"no AWS client for {service} in {region} ({one_line(error)}); check Region and AWS_ENDPOINT_URL"
        ) from None
    client.meta.events.register("before-parse", _refuse_broken_json)
    return client


def plain(value: Any) -> Any:
    """The value as JSON knows it: times become ISO 8601 texts in UTC."""
    match value:
        case dict():
            return {name: plain(part) for name, part in value.items()}
        case list():
            return [plain(part) for part in value]
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value


def _refuse_broken_json(
    operation_model: OperationModel, response_dict: Mapping[str, Any], **_: object
) -> None:
    """An answer that is no JSON is an error; botocore would read it as an empty one, so as nothing there."""
    is_json = operation_model.service_model.resolved_protocol in ("json", "rest-json")
    if is_json and response_dict["status_code"] < 300:
        try:
            json.loads(response_dict["body"] or b"{}")
        except ValueError as error:
            raise ResponseParserError(f"the answer is no JSON: {error}") from None


def _service(operation: str) -> str:
    return operation.partition(":")[0]


def _is_kept(part: str, only: Sequence[str]) -> bool:
    return part in only if only else part != "ResponseMetadata"


def _merge(into: dict[str, Any], answer: Mapping[str, Any]) -> None:
    for part, value in answer.items():
        if isinstance(value, list):
            into.setdefault(part, []).extend(value)
        else:
            into[part] = value


def _pages(
    client: BaseClient, method: str, parameters: Mapping[str, Any], page_size: int | None
) -> Iterator[dict[str, Any]]:
    if client.can_paginate(method):
        pages = client.get_paginator(method).paginate(**parameters, PaginationConfig={"PageSize": page_size})
        yield from pages
        return
    token, call = None, getattr(client, method)
    while True:
        page = call(**parameters, **({"NextToken": token} if token else {}))
        yield page
        if not page.get("NextToken"):
            return
        if page["NextToken"] == token:
            raise PaginationError(message=f"the same page token was received twice: {token}")
        token = page["NextToken"]
