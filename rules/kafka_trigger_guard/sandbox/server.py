"""The sandbox as a server on the loopback interface, for any AWS client."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.request import Request
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from kafka_trigger_guard.sandbox.aws import DEFAULT_REGION, aws

LOOPBACK = "127.0.0.1"
_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/(?P<region>[a-z0-9-]+)/(?P<service>[a-z0-9-]+)/aws4_request")
_UNSIGNED = "only requests signed with Signature Version 4 are answered"


@contextmanager
def server(region: str = DEFAULT_REGION, port: int = 0) -> Iterator[str]:
    """Serve the sandbox on 127.0.0.1 and give its URL, to be used as `AWS_ENDPOINT_URL`.

    Port 0 takes any free one. Within `aws()` both share their resources.
    """
    with aws(region):
        http = make_server(LOOPBACK, port, _application, threaded=True, request_handler=_Quiet)
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{http.server_port}"
        finally:
            http.shutdown()
            thread.join()
            http.server_close()


class _Quiet(WSGIRequestHandler):
    """A request handler that writes no access log."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


def _application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    answer = _answered(Request(environ))
    return answer(environ, start_response)


def _answered(request: Request) -> Response:
    scope = _SCOPE.search(request.headers.get("Authorization", ""))
    if not scope:
        return Response(_UNSIGNED, status=403)
    reply = BotocoreStubber().process_request(_as_sent_to_aws(request, scope["service"], scope["region"]))
    if reply is None:
        return Response(f"the sandbox has no {scope['service']}", status=501)
    status, headers, body = reply
    return Response(body, status=status, headers=dict(headers))


def _as_sent_to_aws(request: Request, service: str, region: str) -> AWSPreparedRequest:
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    headers = HTTPHeaders()
    for name, value in request.headers.items():
        headers[name] = value
    host = f"{service}.{region}.{suffix}"
    headers.replace_header("Host", host)
    query = request.query_string.decode()
    url = f"https://{host}{request.raw_path}" + (f"?{query}" if query else "")
    return AWSPreparedRequest(request.method, url, headers, request.get_data(parse_form_data=False), False)
