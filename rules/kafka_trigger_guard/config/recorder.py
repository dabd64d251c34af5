"""AWS Config as rdklib sees it: its client, with no evaluation lost."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka_trigger_guard.config.refusals import InvocationError

_ATTEMPTS = 4
_FIRST_PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Recorder:
    """AWS Config's client, of which every call goes through; PutEvaluations is repeated for what failed."""

    client: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def put_evaluations(
        self,
        *,
        Evaluations: Sequence[Mapping[str, Any]],  # noqa: N803
        ResultToken: str,  # noqa: N803
        TestMode: bool = False,  # noqa: N803
    ) -> Mapping[str, Any]:
        """Record evaluations; raise InvocationError if AWS Config still refuses some after four attempts."""
        due: Sequence[Mapping[str, Any]] = list(Evaluations)
        for pause in _pauses():
            answer: Mapping[str, Any] = self.client.put_evaluations(
                Evaluations=due, ResultToken=ResultToken, TestMode=TestMode
            )
            due = answer.get("FailedEvaluations") or []
            if not due:
                return answer
            time.sleep(pause)
        named = ", ".join(str(each.get("ComplianceResourceId")) for each in due[:5])
        raise InvocationError(f"AWS Config did not record {len(due)} evaluations, of {named}")


def _pauses() -> Iterator[float]:
    """Exponential with full jitter; none after the last attempt."""
    for attempt in range(_ATTEMPTS - 1):
        yield random.uniform(0, _FIRST_PAUSE_SECONDS * 2**attempt)
    yield 0.0
