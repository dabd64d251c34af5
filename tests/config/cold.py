"""The deployed functions, started cold, and the events that reach them."""

import importlib
import json
import logging
import sys
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.config.wire import ACCOUNT

EVENTS = Path(__file__).parent / "events"
TOKEN = "eyJlbmNyeXB0ZWREYXRhIjpbLTQyXX0="
ASKED_AT = "2026-01-02T03:04:05.678Z"
_ROOM = "kafka_trigger_guard.config"


@dataclass(frozen=True)
class Context:
    """Lambda's context object."""

    invoked_function_arn: str
    aws_request_id: str = "8dd8d8a5-5a45-4a0c-9a4a-4e0d4b9c9d6e"
    remaining: int = 300_000

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds that are left."""
        return self.remaining


def context_in(
    account: str = ACCOUNT, region: str = "us-east-1", partition: str = "aws", **more: Any
) -> Context:
    """The context of the function in an account."""
    return Context(f"arn:{partition}:lambda:{region}:{account}:function:kafka-trigger-guard", **more)


class Guard:
    """Both functions in a new execution environment: nothing is warm."""

    def __init__(self) -> None:
        for name in [name for name in sys.modules if name == _ROOM or name.startswith(f"{_ROOM}.")]:
            del sys.modules[name]
        logging.Logger.manager.loggerDict.pop("kafka-trigger-guard", None)
        self._answer = importlib.import_module(f"{_ROOM}.handler").handler
        self._watch = importlib.import_module(f"{_ROOM}.watch").handler

    def answer(self, event: Mapping[str, Any], context: Context | None = None) -> Any:
        """Invoke the rule function."""
        return self._answer(event, context or context_in())

    def watch(self, event: Mapping[str, Any], context: Context | None = None) -> list[str]:
        """Invoke the watch function; the ids of the messages that must come again."""
        answer = self._watch(event, context or context_in())
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def event(
    kind: str, *, name: str | None = None, without: tuple[str, ...] = (), **parameters: str
) -> dict[str, Any]:
    """An event from its file, with more InputParameters; `without` some."""
    read: dict[str, Any] = json.loads((EVENTS / f"{kind}.json").read_text())
    given = json.loads(read["ruleParameters"]) | parameters
    read["ruleParameters"] = json.dumps({key: value for key, value in given.items() if key not in without})
    read["configRuleName"] = name or given.get("Rule", "")
    return read


def told(read: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """The event with other members of its invokingEvent."""
    message = json.loads(read["invokingEvent"]) | changes
    return {**read, "invokingEvent": json.dumps(message)}


def changed(read: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """The change event with another configuration item."""
    item = json.loads(read["invokingEvent"])["configurationItem"] | changes
    return told(read, configurationItem=item)


def messages(*bodies: Any, sent_at: int = 1767323045678) -> dict[str, Any]:
    """A batch of the queue with these bodies; the ids count from 0."""
    pattern = json.loads((EVENTS / "watch.json").read_text())["Records"][0]
    records = []
    for number, body in enumerate(bodies):
        record = deepcopy(pattern)
        record["messageId"] = str(number)
        record["body"] = body if isinstance(body, str) else json.dumps(body)
        record["attributes"]["SentTimestamp"] = str(sent_at)
        records.append(record)
    return {"Records": records}
