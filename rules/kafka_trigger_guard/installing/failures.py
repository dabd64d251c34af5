"""Why nothing, or not all, is installed; each message is one line that says what to do."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from kafka_trigger_guard.aws.failures import api_error, one_line, without_credentials

CALL_FAILURES = (BotoCoreError, ClientError)


class InstallError(Exception):
    """The command cannot do what it is asked; the message is one line that says what to do."""


def code_of(error: Exception) -> str:
    """AWS's code of a refusal."""
    return api_error(error).code


def failed(doing: str, error: Exception, advice: str = "") -> InstallError:
    """The error of a call, in words: what was being done, what AWS said, and what helps."""
    lost = without_credentials(error)
    if lost is not None:
        return InstallError(str(lost))
    said = api_error(error)
    helps = advice or (
        "the permissions that deploying needs are listed in docs/deploying.md"
        if "Denied" in said.code or "Unauthorized" in said.code
        else "run the same command again when that is changed"
    )
    return InstallError(f"{doing} failed ({said.code}: {one_line(said.message)}); {helps}")
