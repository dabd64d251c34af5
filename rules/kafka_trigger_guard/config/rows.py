"""Rows: one log record for each finding, for dashboards over the function's log."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kafka_trigger_guard.config.telemetry import logger

if TYPE_CHECKING:
    from kafka_trigger_guard.config.results import Result
    from kafka_trigger_guard.config.roles import Role
    from kafka_trigger_guard.config.snapshots import Account

OWNER_TAG = "OWNER_TAG"
"""The environment variable that names the functions' tag to read owners from; unset, none is read."""
MESSAGE = "A Kafka trigger was judged"


def record_rows(account: Account, role: Role, results: Iterable[Result]) -> None:
    """Log the stable row of every finding, whatever its verdict, so that the last one tells what holds."""
    from kafka_trigger_guard.rules.rows import row

    owners = _owners(account, role)
    for result in results:
        for trigger, finding in result.judged:
            owner = owners.get(trigger.function_arn, "")
            logger.info(MESSAGE, row=row(trigger, finding, account.snapshot.captured_at, owner))


def _owners(account: Account, role: Role) -> dict[str, str]:
    """The owners of the account's functions, read once for all rules that share its snapshot."""
    tag = os.environ.get(OWNER_TAG, "").strip()
    if not tag:
        return {}
    if account.owners is None:
        from kafka_trigger_guard.aws.reads.owner import read_owners

        arns = [trigger.function_arn for trigger in account.triggers]
        account.owners = read_owners(role.session, role.region, arns, tag)
    return account.owners
