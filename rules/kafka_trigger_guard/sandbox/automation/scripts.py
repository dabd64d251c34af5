"""aws:executeScript: a Python handler, run in this process with the automation's credentials.

`import boto3` gives the script clients of the automation's role and Region, and `time.sleep` lets the
sandbox's time pass; both belong to the script alone, so that scripts of several threads do not meet.
systems-manager/latest/userguide/automation-action-executeScript
"""

from __future__ import annotations

import builtins
import io
import json
import sys
import time
import traceback
from collections.abc import Mapping
from functools import lru_cache
from itertools import count
from types import CodeType, ModuleType
from typing import Any

import boto3

from kafka_trigger_guard.sandbox.automation.actions import POLLING, ActionFailure, Outcome, Work, action
from kafka_trigger_guard.sandbox.automation.session import AutomationSession
from kafka_trigger_guard.sandbox.clock import CLOCK
from kafka_trigger_guard.sandbox.sessions import session_of

_RUNTIMES = ("python3.10", "python3.11")
_LONGEST_SECONDS = 600
_LARGEST_PAYLOAD = 100_000
_FILE = "customer_script.py"
_NUMBERS = count(1)


class _OutOfTime(BaseException):
    """The script slept longer than it may run."""


@action("aws:executeScript")
def execute_script(work: Work) -> Outcome:
    """Run the handler with InputPayload; what it returns is the step's Payload."""
    runtime, name = work.inputs.get("Runtime"), str(work.inputs.get("Handler", ""))
    if runtime not in _RUNTIMES:
        raise ActionFailure(POLLING, f"Runtime {runtime} is not supported")
    payload = _run(work, str(work.inputs["Script"]), name.rpartition(".")[2])
    if len(payload) > _LARGEST_PAYLOAD:
        raise ActionFailure(POLLING, f"The payload has {len(payload)} bytes; at most 100 KB are allowed")
    response = {"Payload": json.loads(payload)}
    return Outcome(response, {"Payload": response["Payload"], "OutputPayload": json.dumps(response)})


def _run(work: Work, script: str, handler: str) -> str:
    module = ModuleType(f"customer_script_{next(_NUMBERS)}")
    vars(module)["__builtins__"] = _builtins(work)
    sys.modules[module.__name__] = module
    try:
        exec(_compiled(script), vars(module))
        if not callable(vars(module).get(handler)):
            raise ActionFailure(POLLING, f"Handler {handler} is not defined in the script")
        events = json.loads(json.dumps(work.inputs.get("InputPayload") or {}))
        return json.dumps(vars(module)[handler](events, {}))
    except ActionFailure:
        raise
    except _OutOfTime:
        raise ActionFailure(POLLING, "Action timed out", "TimedOut") from None
    except Exception as error:
        raise ActionFailure(POLLING, _told(error, script)) from None
    finally:
        del sys.modules[module.__name__]


@lru_cache(maxsize=64)
def _compiled(script: str) -> CodeType:
    return compile(script, _FILE, "exec", dont_inherit=True)


def _told(error: Exception, script: str) -> str:
    """The failure as Automation tells it: the script's own frames, the error's type and text."""
    lines = script.splitlines()
    told = ["Traceback (most recent call last):"]
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == _FILE and frame.lineno:
            told.append(f'  File "{_FILE}", line {frame.lineno}, in {frame.name}')
            told += [f"    {line.strip()}" for line in lines[frame.lineno - 1 : frame.lineno]]
    return "\n".join([*told, "", f"{type(error).__name__} - {error}"])


def _builtins(work: Work) -> dict[str, Any]:
    replaced = _modules(work)

    def import_(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: tuple[str, ...] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level == 0 and name in replaced:
            return replaced[name if fromlist else name.partition(".")[0]]
        return builtins.__import__(name, globals, locals, fromlist or (), level)

    def print_(*values: object, **named: Any) -> None:
        builtins.print(*values, **{**named, "file": named.get("file") or io.StringIO()})

    return {**vars(builtins), "__import__": import_, "print": print_}


def _modules(work: Work) -> dict[str, ModuleType]:
    """What the script imports instead of boto3 and time; everything else of them is theirs."""
    session = _Sessions(work.session)
    scripted_session = _copy(boto3.session, Session=session)
    scripted_boto3 = _copy(
        boto3,
        client=session.client,
        resource=work.session.session.resource,
        Session=session,
        session=scripted_session,
    )
    limit = min(work.step.timeout_seconds or _LONGEST_SECONDS, _LONGEST_SECONDS)

    def sleep(seconds: float) -> None:
        CLOCK.skip(seconds)
        if (CLOCK.now() - work.started_at).total_seconds() > limit:
            raise _OutOfTime

    def now() -> float:
        return CLOCK.now().timestamp()

    scripted_time = _copy(time, sleep=sleep, time=now, monotonic=now)
    return {"boto3": scripted_boto3, "boto3.session": scripted_session, "time": scripted_time}


def _copy(module: ModuleType, **replaced: Any) -> ModuleType:
    copy = ModuleType(module.__name__)
    vars(copy).update(vars(module) | replaced)
    return copy


class _Sessions:
    """`boto3.Session` and `boto3.client` of a script: its role's, unless it brings credentials of its own."""

    def __init__(self, session: AutomationSession) -> None:
        self._session = session

    def __call__(self, *, region_name: str = "", **credentials: str) -> boto3.Session:
        if not credentials:
            found = self._session.session.get_credentials()
            assert found is not None
            credentials = {
                "aws_access_key_id": found.access_key,
                "aws_secret_access_key": found.secret_key,
            } | ({"aws_session_token": found.token} if found.token else {})
        return session_of(region_name or self._session.region, **credentials)

    def client(self, service_name: str, region_name: str = "", **named: Any) -> Any:
        """A client of the role, one for all steps with the same settings: making one takes long."""
        made = self._session.settled
        key = (service_name, region_name, _settings(named))
        if key not in made:
            make: Any = self._session.session.client
            region = region_name or self._session.region
            made[key] = make(service_name, region, **named) if named else self._session.client(*key[:2])
        return made[key]


def _settings(named: Mapping[str, Any]) -> str:
    """What a client is made with, to tell clients apart; a Config has no text of its own."""
    return repr([(name, getattr(value, "_user_provided_options", value)) for name, value in named.items()])
