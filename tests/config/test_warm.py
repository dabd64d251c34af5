"""Specification of a warm function: what rules share, and for how long."""

import time
from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.aws.canned_aws import Fault
from tests.config.cold import Guard, context_in, event, told
from tests.config.networks import behind_nat, canned
from tests.config.test_handler import RULES
from tests.config.wire import ACCOUNT, CENTRAL, Wire, wired
from tests.networks.triggers import UUID

OTHER_ACCOUNT = "444455556666"
CONFIGS_OWN = {"config:GetComplianceDetailsByConfigRule", "config:PutEvaluations"}


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """One trigger that goes through a NAT gateway."""
    return wired(canned(behind_nat().document()), monkeypatch)


def at(moment: float) -> str:
    """A time as AWS Config writes it."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_the_second_to_eighth_rule_cost_aws_configs_own_calls_only(wire: Wire) -> None:
    guard = Guard()
    guard.answer(event("scheduled", Rule=RULES[0]))
    assert wire.attempts.count("lambda:ListEventSourceMappings") == 1
    wire.forget_requests()
    for rule in RULES[1:]:
        guard.answer(event("scheduled", Rule=rule))
    assert Counter(wire.attempts) == dict.fromkeys(CONFIGS_OWN, 7)
    assert {each["ComplianceResourceId"] for each in wire.evaluations} == {UUID}


def test_a_snapshot_captured_before_the_event_is_never_used(wire: Wire) -> None:
    guard = Guard()
    guard.answer(event("scheduled"))
    guard.answer(told(event("scheduled"), notificationCreationTime=at(time.time() + 0.001)))
    assert wire.attempts.count("lambda:ListEventSourceMappings") == 2


@pytest.mark.parametrize(("seconds", "readings"), [(270, 1), (301, 2)])
def test_a_snapshot_serves_for_five_minutes(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, seconds: int, readings: int
) -> None:
    guard = Guard()
    guard.answer(event("scheduled"))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + seconds)
    guard.answer(event("scheduled"))
    assert wire.attempts.count("lambda:ListEventSourceMappings") == readings


@pytest.mark.parametrize(("seconds", "readings"), [(30, 1), (61, 2)])
def test_a_change_is_answered_by_a_listing_of_the_last_minute(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, seconds: int, readings: int
) -> None:
    guard = Guard()
    guard.answer(event("change"))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + seconds)
    guard.answer(event("change"))
    assert wire.attempts.count("lambda:ListEventSourceMappings") == readings


def test_accounts_share_nothing(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ACCOUNTS", f"{ACCOUNT},{OTHER_ACCOUNT}")
    guard = Guard()
    guard.answer(event("scheduled"), context_in(CENTRAL))
    other = told(event("scheduled"), awsAccountId=OTHER_ACCOUNT) | {"accountId": OTHER_ACCOUNT}
    guard.answer(other, context_in(CENTRAL))
    assert wire.attempts.count("lambda:ListEventSourceMappings") == 2
    keys = [key for operation, key in wire.signed if operation == "config:PutEvaluations"]
    assert keys == [f"ASIA{ACCOUNT}", f"ASIA{OTHER_ACCOUNT}"]


def test_a_listing_that_failed_is_not_remembered(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    guard = Guard()
    wire.faults["lambda:ListEventSourceMappings"] = Fault.THROTTLED
    with pytest.raises(Exception, match="ListEventSourceMappings failed"):
        guard.answer(event("scheduled"))
    wire.faults.clear()
    guard.answer(event("scheduled"))
    assert wire.compliance == {UUID: "NON_COMPLIANT"}


def test_credentials_that_could_expire_meanwhile_are_renewed(wire: Wire) -> None:
    assumed = wire.replies["sts:AssumeRole"]

    def soon_over(parameters: object) -> dict[str, object]:
        answer = dict(assumed(parameters))  # type: ignore[arg-type]
        answer["Credentials"] = {**answer["Credentials"], "Expiration": datetime.now(UTC)}
        return answer

    wire.replies["sts:AssumeRole"] = soon_over
    guard = Guard()
    guard.answer(event("scheduled"))
    wire.replies["sts:AssumeRole"] = assumed
    for _ in range(3):
        guard.answer(event("scheduled"))
    assert wire.attempts.count("sts:AssumeRole") == 2
