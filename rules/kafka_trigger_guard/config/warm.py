"""What the function keeps while it is warm."""

from __future__ import annotations

import boto3

from kafka_trigger_guard.config.admission import Admission
from kafka_trigger_guard.config.function import Function
from kafka_trigger_guard.config.roles import Roles
from kafka_trigger_guard.config.snapshots import Snapshots
from kafka_trigger_guard.config.telemetry import Meter


class Warm:
    """Sessions, clients, admitted accounts and snapshots."""

    def __init__(self) -> None:
        self.meter = Meter()
        self.snapshots = Snapshots()
        self._roles: Roles | None = None
        self._admission: Admission | None = None

    @property
    def roles(self) -> Roles:
        """The roles that were assumed."""
        if self._roles is None:
            self._roles = Roles(boto3.Session(), self.meter.count_call)
        return self._roles

    def admission(self, function: Function) -> Admission:
        """The accounts that were admitted."""
        if self._admission is None:
            self._admission = Admission(lambda: self.roles.own_client("organizations", function.region))
        return self._admission
