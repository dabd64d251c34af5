"""Specification of Config functions whose triggers' paths lead into other accounts."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.aws.canned_aws import REGION, Fault
from tests.aws.canned_organization import Place
from tests.config.cold import Guard, context_in, event, messages, told
from tests.config.networks import canned
from tests.config.test_handler import RULES
from tests.config.wire import ACCOUNT, CENTRAL, ORGANIZATION, Wire, config_rule, wired
from tests.networks.organization import (
    HUB_ACCOUNT,
    Organization,
    central_egress,
    central_endpoints,
    shared_vpc,
)
from tests.networks.shapes import Json, group_id
from tests.networks.triggers import UUID

LAMBDA, STS, INGRESS = RULES[0], "kafka-trigger-sts-endpoint", "kafka-trigger-endpoint-ingress"
OTHER_SPOKE = "444455556666"
CONFIGS_OWN = {"config:GetComplianceDetailsByConfigRule", "config:PutEvaluations"}
NETWORKS: dict[str, Callable[[], Organization]] = {
    "central endpoints over a transit gateway": lambda: central_endpoints().over_transit(),
    "central endpoints over a peering": lambda: central_endpoints().peered(),
    "shared VPC": shared_vpc,
}


def wired_to(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """The spoke's account, and the hub's, which answers to its own role only."""
    spoke, hub = organization.documents()
    wire = wired(canned(spoke), monkeypatch)
    wire.far[HUB_ACCOUNT] = Place.of(json.loads(json.dumps(hub)))
    monkeypatch.setenv("ALLOWED_ACCOUNTS", f"{ACCOUNT},{HUB_ACCOUNT}")
    return wire


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Central endpoints behind a transit gateway."""
    return wired_to(central_endpoints().over_transit(), monkeypatch)


def annotation(wire: Wire) -> str:
    return str(wire.evaluations[-1]["Annotation"])


