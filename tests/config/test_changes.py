"""Specification of change events: the triggers of the VPCs that a change touches, all if unknown."""

import json
import time
from collections import Counter
from typing import Any

import pytest

from tests.aws.canned_aws import Fault
from tests.config.cold import ASKED_AT, Guard, changed, event
from tests.config.networks import OTHER_UUID, OTHER_VPC, OWN_VPC, canned, in_two_vpcs, without_triggers
from tests.config.wire import Wire, wired
from tests.networks.builder import Scenario
from tests.networks.shapes import identify
from tests.networks.triggers import UUID

BOTH = {UUID, OTHER_UUID}


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Two triggers in two VPCs."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    return wired(canned(in_two_vpcs().document()), monkeypatch)


def in_vpc(kind: str, vpc_id: str) -> dict[str, Any]:
    """The event file's change, in a VPC of the network."""
    return json.loads(json.dumps(event(kind)).replace("vpc-1", vpc_id))  # type: ignore[no-any-return]


@pytest.mark.parametrize(("vpc_id", "touched"), [(OWN_VPC, UUID), (OTHER_VPC, OTHER_UUID)])
@pytest.mark.parametrize("kind", ["change", "change_deleted"])
def test_only_the_triggers_of_the_touched_vpc_are_evaluated(
    wire: Wire, kind: str, vpc_id: str, touched: str
) -> None:
    """A deleted resource tells its VPC by what it was before."""
    Guard().answer(in_vpc(kind, vpc_id))
    assert set(wire.compliance) == {touched}


def test_results_are_ordered_by_the_question_not_by_the_changed_resource(wire: Wire) -> None:
    Guard().answer(in_vpc("change", OWN_VPC))
    assert {each["OrderingTimestamp"] for each in wire.evaluations} == {ASKED_AT}
    assert {each["ComplianceResourceType"] for each in wire.evaluations} == {
        "AWS::Lambda::EventSourceMapping"
    }


def test_a_vpc_without_triggers_leaves_every_result_alone(wire: Wire) -> None:
    Guard().answer(in_vpc("change", "vpc-0fffffffffffffff0"))
    assert [put["Evaluations"] for put in wire.puts] == [[]]


def test_a_deleted_vpc_is_known_by_its_own_id(wire: Wire) -> None:
    asked = changed(
        event("change_deleted"), resourceType="AWS::EC2::VPC", resourceId=OTHER_VPC, configuration=None
    )
    asked = json.loads(json.dumps(asked).replace("vpc-1", OTHER_VPC))
    Guard().answer(asked)
    assert set(wire.compliance) == {OTHER_UUID}


@pytest.mark.parametrize(
    "resource",
    [
        "AWS::EC2::PrefixList",
        "AWS::MSK::Cluster",
        "AWS::EC2::TransitGatewayRouteTable",
        "AWS::Route53::HostedZone",
    ],
)
def test_a_resource_that_belongs_to_no_single_vpc_touches_all(wire: Wire, resource: str) -> None:
    Guard().answer(changed(event("change"), resourceType=resource, resourceId="x-1"))
    assert set(wire.compliance) == BOTH


@pytest.mark.parametrize(
    "status", ["OK", "ResourceDiscovered", "ResourceDeleted", "ResourceDeletedNotRecorded"]
)
def test_a_resource_that_does_not_tell_its_vpc_touches_all(wire: Wire, status: str) -> None:
    asked = changed(event("change"), configurationItemStatus=status, configuration=None, relationships=[])
    Guard().answer(asked)
    assert set(wire.compliance) == BOTH


def test_a_change_without_members_that_rdklib_needs_is_answered_too(wire: Wire) -> None:
    asked = in_vpc("change", OWN_VPC)
    del asked["eventLeftScope"]
    message = json.loads(asked["invokingEvent"])
    for name in ("configurationItemStatus", "configurationItemCaptureTime"):
        del message["configurationItem"][name]
    Guard().answer(asked | {"invokingEvent": json.dumps(message)})
    assert set(wire.compliance) == {UUID}


