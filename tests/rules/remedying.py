"""Faults that no document repairs, and what becomes of them when accounts run the commands they are told."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.explanation import explanations
from kafka_trigger_guard.rules.explaining.explanation import Explanation
from kafka_trigger_guard.rules.findings import Finding, Verdict
from kafka_trigger_guard.rules.remedies.wanting import Remedy
from tests.networks.aws_cli import Shell
from tests.networks.judging import Network, documents, findings
from tests.networks.shapes import Json


@dataclass(frozen=True)
class Fault:
    """A network with one fault, the rule that is red, and the operations that mend it."""

    network: Callable[[], Network]
    operations: list[str]
    rule: str = "lambda"
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mended:
    """A rule's findings before and after, which operations ran, and which accounts ran them."""

    before: Finding
    after: Finding
    ran: list[str]
    accounts: list[str]


def explained(snapshots: Sequence[Json], parameters: Mapping[str, str] | None = None) -> Explanation:
    """The explanation of the first snapshot's first trigger."""
    uuid = snapshots[0]["responses"]["lambda:ListEventSourceMappings"]["EventSourceMappings"][0]["UUID"]
    return explanations([from_document(each) for each in snapshots], uuid, parameters=parameters)[0]


def of_rule(found: Explanation, rule: str) -> list[Remedy]:
    """The remedies of one rule, by a part of its name."""
    return [remedy for remedy in found.remedies if any(rule in name for name in remedy.rules)]


def mended(fault: Fault) -> Mended:
    """Run the commands as printed, by the accounts that are named, on what they own.

    Whoever has run some looks again: what is new may lack something too.
    """
    snapshots = copy.deepcopy(documents(fault.network()))
    before = findings(snapshots, fault.parameters)[fault.rule]
    shell, accounts, after = Shell(snapshots), list[str](), before
    while after.verdict is Verdict.NON_COMPLIANT and len(set(shell.ran)) < len(fault.operations):
        due = [remedy for remedy in _told(snapshots, fault) if _first(remedy) in fault.operations]
        assert due, (after, shell.ran)
        for remedy in due:
            shell.run(remedy.account, remedy.commands)
            accounts.append(remedy.account)
        after = findings(snapshots, fault.parameters)[fault.rule]
    return Mended(before, after, list(dict.fromkeys(shell.ran)), accounts)


def _told(snapshots: Sequence[Json], fault: Fault) -> list[Remedy]:
    return of_rule(explained(snapshots, fault.parameters), fault.rule.replace("_", "-"))


def _first(remedy: Remedy) -> str:
    """The operation of a remedy's first command."""
    words = remedy.commands[0].split() if remedy.commands else []
    return words[2] if len(words) > 2 else ""
