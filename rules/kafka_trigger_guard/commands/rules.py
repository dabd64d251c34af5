"""List the rules."""

from __future__ import annotations

from typing import Annotated

import typer

from kafka_trigger_guard.commands import console, options
from kafka_trigger_guard.report.outputs import RulesOutput, rules_as


def rules(
    output: Annotated[RulesOutput, typer.Option("--output", help="How to write.")] = RulesOutput.TABLE,
    out: options.Out = None,
) -> None:
    """List the rules, their parameters and remediation.

    \b
    Examples:
      kafka-trigger-guard rules
      kafka-trigger-guard rules --output json
    """
    console.check_out(out)
    console.emit(rules_as(output, console.page(out)), out)