def test_a_peered_vpcs_triggers_are_touched_too(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario: Scenario = (
        in_two_vpcs()
        .peering("10.1.0.0/24")
        .route("private", "10.1.0.0/24", VpcPeeringConnectionId=identify("pcx", "main"))
    )
    (peering,) = scenario.items("ec2:DescribeVpcPeeringConnections")
    ends = {key: value for key, value in peering.items() if key.endswith("VpcInfo")}
    ends["AccepterVpcInfo"] |= {"VpcId": OTHER_VPC, "OwnerId": "111122223333"}
    table = scenario.item(identify("rtb", "private"))
    table["Routes"][-1]["VpcPeeringConnectionId"] = peering["VpcPeeringConnectionId"]
    wire = wired(canned(scenario.document()), monkeypatch)
    Guard().answer(in_vpc("change", OTHER_VPC))
    assert set(wire.compliance) == BOTH


class TestOversized:
    """A configuration item too large for the event is fetched."""

    def item(self, vpc_id: str) -> dict[str, Any]:
        relation = {
            "resourceType": "AWS::EC2::VPC",
            "resourceId": vpc_id,
            "relationshipName": "Is contained in Vpc",
        }
        return {
            "resourceType": "AWS::EC2::SecurityGroup",
            "resourceId": "sg-trigger-1",
            "configuration": json.dumps({"vpcId": vpc_id}),
            "relationships": [relation],
        }

    def test_its_vpc_is_found_in_its_history(self, wire: Wire) -> None:
        wire.history["sg-trigger-1"] = self.item(OTHER_VPC)
        Guard().answer(event("change_oversized"))
        assert set(wire.compliance) == {OTHER_UUID}
        assert {each["OrderingTimestamp"] for each in wire.evaluations} == {ASKED_AT}

    @pytest.mark.parametrize("fault", [None, Fault.DENIED, Fault.THROTTLED, Fault.DROPPED])
    def test_without_a_history_every_trigger_is_evaluated(self, wire: Wire, fault: Fault | None) -> None:
        if fault is not None:
            wire.faults["config:GetResourceConfigHistory"] = fault
        Guard().answer(event("change_oversized"))
        assert set(wire.compliance) == BOTH

    def test_a_deleted_one_is_answered_although_it_has_no_configuration(self, wire: Wire) -> None:
        wire.history["sg-trigger-1"] = {
            "resourceType": "AWS::EC2::SecurityGroup",
            "resourceId": "sg-trigger-1",
        }
        Guard().answer(event("change_oversized"))
        assert set(wire.compliance) == BOTH


def test_a_function_with_triggers_in_two_vpcs_is_judged_by_all_of_them(wire: Wire) -> None:
    for mapping in wire.items["lambda:ListEventSourceMappings"]:
        mapping["FunctionArn"] = mapping["FunctionArn"].replace(":payments", ":orders")
    asked = event("change", Rule="kafka-trigger-broker-access", EvaluatedResourceType="AWS::Lambda::Function")
    asked = json.loads(json.dumps(asked).replace("vpc-1", OWN_VPC))
    Guard().answer(asked)
    (evaluation,) = wire.evaluations
    assert evaluation["ComplianceResourceId"] == "orders"
    assert evaluation["ComplianceType"] == "NON_COMPLIANT"
    assert evaluation["Annotation"].startswith("broker-missing:")


class TestWithoutTriggers:
    """An account that has no Kafka trigger."""

    @pytest.fixture
    def wire(self, monkeypatch: pytest.MonkeyPatch) -> Wire:
        return wired(canned(without_triggers().document()), monkeypatch)

    @pytest.mark.parametrize("kind", ["change", "change_deleted"])
    def test_a_change_costs_one_listing(self, wire: Wire, kind: str) -> None:
        Guard().answer(in_vpc(kind, OWN_VPC))
        assert Counter(wire.attempts) == {
            "sts:AssumeRole": 1,
            "lambda:ListEventSourceMappings": 1,
            "config:PutEvaluations": 1,
        }

    def test_more_changes_within_a_minute_cost_none(self, wire: Wire) -> None:
        guard = Guard()
        for _ in range(20):
            guard.answer(in_vpc("change", OWN_VPC))
        assert wire.attempts.count("lambda:ListEventSourceMappings") == 1
        assert len(wire.puts) == 20

    def test_a_trigger_created_meanwhile_is_seen_after_a_minute(
        self, wire: Wire, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        guard, now = Guard(), time.time()
        monkeypatch.setattr(time, "time", lambda: now)
        guard.answer(in_vpc("change", OWN_VPC))
        for operation, listed in canned(in_two_vpcs().document()).items.items():
            wire.items[operation] = listed
        monkeypatch.setattr(time, "time", lambda: now + 59)
        guard.answer(in_vpc("change", OWN_VPC))
        assert wire.evaluations == []
        monkeypatch.setattr(time, "time", lambda: now + 61)
        guard.answer(in_vpc("change", OWN_VPC))
        assert set(wire.compliance) == {UUID}
