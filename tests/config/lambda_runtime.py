"""AWS's own runtime client over the deployment package, against a runtime API on the loopback interface.

lambda/latest/dg/runtimes-api
"""

import importlib.util
import json
import os
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_OF_THE_RUNTIME = ("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py")
_PATIENCE_SECONDS = 600


class InvocationFailedError(Exception):
    """The function raised; the message is what Lambda would log."""


@dataclass
class Runtime:
    """A running function: events go in, answers come out."""

    events: "queue.Queue[tuple[Mapping[str, Any], str]]"
    answers: "queue.Queue[tuple[bool, Any]]"
    never_started: str | None = None

    def invoke(self, event: Mapping[str, Any], function_arn: str) -> Any:
        """The function's answer. Raises InvocationFailedError."""
        if self.never_started is not None:
            raise InvocationFailedError(self.never_started)
        self.events.put((event, function_arn))
        succeeded, answer = self.answers.get(timeout=_PATIENCE_SECONDS)
        if not succeeded:
            raise InvocationFailedError(json.dumps(answer))
        return answer


@contextmanager
def running(package: Path, handler: str, links: Path, **environment: str) -> Iterator[Runtime]:
    """Run a handler of the unpacked package; nothing else but the runtime client can be imported."""
    runtime = Runtime(queue.Queue(), queue.Queue())
    http = ThreadingHTTPServer(("127.0.0.1", 0), _api(runtime))
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{package}{os.pathsep}{_linked(links)}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{http.server_port}",
        "AWS_LAMBDA_FUNCTION_NAME": "kafka-trigger-guard",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "LAMBDA_TASK_ROOT": str(package),
        "_HANDLER": handler,
        **environment,
    }
    command = [sys.executable, "-S", "-m", "awslambdaric", handler]
    process = subprocess.Popen(command, cwd=package, env=settings, stdout=subprocess.DEVNULL)
    try:
        yield runtime
    finally:
        process.kill()
        process.wait()
        http.shutdown()
        thread.join()
        http.server_close()


def _linked(folder: Path) -> Path:
    """A folder with the runtime client alone."""
    folder.mkdir(exist_ok=True)
    for name in _OF_THE_RUNTIME:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        found = origin.parent if origin.name == "__init__.py" else origin
        if not (folder / found.name).exists():
            (folder / found.name).symlink_to(found)
    return folder


def _api(runtime: Runtime) -> type[BaseHTTPRequestHandler]:
    class Api(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            event, function_arn = runtime.events.get()
            headers = {
                "Lambda-Runtime-Aws-Request-Id": str(uuid.uuid4()),
                "Lambda-Runtime-Deadline-Ms": str(int((time.time() + 300) * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": function_arn,
                "Content-Type": "application/json",
            }
            self._answer(200, json.dumps(event).encode(), headers)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.endswith("/init/error"):
                runtime.never_started = body.decode()
            runtime.answers.put((self.path.endswith("/response"), json.loads(body)))
            self._answer(202, b"{}", {})

        def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Api
