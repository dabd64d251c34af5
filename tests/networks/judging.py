"""What the rules say of hand-made networks, by the rules' short names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kafka_trigger_guard.aws.modelling.network import model
from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.network.reach import Reach
from kafka_trigger_guard.rules.findings import Finding
from tests.networks.builder import Scenario
from tests.networks.cases import RULES
from tests.networks.organization import Organization
from tests.networks.shapes import Json

Network = Scenario | Organization | Sequence[Json]


def documents(network: Network) -> list[Json]:
    """The snapshots of a network; of an organization all of them."""
    if isinstance(network, Scenario):
        return [network.document()]
    return network.documents() if isinstance(network, Organization) else list(network)


def findings(network: Network, parameters: Mapping[str, str] | None = None) -> dict[str, Finding]:
    """The findings of the first trigger, by `lambda`, `sts`, `egress` and so on."""
    evaluation = evaluate([from_document(each) for each in documents(network)], parameters=parameters or {})[
        0
    ]
    by_rule = {finding.rule: finding for finding in evaluation.triggers[0].findings}
    return {short: by_rule[rule] for short, rule in RULES.items()}


def reasons(network: Network, parameters: Mapping[str, str] | None = None) -> dict[str, str]:
    """The reason codes of the first trigger's findings."""
    return {short: finding.reason.value for short, finding in findings(network, parameters).items()}


def reach(network: Network) -> Reach:
    """The network model itself."""
    return Reach(model([from_document(each) for each in documents(network)])[0])
