"""The rdklib rule: any of the eight, as the invocation says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rdklib import ConfigRule, Evaluation

from kafka_trigger_guard.config.changes import touched_triggers
from kafka_trigger_guard.config.far_accounts import FarAccounts
from kafka_trigger_guard.config.invocation import Invocation
from kafka_trigger_guard.config.recorder import Recorder
from kafka_trigger_guard.config.roles import Role
from kafka_trigger_guard.config.snapshots import (
    OLDEST_LISTING_SECONDS,
    OLDEST_SECONDS,
    Account,
    Snapshots,
)

if TYPE_CHECKING:
    from kafka_trigger_guard.config.results import Result
    from kafka_trigger_guard.rules.parameters import Parameters


class TriggerEvaluation(Evaluation):  # type: ignore[misc]
    """An evaluation ordered by the time at which AWS Config asked.

    rdklib orders a change by when the changed resource was captured, which is before the network was read:
    an answer of meanwhile would win over this newer one.
    """

    def __init__(self, result: Result, asked_at: str) -> None:
        super().__init__(result.compliance.value, result.resource_id, result.resource_type, result.annotation)
        self._asked_at = asked_at

    def import_fields_from_configuration_item(self, configuration_item: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Take the time of the question, and nothing of the changed resource."""
        self.orderingTimestamp = self._asked_at


class KafkaTriggerRule(ConfigRule):  # type: ignore[misc]
    """One invocation's rule under rdklib's Evaluator; what it found is kept for logs and metrics."""

    def __init__(
        self, invocation: Invocation, role: Role, snapshots: Snapshots, far_accounts: FarAccounts
    ) -> None:
        super().__init__()
        self._far_accounts = far_accounts
        self._invocation = invocation
        self._role = role
        self._snapshots = snapshots
        self.account: Account | None = None
        self.results: tuple[Result, ...] = ()

    def get_execution_role_arn(self, event: Mapping[str, Any]) -> str:  # noqa: ARG002
        """The role that is assumed already."""
        return self._invocation.role_arn

    def evaluate_parameters(self, rule_parameters: Mapping[str, str]) -> Parameters:  # noqa: ARG002
        """The parameters, which were checked before the role was assumed."""
        return self._invocation.parameters

    def evaluate_periodic(
        self,
        event: Mapping[str, Any],  # noqa: ARG002
        client_factory: Any,
        valid_rule_parameters: Parameters,
    ) -> list[Evaluation]:
        """Every trigger; rdklib then tells AWS Config which results are of triggers that are gone."""
        self._keep_clients(client_factory)
        account = self._read(OLDEST_SECONDS)
        return self._evaluations(account, valid_rule_parameters, None)

    def evaluate_change(
        self,
        event: Mapping[str, Any],  # noqa: ARG002
        client_factory: Any,
        configuration_item: Mapping[str, Any],
        valid_rule_parameters: Parameters,
    ) -> list[Evaluation]:
        """The triggers that the changed resource touches."""
        self._keep_clients(client_factory)
        asked = self._invocation
        idle = self._snapshots.without_triggers(asked.account, asked.region)
        account = self.account = idle or self._read(OLDEST_LISTING_SECONDS)
        if not account.has_triggers:
            return []
        touched = touched_triggers(account, configuration_item, asked.message)
        return self._evaluations(account, valid_rule_parameters, touched)

    def _read(self, oldest_seconds: float) -> Account:
        asked = self._invocation
        self.account = self._snapshots.account(
            asked.account, self._role, asked.asked_at, self._far_accounts, oldest_seconds
        )
        return self.account

    def _evaluations(
        self, account: Account, parameters: Parameters, touched: frozenset[str] | None
    ) -> list[Evaluation]:
        if not account.has_triggers:
            return []
        from kafka_trigger_guard.config.results import results_of

        self.results = results_of(account, self._invocation.rule, parameters, touched)
        return [TriggerEvaluation(result, self._invocation.asked_at_text) for result in self.results]

    def _keep_clients(self, client_factory: Any) -> None:
        """rdklib's clients have no retry settings and are made anew each time: it gets ours."""
        role = self._role
        client_factory.build_client = lambda service, *_, **__: (
            Recorder(role.client(service)) if service == "config" else role.client(service)
        )
