"""Lambda: invokes functions of the sandbox with the code that was uploaded for them, as their roles.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import secrets
from fnmatch import fnmatchcase
from typing import Any

from kafka_trigger_guard.sandbox.backends import lambda_of
from kafka_trigger_guard.sandbox.config.service import Context
from kafka_trigger_guard.sandbox.functions.code import FunctionCode, Unpacked
from kafka_trigger_guard.sandbox.iam.roles import credentials_of

_ENVIRONMENT = {
    "aws_access_key_id": "AWS_ACCESS_KEY_ID",
    "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY",
    "aws_session_token": "AWS_SESSION_TOKEN",
}


class NotInvokedError(Exception):
    """A function that is not there, or may not be invoked by whom wants to; the message says which."""


class Functions:
    """The warm functions of one sandbox: one execution environment each, until its code changes."""

    def __init__(self) -> None:
        self._warm: dict[tuple[str, str], FunctionCode] = {}
        self._unpacked: dict[str, Unpacked] = {}

    def invoke(self, function_arn: str, event: Any, service: str = "", source_arn: str = "") -> Any:
        """The handler's answer; a service must be allowed by the function's policy. Raises what it raises."""
        function = self._function(function_arn)
        if service and not _permits(function, service, source_arn):
            raise NotInvokedError(f"{service} is not allowed to invoke {function_arn}")
        code = self._code(function)
        context = Context(
            invoked_function_arn=str(function.function_arn),
            aws_request_id=secrets.token_hex(16),
            function_name=str(function.function_name),
            memory_limit_in_mb=int(function.memory_size),
        )
        return code(event, context, _environment(function))

    def close(self) -> None:
        """Remove what was unpacked; the functions are cold again."""
        for unpacked in self._unpacked.values():
            unpacked.folder.cleanup()
        self._unpacked.clear()
        self._warm.clear()

    def output(self, function_arn: str) -> str:
        """What a function has written to its log."""
        return self._code(self._function(function_arn)).output.getvalue()

    def session_role(self, function_arn: str) -> tuple[str, str, str]:
        """Account, Region and role of a function."""
        function = self._function(function_arn)
        return str(function.account_id), str(function.region), str(function.role)

    def _function(self, function_arn: str) -> Any:
        _, _, _, region, account, _, name = function_arn.split(":")[:7]
        function = lambda_of(account, region)._lambdas.get_function_by_name_or_arn_with_qualifier(name)
        if function is None:
            raise NotInvokedError(f"{function_arn} does not exist")
        return function

    def _code(self, function: Any) -> FunctionCode:
        key = (str(function.function_arn), str(function.code_sha_256))
        if key not in self._warm:
            if key[1] not in self._unpacked:
                self._unpacked[key[1]] = Unpacked(function.code_bytes)
            self._warm[key] = FunctionCode(self._unpacked[key[1]], str(function.handler))
        return self._warm[key]


def _environment(function: Any) -> dict[str, str]:
    """lambda/latest/dg/configuration-envvars (defined runtime environment variables)"""
    account, region = str(function.account_id), str(function.region)
    given = credentials_of(account, region, str(function.role), str(function.function_name))
    return {
        **{str(name): str(value) for name, value in (function.environment_vars or {}).items()},
        **{_ENVIRONMENT[name]: value for name, value in given.items()},
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": str(function.function_name),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
    }


def _permits(function: Any, service: str, source_arn: str) -> bool:
    """lambda/latest/dg/access-control-resource-based"""
    for statement in function.policy.statements:
        principal = statement.get("Principal") or {}
        named = principal.get("Service") if isinstance(principal, dict) else principal
        like = ((statement.get("Condition") or {}).get("ArnLike") or {}).get("AWS:SourceArn")
        if named == service and (not like or not source_arn or fnmatchcase(source_arn, like)):
            return True
    return False
