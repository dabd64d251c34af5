"""AWS's own simulator of Automation documents, kept running in Node.js for many runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import boto3
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from tests import nodejs

_PROGRAM = Path(__file__).with_name("simulate.js")
Parameters = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Simulated:
    """How a run ended: SUCCESS, FAILED, CANCELED, or REFUSED when the simulator did not take the document."""

    status: str
    cause: str
    execution_id: str
    steps: tuple[str, ...]
    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Simulator:
    """Runs documents one after the other; their calls go to the server at `endpoint` of each run."""

    requests: IO[str]
    answers: IO[str]

    def run(
        self,
        document: Path,
        parameters: Parameters,
        endpoint: str,
        *,
        approved: bool = True,
        failing: str = "",
    ) -> Simulated:
        """Run a committed document; approvers answer `approved`, the step `failing` fails."""
        environment = _environment(endpoint)
        self._say(
            {
                "document": str(document),
                "parameters": parameters,
                "environment": environment,
                "approved": approved,
                "failing": failing,
            }
        )
        session = boto3.Session()
        while "end" not in (told := json.loads(self.answers.readline())):
            self._say(_answer(session, endpoint, told["call"]))
        end = told["end"]
        return Simulated(end["status"], end["cause"], end["executionId"], tuple(end["steps"]), end["outputs"])

    def _say(self, message: Mapping[str, Any]) -> None:
        self.requests.write(json.dumps(message, default=str) + "\n")
        self.requests.flush()


@contextmanager
def simulator() -> Iterator[Simulator]:
    """Start Node.js with the library; what it needs and what is missing is said by `tests.nodejs`."""
    nodejs.package("@cdklabs/cdk-ssm-documents")
    reading, writing = os.pipe()
    command = [nodejs.node(), str(_PROGRAM), str(nodejs.MODULES), str(writing)]
    python = Path(sys.executable).parent
    environment = dict(os.environ) | {"PATH": f"{python}{os.pathsep}{os.environ['PATH']}"}
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        pass_fds=[writing],
        text=True,
        env=environment,
    )
    os.close(writing)
    assert process.stdin is not None
    with process, os.fdopen(reading, encoding="utf-8") as answers, process.stdin as requests:
        yield Simulator(requests, answers)


def _environment(endpoint: str) -> dict[str, str]:
    """What boto3 in a script finds: the loopback server as AWS, and nothing of the machine's own settings."""
    kept = ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _answer(session: boto3.Session, endpoint: str, call: Mapping[str, Any]) -> dict[str, Any]:
    """Make the call of an API step; the simulator spells it as JavaScript does: `createVpcEndpoint`."""
    client: Any = session.client(call["service"], endpoint_url=endpoint)
    operation = call["api"][0].upper() + call["api"][1:]
    try:
        return {"answer": getattr(client, xform_name(operation))(**call["parameters"])}
    except (BotoCoreError, ClientError) as error:
        return {"refusal": f"{type(error).__name__}: {error}"}
