"""What was read of accounts, shared by the rules while the function is warm."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from kafka_trigger_guard.config.refusals import InvocationError
from kafka_trigger_guard.config.roles import Role

if TYPE_CHECKING:
    from kafka_trigger_guard.aws.snapshot import Snapshot
    from kafka_trigger_guard.config.far_accounts import FarAccounts
    from kafka_trigger_guard.rules.judge import Judge
    from kafka_trigger_guard.triggers.trigger import Trigger

OLDEST_SECONDS = 300
"""The age up to which a snapshot is shared, if it was captured after the event that asks."""
OLDEST_LISTING_SECONDS = 60
"""The age up to which the listing of triggers serves for change events."""
_KEPT = 4
_LISTING = "lambda:ListEventSourceMappings"


class Account:
    """An account and Region as read at one time, with what its triggers need of other accounts (`far`).

    The engine is loaded and the network built when needed.
    """

    def __init__(self, snapshot: Snapshot, begun_at: float, far: tuple[Snapshot, ...] = ()) -> None:
        self.snapshot = snapshot
        self.begun_at = begun_at
        self.far = far
        self.owners: dict[str, str] | None = None
        """Who owns the triggers' functions, once somebody asked."""

    @property
    def age_seconds(self) -> float:
        """Seconds since the reading began."""
        return max(0.0, time.time() - self.begun_at)

    @property
    def not_collected(self) -> dict[str, str]:
        """What AWS did not answer, by operation, and its error codes; of other accounts with their ids."""
        own = {operation: error.code for operation, error in self.snapshot.errors.items()}
        others = {f"{s.account} {name}": error.code for s in self.far for name, error in s.errors.items()}
        return own | others

    @property
    def has_triggers(self) -> bool:
        """Whether there is any Kafka trigger."""
        return bool(self.snapshot.responses[_LISTING]["EventSourceMappings"])

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """Every Kafka trigger. Raises InvocationError rather than leave one out."""
        return self._modelled[1] if self.has_triggers else ()

    @property
    def judge(self) -> Judge:
        """The judge of the account's network, with what it has found so far."""
        return self._modelled[0]

    @cached_property
    def _modelled(self) -> tuple[Judge, tuple[Trigger, ...]]:
        from kafka_trigger_guard.aws.modelling.network import model
        from kafka_trigger_guard.rules.judge import Judge

        network, (triggers, *_) = model([self.snapshot, *self.far])
        listed = self.snapshot.responses[_LISTING]["EventSourceMappings"]
        named = {mapping.get("UUID") for mapping in listed} - {None, ""}
        lost = len(listed) - sum(trigger.uuid in named for trigger in triggers)
        if lost:
            raise InvocationError(
                f"{_LISTING}: {lost} of {len(listed)} Kafka triggers could not be understood, so none is "
                "evaluated"
            )
        return Judge(network), triggers


@dataclass(slots=True)
class Snapshots:
    """The last few accounts that were read."""

    _kept: OrderedDict[tuple[str, str], Account] = field(default_factory=OrderedDict)
    _far: dict[tuple[str, str], tuple[float, Snapshot]] = field(default_factory=dict)
    """What was read of accounts on triggers' ways, and since when; accounts with a common hub share it."""

    def account(
        self,
        account: str,
        role: Role,
        asked_at: datetime,
        far_accounts: FarAccounts,
        oldest_seconds: float = OLDEST_SECONDS,
    ) -> Account:
        """An account as it was at some time after `asked_at`, read now unless a reading serves.

        Raises CollectError or InvocationError if the triggers cannot be listed.
        """
        key = (account, role.region)
        known = self._fresh(key, oldest_seconds)
        if known is not None and known.begun_at >= asked_at.timestamp():
            return known
        self._kept.pop(key, None)
        earliest = max(asked_at.timestamp(), time.time() - oldest_seconds)
        read = self._kept[key] = self._followed(_read(account, role), far_accounts, earliest)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return read

    def _followed(self, read: Account, far_accounts: FarAccounts, earliest: float) -> Account:
        """The account with what its triggers need elsewhere; what others read since `earliest` serves."""
        if not read.has_triggers:
            return read
        from kafka_trigger_guard.aws.following import follow

        own = (read.snapshot.account, read.snapshot.region)
        self._far = {scope: kept for scope, kept in self._far.items() if kept[0] >= earliest and scope != own}
        began = min((begun_at for begun_at, _ in self._far.values()), default=read.begun_at)
        snapshot, *far = follow(
            [read.snapshot, *(snapshot for _, snapshot in self._far.values())], far_accounts.session_of
        )
        since = {scope: begun_at for scope, (begun_at, _) in self._far.items()}
        for found in far:
            scope = (found.account, found.region)
            self._far[scope] = (since.get(scope, read.begun_at), found)
        return Account(snapshot, min(began, read.begun_at), tuple(far))

    def without_triggers(self, account: str, region: str) -> Account | None:
        """The account if it had no Kafka trigger at most a minute ago."""
        known = self._fresh((account, region), OLDEST_LISTING_SECONDS)
        return None if known is None or known.has_triggers else known

    def _fresh(self, key: tuple[str, str], oldest_seconds: float) -> Account | None:
        for old in [kept for kept, account in self._kept.items() if account.age_seconds > OLDEST_SECONDS]:
            del self._kept[old]
        known = self._kept.get(key)
        return known if known is not None and known.age_seconds <= oldest_seconds else None


def _read(account: str, role: Role) -> Account:
    from kafka_trigger_guard.aws.collect import collect

    begun_at = time.time()
    snapshot = collect(role.session, role.region, account=account, clients=role.reading)
    if _LISTING not in snapshot.responses:
        error = snapshot.errors[_LISTING]
        raise InvocationError(
            f"{_LISTING} failed in account {account}, {role.region} ({error.code}: {error.message}); "
            "nothing is evaluated, so that no result is lost"
        )
    return Account(snapshot, begun_at)
