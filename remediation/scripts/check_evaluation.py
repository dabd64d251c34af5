"""Step CheckEvaluation: an evaluation that is running already, or a rule that is gone, is no failure."""

from __future__ import annotations

from collections.abc import Mapping

from remediation.scripts.clients import own_clients
from remediation.scripts.own_steps import Failed, own_failure

_NO_FAILURE = ("LimitExceededException", "ResourceInUseException", "NoSuchConfigRuleException")
"""Config API, StartConfigRulesEvaluation: an evaluation is in progress, or was started in the last minute."""


def handler(events: Mapping[str, str], _context: object) -> dict[str, str]:
    """Whether the evaluation was started; raises Failed if it failed for another reason."""
    step, message = own_failure(own_clients(), events["ExecutionId"])
    if not step.startswith("StartEvaluation"):
        return {"Evaluation": "none" if events["Count"] == "0" else "started"}
    if not any(name in message for name in _NO_FAILURE):
        raise Failed(message)
    return {"Evaluation": "running already"}
