"""How urgent a finding is, in the words of AWS Security Hub.

securityhub API, Severity.Label: INFORMATIONAL "No issue was found", LOW "does not require action on its own",
MEDIUM "must be addressed but not urgently", HIGH "must be addressed as a priority".
"""

from __future__ import annotations

from enum import Enum

from kafka_trigger_guard.rules.findings import Finding, Reason, Verdict


class Severity(Enum):
    """A label of Security Hub's; CRITICAL is for what escalates by itself, which no finding here does."""

    INFORMATIONAL = "INFORMATIONAL"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


_WORKS_BUT_COSTS = (Reason.NAT_PATH, Reason.CENTRAL_EGRESS, Reason.PARTIAL)
_WORKS_UNTIL_SOMETHING_FAILS = (Reason.SINGLE_BROKER, Reason.SINGLE_ZONE)


def severity_of(finding: Finding) -> Severity:
    """HIGH if the trigger cannot work so; MEDIUM if it works and costs, works in part, or nobody knows; LOW
    if it works until one broker or zone fails; INFORMATIONAL if nothing is wrong."""
    if finding.verdict is Verdict.UNKNOWN:
        return Severity.MEDIUM
    if finding.verdict is not Verdict.NON_COMPLIANT:
        return Severity.INFORMATIONAL
    if finding.reason in _WORKS_BUT_COSTS:
        return Severity.MEDIUM
    return Severity.LOW if finding.reason in _WORKS_UNTIL_SOMETHING_FAILS else Severity.HIGH
