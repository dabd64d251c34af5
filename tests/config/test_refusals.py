"""Specification of events that are refused: the invocation fails, and no role is assumed before."""

import json
from typing import Any

import pytest

from tests.aws.canned_aws import Fault
from tests.config.cold import Guard, context_in, event, told
from tests.config.networks import behind_nat, canned
from tests.config.wire import ACCOUNT, CENTRAL, ORGANIZATION, Wire, wired
from tests.networks.triggers import UUID


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """One trigger that goes through a NAT gateway; attempts are not repeated."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    return wired(canned(behind_nat().document()), monkeypatch)


def without_role_name(**changes: Any) -> dict[str, Any]:
    """An event of a rule that names no role."""
    return event("scheduled", without=("ExecutionRoleName",)) | changes


def role(name: str, account: str = ACCOUNT) -> str:
    """The ARN of a role."""
    return f"arn:aws:iam::{account}:role/{name}"


REFUSED = {
    "no parameter Rule": (
        event("scheduled", without=("Rule",)),
        "parameter Rule is missing: set Rule to one of",
    ),
    "a rule nobody has": (event("scheduled", Rule="kafka-trigger-lamda"), "unknown rule kafka-trigger-lamda"),
    "an unknown parameter": (
        event("scheduled", AlowNat="true"),
        "unknown parameter AlowNat; accepted are AllowNat",
    ),
    "a bad value": (event("scheduled", AllowNat="yes"), "AllowNat=yes: expected true or false"),
    "a parameter of another rule": (event("scheduled", MinimumZones="2"), "unknown parameter MinimumZones"),
    "rdklib's own parameter": (
        event("scheduled", AssumeRoleMode="False"),
        "unknown parameter AssumeRoleMode",
    ),
    "parameters that are no JSON": (
        event("scheduled") | {"ruleParameters": "{"},
        "InputParameters are no JSON",
    ),
    "no parameters": (event("scheduled") | {"ruleParameters": None}, "parameter Rule is missing"),
    "a message of another kind": (
        event("snapshot_delivered"),
        "unknown message type ConfigurationSnapshotDeliveryCompleted; answered are ScheduledNotification",
    ),
    "no message type": (told(event("scheduled"), messageType=None), "unknown message type None"),
    "no invoking event": (event("scheduled") | {"invokingEvent": ""}, "invokingEvent is missing"),
    "no account": (event("scheduled") | {"accountId": None}, "accountId is missing"),
    "no time": (told(event("scheduled"), notificationCreationTime="now"), "notificationCreationTime is now"),
    "two accounts": (told(event("scheduled"), awsAccountId="444455556666"), "speaks of account 444455556666"),
    "the service-linked role": (
        without_role_name(),
        "service-linked role.*set the rule's InputParameter ExecutionRoleName",
    ),
    "the service-linked role by name": (
        event("scheduled", ExecutionRoleName="AWSServiceRoleForConfig"),
        "service-linked role.*ExecutionRoleName",
    ),
    "a role of another account": (
        without_role_name(executionRoleArn=role("config", "444455556666")),
        f"no role of account {ACCOUNT} to assume",
    ),
    "no role": (without_role_name(executionRoleArn=None), "none given.*ExecutionRoleName"),
    "a name no role can have": (
        event("scheduled", ExecutionRoleName="a b"),
        "ExecutionRoleName=a b: expected",
    ),
    "a foreign account": (event("scheduled"), f"account {ACCOUNT} is refused.*ORGANIZATION_ID is not set"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_fails_with_a_text_that_names_it_before_any_role_is_assumed(what: str, wire: Wire) -> None:
    asked, said = REFUSED[what]
    context = context_in(CENTRAL) if what == "a foreign account" else context_in()
    with pytest.raises(Exception, match=said):
        Guard().answer(asked, context)
    assert wire.attempts == []


def test_bad_parameters_are_rdklibs_invalid_parameters_error(wire: Wire) -> None:
    with pytest.raises(Exception, match="AllowNat") as refused:
        Guard().answer(event("scheduled", AllowNat="maybe"))
    assert type(refused.value).__name__ == "InvalidParametersError"
    assert wire.attempts == []


def test_a_config_role_that_is_not_service_linked_is_assumed(wire: Wire) -> None:
    Guard().answer(without_role_name(executionRoleArn=role("my-config-role")))
    assert wire.parameters("sts:AssumeRole")[0]["RoleArn"] == role("my-config-role")


def test_an_account_in_the_allow_list_is_answered(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ACCOUNTS", f"444455556666, {ACCOUNT}")
    Guard().answer(event("scheduled"), context_in(CENTRAL))
    assert wire.compliance == {UUID: "NON_COMPLIANT"}
    assert "organizations:DescribeAccount" not in wire.attempts


class TestOrganization:
    """ORGANIZATION_ID: AWS Organizations is asked, with the function's own role."""

    @pytest.fixture(autouse=True)
    def _organization(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ORGANIZATION_ID", ORGANIZATION)

    def test_a_member_is_answered_and_asked_about_once(self, wire: Wire) -> None:
        wire.members[ACCOUNT] = "ACTIVE"
        guard = Guard()
        for _ in range(2):
            guard.answer(event("scheduled"), context_in(CENTRAL))
        assert wire.attempts.count("organizations:DescribeAccount") == 1
        assert ("organizations:DescribeAccount", "AKIDOFTHEFUNCTION") in wire.signed
        assert len(wire.puts) == 2

    @pytest.mark.parametrize("state", ["SUSPENDED", "CLOSED"])
    def test_a_member_that_is_not_active_is_refused(self, wire: Wire, state: str) -> None:
        wire.members[ACCOUNT] = state
        with pytest.raises(Exception, match=f"account {ACCOUNT} is refused"):
            Guard().answer(event("scheduled"), context_in(CENTRAL))
        assert "sts:AssumeRole" not in wire.attempts

    def test_an_account_of_nobody_is_refused(self, wire: Wire) -> None:
        with pytest.raises(Exception, match=f"not of organization {ORGANIZATION}"):
            Guard().answer(event("scheduled"), context_in(CENTRAL))
        assert "sts:AssumeRole" not in wire.attempts

    def test_a_member_of_another_organization_is_refused(
        self, wire: Wire, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wire.members[ACCOUNT] = "ACTIVE"
        monkeypatch.setenv("ORGANIZATION_ID", "o-other")
        with pytest.raises(Exception, match="not of organization o-other"):
            Guard().answer(event("scheduled"), context_in(CENTRAL))

    @pytest.mark.parametrize("fault", [Fault.DENIED, Fault.THROTTLED, Fault.DROPPED, Fault.MALFORMED])
    def test_who_cannot_be_asked_about_is_refused(self, wire: Wire, fault: Fault) -> None:
        wire.members[ACCOUNT] = "ACTIVE"
        wire.faults["organizations:DescribeAccount"] = fault
        with pytest.raises(Exception, match=ACCOUNT):
            Guard().answer(event("scheduled"), context_in(CENTRAL))
        assert "sts:AssumeRole" not in wire.attempts

    def test_the_functions_own_account_needs_no_asking(self, wire: Wire) -> None:
        Guard().answer(event("scheduled"))
        assert "organizations:DescribeAccount" not in wire.attempts
        assert len(wire.puts) == 1


def test_the_reason_of_a_refusal_is_in_the_log(wire: Wire, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Exception, match="parameter Rule is missing"):
        Guard().answer(event("scheduled", without=("Rule",)))
    (record,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert record["level"] == "ERROR"
    assert "parameter Rule is missing" in record["message"]
    assert wire.attempts == []
