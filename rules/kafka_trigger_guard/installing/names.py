"""What is installed under which name; the templates and the command line share these."""

from __future__ import annotations

from typing import Final

SINGLE_STACK: Final = "kafka-trigger-guard"
CENTRAL_STACK: Final = "kafka-trigger-guard-central"
MEMBERS_STACK_SET: Final = "kafka-trigger-guard-members"
RULE_FUNCTION: Final = "kafka-trigger-guard"
WATCH_FUNCTION: Final = "kafka-trigger-guard-watch"
READ_ROLE: Final = "KafkaTriggerGuardRead"
REMEDIATION: Final = "Remediation"
_RULES: Final = "kafka-trigger-"


def key_of(rule: str) -> str:
    """A rule's name inside logical ids and parameter names: `LambdaEndpoint`."""
    return "".join(word.capitalize() for word in rule.removeprefix(_RULES).split("-"))


def own_name(rule: str, parameter: str) -> str:
    """The template's name of a parameter that one rule has: `LambdaEndpointAllowNat`."""
    return f"{key_of(rule)}{parameter}"


def bucket_of(account: str, region: str) -> str:
    """The bucket that is created where none is named."""
    return f"kafka-trigger-guard-{account}-{region}"
