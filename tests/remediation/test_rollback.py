"""Specification of the rollback document: it takes back what an execution did, nothing that others use."""

from __future__ import annotations

import json
from typing import Any

import boto3

from kafka_trigger_guard.aws.automation import Execution
from kafka_trigger_guard.sandbox.automation.executions import CLOCK, held
from kafka_trigger_guard.sandbox.faults import failing_call
from tests.remediation.faults import BY_NAME
from tests.remediation.places import Place
from tests.remediation.running import DOCUMENT_OF, ROLLBACK, automation, run, start
from tests.remediation.state import state

CREATED = BY_NAME["lambda has no endpoint"]


def repaired(account: boto3.Session) -> tuple[Place, Execution]:
    """A place that got its endpoint for Lambda from a document."""
    place = CREATED.place(account)
    return place, run(place, CREATED.rule, **CREATED.parameters)


def undone(account: boto3.Session, execution: Execution, **parameters: str) -> Execution:
    return start(account, ROLLBACK, ExecutionId=execution.execution_id, **parameters)


def made(execution: Execution, output: str) -> str:
    return execution.outputs[output][0]


def test_an_undone_execution_leaves_the_account_as_it_was(account: boto3.Session) -> None:
    place = CREATED.place(account)
    before = state(account)
    execution = run(place, CREATED.rule, **CREATED.parameters)
    assert undone(account, execution).succeeded
    assert state(account) == before


def test_a_dry_run_tells_the_calls_and_changes_nothing(account: boto3.Session) -> None:
    _, execution = repaired(account)
    before = state(account)
    ended = undone(account, execution, DryRun="true")
    calls = [json.loads(text)["api"] for text in ended.outputs["Diagnose.Calls"]]
    assert calls == ["DeleteVpcEndpoints", "DeleteSecurityGroup"]
    assert state(account) == before


def test_undoing_twice_finds_nothing_the_second_time(account: boto3.Session) -> None:
    _, execution = repaired(account)
    undone(account, execution)
    ended = undone(account, execution)
    assert ended.succeeded
    assert "nothing that exists carries its tag" in ended.outputs["Report.Sentence"][0]


def test_an_execution_that_is_running_is_refused(account: boto3.Session) -> None:
    place = CREATED.place(account)
    wanted = {"EventSourceMappingId": place.uuid, "Rule": CREATED.rule}
    with held():
        running = automation(account).start(DOCUMENT_OF[CREATED.rule], wanted)
    ended = start(account, ROLLBACK, ExecutionId=running)
    assert ended.status == "Failed"
    assert f"Execution {running} is InProgress: wait for its end or stop it" in ended.failure


def test_an_endpoint_whose_group_admits_others_since_stays_and_is_told(account: boto3.Session) -> None:
    place, execution = repaired(account)
    group_id, endpoint_id = (
        made(execution, "SettleGroup.GroupId"),
        made(execution, "SettleEndpoint.EndpointId"),
    )
    place.ingress_from(group_id, 443, "10.99.0.0/16")
    before = state(account)
    ended = undone(account, execution)
    assert ended.succeeded
    assert f"{endpoint_id} stays" in ended.outputs["Report.Sentence"][0]
    assert state(account) == before


def test_a_group_that_another_groups_rule_names_since_stays_and_the_endpoint_goes(
    account: boto3.Session,
) -> None:
    place, execution = repaired(account)
    group_id = made(execution, "SettleGroup.GroupId")
    place.egress_to(443, group_id=group_id)
    ended = undone(account, execution)
    assert ended.succeeded
    assert any(text.startswith(f"{group_id} stays: sgr-") for text in ended.outputs["Undo.Left"])
    assert ended.outputs["Undo.Undone"] == (f"{made(execution, 'SettleEndpoint.EndpointId')} was deleted",)


def test_dns_attributes_that_a_newer_endpoint_needs_stay(account: boto3.Session) -> None:
    fault = BY_NAME["the VPC's DNS hostnames are off"]
    place = fault.place(account)
    execution = run(place, fault.rule, **fault.parameters)
    ec2: Any = place.ec2
    CLOCK.skip(60)
    newer = ec2.create_vpc_endpoint(
        VpcId=place.vpc.vpc_id,
        ServiceName="com.amazonaws.us-east-1.kms",
        VpcEndpointType="Interface",
        SubnetIds=list(place.vpc.subnet_ids)[:1],
        PrivateDnsEnabled=True,
    )["VpcEndpoint"]["VpcEndpointId"]
    ended = undone(account, execution)
    assert f"{place.vpc.vpc_id} stays: {newer} has private DNS since" in ended.outputs["Undo.Left"]
    answer = ec2.describe_vpc_attribute(VpcId=place.vpc.vpc_id, Attribute="enableDnsHostnames")
    assert answer["EnableDnsHostnames"]["Value"]


def test_what_aws_refuses_ends_the_rollback_failed_and_can_be_started_again(account: boto3.Session) -> None:
    place = CREATED.place(account)
    before = state(account)
    execution = run(place, CREATED.rule, **CREATED.parameters)
    with failing_call("ec2:DeleteVpcEndpoints", nth=None, code="UnauthorizedOperation", message="No."):
        ended = undone(account, execution)
    assert ended.status == "Failed"
    assert "AWS refused DeleteVpcEndpoints (UnauthorizedOperation: No)" in ended.failure
    assert undone(account, execution).succeeded
    assert state(account) == before
