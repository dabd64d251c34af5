"""What the function keeps while it is warm."""

from __future__ import annotations

from kafka_trigger_guard.config.admission import Admission
from kafka_trigger_guard.config.far_accounts import FarAccounts
from kafka_trigger_guard.config.function import Function
from kafka_trigger_guard.config.roles import Role, Roles
from kafka_trigger_guard.config.snapshots import Snapshots
from kafka_trigger_guard.config.telemetry import Meter


class Warm:
    """Sessions, clients, admitted accounts and snapshots."""

    def __init__(self) -> None:
        self.meter = Meter()
        self.snapshots = Snapshots()
        self.roles = Roles(self.meter.count_call)
        self._admission: Admission | None = None

    def admission(self, function: Function) -> Admission:
        """The accounts that were admitted."""
        if self._admission is None:
            self._admission = Admission(lambda: self.roles.own_client("organizations", function.region))
        return self._admission

    def far_accounts(self, account: str, role: Role, function: Function) -> FarAccounts:
        """The accounts into which the paths of an account's triggers may be followed."""
        admission = self.admission(function)
        return FarAccounts(account, role, self.roles, lambda other: admission.admit(other, function))
