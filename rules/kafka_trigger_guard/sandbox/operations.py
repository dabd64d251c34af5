"""AWS operations that the sandbox answers itself, in front of moto's own.

Requests are parsed, and answers and refusals serialised, with botocore's model of the service.
"""

import re
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.exceptions import JsonRESTError, ServiceException
from moto.core.request import Request, normalize_request
from moto.core.responses import ActionResult, BaseResponse
from moto.utilities.utils import get_partition

Reply = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who asks, in which Region, and the parameters as botocore's model names them."""

    account: str
    region: str
    parameters: Mapping[str, Any]
    access_key: str = ""

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn` or another partition of the Region."""
        return str(get_partition(self.region))

    def given(self, name: str) -> Any:
        """The value of one parameter, None if the caller left it out."""
        return self.parameters.get(name)

    def strings(self, name: str) -> tuple[str, ...]:
        """The values of a list parameter, empty if the caller left it out."""
        return tuple(self.parameters.get(name) or ())


class Refusal(ServiceException):
    """An error that AWS would answer: its code and its message; the model gives the HTTP status."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)


Operation = Callable[[Call], Reply]
Answer = tuple[int, Any, Any]
"""The HTTP status, headers and body."""
Overseer = Callable[[AWSPreparedRequest, Callable[[], Any]], Any]
Claim = Callable[[Call], bool]


@dataclass(frozen=True, slots=True)
class _Registered:
    operation: Operation
    claims: Claim


_OPERATIONS: dict[tuple[str, str], _Registered] = {}
_OVERSEERS: list[Overseer] = []
HOST = re.compile(r"https?://(?P<service>[a-z0-9-]+)(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?[:/]")
_ONE_AT_A_TIME = threading.RLock()
_moto_process_request = BotocoreStubber.process_request


def operation(service: str, name: str, *, claims: Claim = lambda _: True) -> Callable[[Operation], Operation]:
    """Register the function that answers one operation; calls it does not claim go on to moto."""

    def register(function: Operation) -> Operation:
        _OPERATIONS[service, name] = _Registered(function, claims)
        return function

    return register


def answered_operations() -> tuple[tuple[str, str], ...]:
    """Service and name of every operation that the sandbox answers itself."""
    return tuple(sorted(_OPERATIONS))


def paged(items: Sequence[Any], limit: int | None, token: str | None) -> tuple[list[Any], str | None]:
    """One page of items, and the opaque token of the next; ValueError for a token we never gave."""
    start = _offset(token) if token else 0
    if start > len(items):
        raise ValueError(token)
    end = min(start + limit, len(items)) if limit else len(items)
    following = urlsafe_b64encode(f"from-{end}".encode()).decode() if end < len(items) else None
    return list(items[start:end]), following


def _offset(token: str) -> int:
    try:
        text = urlsafe_b64decode(token.encode()).decode()
    except (BadBase64, UnicodeDecodeError) as error:
        raise ValueError(token) from error
    if not re.fullmatch(r"from-\d{1,9}", text):
        raise ValueError(token)
    return int(text.removeprefix("from-"))


def overseer(function: Overseer) -> Overseer:
    """Register what stands around every request: it calls for the answer, or gives another."""
    _OVERSEERS.append(function)
    return function


def process_request(stubber: BotocoreStubber, request: AWSPreparedRequest) -> Any:
    """Answer a request ourselves if an operation claims it; otherwise let moto answer.

    One request at a time, so that checks and changes of one call are never torn apart.
    """
    with _ONE_AT_A_TIME:
        answer: Callable[[], Any] = partial(_answered, stubber, request)
        for function in _OVERSEERS:
            answer = partial(function, request, answer)
        return answer()


def _answered(stubber: BotocoreStubber, request: AWSPreparedRequest) -> Any:
    answer = _answer(request)
    return _moto_process_request(stubber, request) if answer is None else answer


def _answer(request: AWSPreparedRequest) -> Answer | None:
    host = HOST.match(request.url)
    if not host or not any(service == host["service"] for service, _ in _OPERATIONS):
        return None
    gateway = Gateway(host["service"])
    normalized = normalize_request(request)
    registered = gateway.requested(normalized)
    if registered is None:
        return None
    gateway.setup_class(normalized)
    call = Call(gateway.current_account, gateway.region, gateway.params, gateway.access_key)
    return gateway.answer(registered.operation, call) if registered.claims(call) else None


class Gateway(BaseResponse):
    """moto's parser and serialiser of one service, without its handlers."""

    def __init__(self, service: str) -> None:
        super().__init__(service_name=service)
        self.automated_parameter_parsing = True

    def requested(self, request: Request) -> _Registered | None:
        """Our own operation that the request is for."""
        self.read(request)
        return _OPERATIONS.get((str(self.service_name), self._get_action()))

    def read(self, request: Request) -> None:
        """Take the request, as far as its operation's name goes."""
        self.normalized_request = request
        self.headers = request.headers
        self.querystring = {"Action": [request.values["Action"]]} if "Action" in request.values else {}

    def answer(self, operation: Operation, call: Call) -> Answer:
        """The operation's answer or refusal, as the service's protocol writes it."""
        result: object
        try:
            result = operation(call)
        except ServiceException as refusal:
            result = refusal
        except JsonRESTError as refusal:
            result = Refusal(refusal.error_type, refusal.message)
        status, headers, body = self.serialized(ActionResult(result))
        headers, body = self._enrich_response(headers, body)
        return status, headers, body