def at(moment: float) -> str:
    """A time as AWS Config writes it."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_paths_are_followed_into_allowed_accounts_by_the_role_of_the_same_name(
    network: Callable[[], Organization], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = wired_to(network(), monkeypatch)
    guard = Guard()
    for rule in RULES:
        guard.answer(event("scheduled", Rule=rule))
    assert set(wire.compliance.values()) == {"COMPLIANT"}
    roles = [parameters["RoleArn"] for parameters in wire.parameters("sts:AssumeRole")]
    assert [role.split(":")[4] for role in roles] == [ACCOUNT, HUB_ACCOUNT]
    assert len({role.split("/", 1)[1] for role in roles}) == 1


def test_a_far_nat_that_was_read_and_works_is_a_nat_path(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = wired_to(central_egress(), monkeypatch)
    Guard().answer(event("scheduled", Rule=STS))
    assert wire.compliance == {UUID: "COMPLIANT"}


def test_the_second_to_eighth_rule_read_no_account_again(wire: Wire) -> None:
    guard = Guard()
    guard.answer(event("scheduled", Rule=RULES[0]))
    wire.forget_requests()
    for rule in RULES[1:]:
        guard.answer(event("scheduled", Rule=rule))
    assert Counter(operation for operation, _ in wire.signed) == dict.fromkeys(CONFIGS_OWN, 7)
    assert wire.calls_of(HUB_ACCOUNT) == []


def test_an_account_that_is_not_allowed_is_not_read_and_named(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_ACCOUNTS", ACCOUNT)
    Guard().answer(event("scheduled", Rule=LAMBDA))
    assert wire.compliance == {UUID: "NON_COMPLIANT"}
    assert annotation(wire).startswith("not-collected: ")
    assert HUB_ACCOUNT in annotation(wire)
    assert len(wire.parameters("sts:AssumeRole")) == 1


def test_accounts_of_the_organization_are_read(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLOWED_ACCOUNTS")
    monkeypatch.setenv("ORGANIZATION_ID", ORGANIZATION)
    wire.members = {HUB_ACCOUNT: "ACTIVE"}
    Guard().answer(event("scheduled", Rule=LAMBDA))
    assert wire.compliance == {UUID: "COMPLIANT"}


@pytest.mark.parametrize("members", [{}, {HUB_ACCOUNT: "SUSPENDED"}])
def test_accounts_outside_the_organization_are_not(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, members: dict[str, str]
) -> None:
    monkeypatch.delenv("ALLOWED_ACCOUNTS")
    monkeypatch.setenv("ORGANIZATION_ID", ORGANIZATION)
    wire.members = members
    Guard().answer(event("scheduled", Rule=LAMBDA))
    assert HUB_ACCOUNT in annotation(wire)
    assert wire.calls_of(HUB_ACCOUNT) == []


def test_what_the_organization_cannot_be_asked_about_is_not_read_and_fails_nothing(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALLOWED_ACCOUNTS")
    monkeypatch.setenv("ORGANIZATION_ID", ORGANIZATION)
    wire.faults["organizations:DescribeAccount"] = Fault.DENIED
    Guard().answer(event("scheduled", Rule=LAMBDA))
    assert wire.compliance == {UUID: "NON_COMPLIANT"}
    assert HUB_ACCOUNT in annotation(wire)


def test_a_role_that_cannot_be_assumed_leaves_its_account_unknown(wire: Wire) -> None:
    wire.closed = {HUB_ACCOUNT}
    Guard().answer(event("scheduled", Rule=LAMBDA))
    assert f"Read account {HUB_ACCOUNT} too" in annotation(wire)


def test_what_the_far_account_denies_is_named(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    wire.far[HUB_ACCOUNT].faults["ec2:DescribeNetworkAcls"] = Fault.DENIED
    Guard().answer(event("scheduled", Rule=LAMBDA))
    assert "ec2:DescribeNetworkAcls" in annotation(wire)
    assert HUB_ACCOUNT in annotation(wire)


def test_the_far_side_is_never_older_than_the_event_that_asks(wire: Wire) -> None:
    guard = Guard()
    guard.answer(event("scheduled", Rule=LAMBDA))
    before = len(wire.calls_of(HUB_ACCOUNT))
    guard.answer(told(event("scheduled", Rule=LAMBDA), notificationCreationTime=at(time.time() + 0.001)))
    assert len(wire.calls_of(HUB_ACCOUNT)) == 2 * before


def test_spokes_share_what_was_read_of_their_hub(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two accounts of one organization, asked about at the same time."""
    monkeypatch.setenv("ALLOWED_ACCOUNTS", f"{ACCOUNT},{OTHER_SPOKE},{HUB_ACCOUNT}")
    guard = Guard()
    guard.answer(event("scheduled", Rule=LAMBDA), context_in(CENTRAL))
    before = wire.calls_of(HUB_ACCOUNT)
    text = json.dumps(central_endpoints().over_transit().spoke.document())
    wire.far[OTHER_SPOKE] = Place.of(json.loads(text.replace(ACCOUNT, OTHER_SPOKE)))
    wire.far[OTHER_SPOKE].answers["config:GetComplianceDetailsByConfigRule"] = {"": {"EvaluationResults": []}}
    wire.far[OTHER_SPOKE].answers["config:PutEvaluations"] = {"": {}}
    other = told(event("scheduled", Rule=LAMBDA), awsAccountId=OTHER_SPOKE) | {"accountId": OTHER_SPOKE}
    guard.answer(other, context_in(CENTRAL))
    assert wire.calls_of(OTHER_SPOKE)
    assert wire.calls_of(HUB_ACCOUNT) == before


def test_the_watch_function_follows_too(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that is green with the hub's snapshot has no result to change."""
    monkeypatch.setenv("EXECUTION_ROLE_NAME", "KafkaTriggerGuardRead")
    wire.rules = [config_rule("lambda", LAMBDA)]
    wire.record("lambda", UUID, "COMPLIANT")
    guard = Guard()
    change = {"account": ACCOUNT, "region": REGION}
    assert guard.watch(messages(change)) == []
    assert "config:StartConfigRulesEvaluation" not in wire.attempts


def test_a_fault_in_the_hub_is_red_and_names_the_account_that_must_act(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    organization = central_endpoints().over_transit()
    organization.hub.ingress("hub-endpoint")
    wire = wired_to(organization, monkeypatch)
    Guard().answer(event("scheduled", Rule=INGRESS))
    assert wire.compliance == {UUID: "NON_COMPLIANT"}
    assert annotation(wire).startswith(f"endpoint-ingress-denied: {group_id('hub-endpoint')}")
    assert f"In account {HUB_ACCOUNT}: allow it from" in annotation(wire)


def test_evidence_carries_the_commands_of_the_other_account(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    organization = central_endpoints().over_transit()
    organization.hub.ingress("hub-endpoint")
    wired_to(organization, monkeypatch)
    Guard().answer(event("scheduled", Rule=INGRESS))
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"evidence"' in line]
    (remedy,) = _remedies(logged)
    assert remedy["account"] == HUB_ACCOUNT
    assert remedy["commands"][0].startswith("aws ec2 authorize-security-group-ingress")


def _remedies(logged: list[Json]) -> list[Json]:
    return [remedy for record in logged for remedy in record["evidence"]["remedies"]]
