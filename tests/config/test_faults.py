"""Specification of failures: with any one operation failing, no result is lost or turned COMPLIANT."""

from collections.abc import Callable

import pytest

from tests.aws.canned_aws import Fault
from tests.config.cold import Guard, event
from tests.config.networks import SCENARIOS, canned
from tests.config.test_handler import RULES
from tests.config.wire import Wire, wired
from tests.networks.builder import Scenario
from tests.networks.cases import UNKNOWN

FAULTS = (Fault.DENIED, Fault.THROTTLED, Fault.DROPPED)
_FATAL = {"sts:AssumeRole", "lambda:ListEventSourceMappings"}
Results = dict[tuple[str, str], tuple[str, str]]


@pytest.fixture(autouse=True)
def _no_second_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


def results(wire: Wire, unknown_as: str) -> Results:
    """Compliance and reason by rule and resource, under all rules in one warm function."""
    guard, found = Guard(), {}
    for rule in RULES:
        wire.forget_requests()
        guard.answer(event("scheduled", Rule=rule, UnknownAs=unknown_as))
        for each in wire.evaluations:
            told = (each["ComplianceType"], each["Annotation"].partition(":")[0])
            found[rule, each["ComplianceResourceId"]] = told
    return found


def operations(start: Callable[[], Scenario], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every operation that an evaluation calls."""
    wire = wired(canned(start().document()), monkeypatch)
    Guard().answer(event("scheduled"))
    return sorted(set(wire.attempts))


@pytest.mark.parametrize(
    ("fault", "unknown_as"),
    [*((fault, "NON_COMPLIANT") for fault in FAULTS), (Fault.DENIED, "NOT_APPLICABLE")],
)
@pytest.mark.parametrize("start", SCENARIOS)
def test_a_failing_operation_fails_the_invocation_or_makes_results_unknown(
    start: str, fault: Fault, unknown_as: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = SCENARIOS[start]
    healthy = results(wired(canned(build().document()), monkeypatch), unknown_as)
    called = operations(build, monkeypatch)
    assert len(called) >= 15
    for operation in called:
        wire = wired(canned(build().document()), monkeypatch)
        wire.faults[operation] = fault
        if operation in _FATAL or operation.startswith("config:"):
            with pytest.raises(Exception, match=r"."):
                results(wire, unknown_as)
            continue
        found = results(wire, unknown_as)
        assert found.keys() == healthy.keys(), operation
        for key, told in found.items():
            assert told == healthy[key] or (told[0] == unknown_as and told[1] in UNKNOWN), (
                operation,
                key,
                told,
            )


@pytest.mark.parametrize("fault", FAULTS)
def test_a_listing_that_fails_is_named_and_nothing_is_put(
    fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short list would read as triggers that were deleted."""
    wire = wired(canned(SCENARIOS["behind-nat"]().document()), monkeypatch)
    wire.faults["lambda:ListEventSourceMappings"] = fault
    with pytest.raises(Exception, match="lambda:ListEventSourceMappings failed in account 111122223333"):
        Guard().answer(event("scheduled"))
    assert wire.puts == []


@pytest.mark.parametrize("kind", ["scheduled", "change"])
def test_a_mapping_that_cannot_be_understood_is_not_left_out(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = wired(canned(SCENARIOS["behind-nat"]().document()), monkeypatch)
    listed = wire.items["lambda:ListEventSourceMappings"]
    listed.append({key: value for key, value in listed[0].items() if key != "UUID"})
    with pytest.raises(Exception, match="1 of 2 Kafka triggers could not be understood"):
        Guard().answer(event(kind))
    assert wire.puts == []


@pytest.mark.parametrize("fault", FAULTS)
def test_results_that_cannot_be_put_fail_the_invocation(
    fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """rdklib itself would return an error dictionary, and Lambda would see success."""
    wire = wired(canned(SCENARIOS["behind-nat"]().document()), monkeypatch)
    wire.faults["config:PutEvaluations"] = fault
    with pytest.raises(Exception, match=r"AccessDenied|Rate exceeded|closed"):
        Guard().answer(event("scheduled"))


def test_throttling_that_ends_is_retried_unnoticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    wire = wired(canned(SCENARIOS["behind-nat"]().document()), monkeypatch)
    wire.faults["config:PutEvaluations"] = Fault.THROTTLED
    answered = wire._answer

    def recovering(*told: object) -> object:
        if wire.attempts.count("config:PutEvaluations") == 1:
            wire.faults.clear()
        return answered(*told)  # type: ignore[arg-type]

    monkeypatch.setattr(wire, "_answer", recovering)
    Guard().answer(event("scheduled"))
    assert len(wire.puts) == 2
