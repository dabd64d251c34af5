"""The other accounts into which a trigger's paths may be followed: those that the function answers too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kafka_trigger_guard.config.refusals import InvocationError
from kafka_trigger_guard.config.roles import Role, Roles
from kafka_trigger_guard.config.telemetry import logger

if TYPE_CHECKING:
    import boto3


class FarAccounts:
    """Sessions by the role of the account that is answered, under the same name in the other account.

    `admit` raises for accounts that are not to be read; what lies there then stays unknown and names them.
    """

    def __init__(self, near: str, role: Role, roles: Roles, admit: Callable[[str], None]) -> None:
        self._near = near
        self._role = role
        self._roles = roles
        self._admit = admit

    def session_of(self, account: str) -> boto3.Session | None:
        """The session that reads an account; None if it is refused, or its role cannot be assumed."""
        if account == self._near:
            return self._role.session
        try:
            self._admit(account)
            return self._roles.assume(self._role.arn_in(account), self._role.region).session
        except InvocationError as error:
            logger.warning("Account %s on the way of a trigger is not read: %s", account, error)
            return None
