"""Which accounts the function answers: its own, those it is told of, and those of its organization."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from kafka_trigger_guard.aws.failures import FAILURES
from kafka_trigger_guard.config.function import Function
from kafka_trigger_guard.config.refusals import AccountRefusedError, InvocationError

ALLOWED_ACCOUNTS = "ALLOWED_ACCOUNTS"
ORGANIZATION_ID = "ORGANIZATION_ID"
_REMEMBERED_SECONDS = 3600


@dataclass(slots=True)
class Admission:
    """Admits accounts; what the organization said is remembered for an hour, refusals are not.

    Whether an account is of the organization is asked of AWS Organizations with the function's own role,
    which may ask in the management account or a delegated administrator's
    (organizations/latest/APIReference/API_DescribeAccount). What cannot be asked is refused.
    """

    organizations: Callable[[], Any]
    _members: dict[tuple[str, str], float] = field(default_factory=dict)

    def admit(self, account: str, function: Function) -> None:
        """Return if the account may be answered, else raise AccountRefusedError or InvocationError."""
        allowed = {entry.strip() for entry in os.environ.get(ALLOWED_ACCOUNTS, "").split(",")}
        if account == function.account or account in allowed:
            return
        organization = os.environ.get(ORGANIZATION_ID, "").strip()
        if organization and self._is_member(account, organization):
            return
        within = f" and not of organization {organization}" if organization else ""
        raise AccountRefusedError(
            f"account {account} is refused: it is not in {ALLOWED_ACCOUNTS}{within}"
            + ("" if organization else f", and {ORGANIZATION_ID} is not set")
        )

    def _is_member(self, account: str, organization: str) -> bool:
        if self._members.get((account, organization), 0.0) > time.time():
            return True
        described = self._described(account)
        member = f":account/{organization}/{account}" in str(described.get("Arn", ""))
        active = "ACTIVE" in (described.get("State"), described.get("Status"))
        if member and active:
            self._members[account, organization] = time.time() + _REMEMBERED_SECONDS
        return member and active

    def _described(self, account: str) -> dict[str, Any]:
        try:
            answer = self.organizations().describe_account(AccountId=account)
            return dict(answer.get("Account") or {})
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "AccountNotFoundException":
                return {}
            raise _unasked(account, error) from None
        except FAILURES as error:
            raise _unasked(account, error) from None


def _unasked(account: str, error: Exception) -> InvocationError:
    return InvocationError(
        f"whether account {account} is of the organization could not be asked ({error}); make the function's "
        f"account a delegated administrator that may call organizations:DescribeAccount, or list the account "
        f"in {ALLOWED_ACCOUNTS}"
    )
