"""Specification of when nothing is done: Success where nothing is needed, Failed where a person is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from kafka_trigger_guard.aws.automation import Execution
from tests.remediation.faults import BROKERS, BY_NAME, EGRESS, INGRESS, LAMBDA, STS
from tests.remediation.places import Place, place
from tests.remediation.running import DOCUMENT_OF, ROLLBACK, automation, run, start
from tests.remediation.state import state

_RULES = (LAMBDA, EGRESS, INGRESS, BROKERS)
_APPROVER = "arn:aws:iam::123456789012:user/network-team"


def healthy(_: Place) -> None:
    """All is well."""


def provisioned(built: Place) -> None:
    """AWS carries the calls."""
    built.functions.update_event_source_mapping(
        UUID=built.uuid, ProvisionedPollerConfig={"MinimumPollers": 1, "MaximumPollers": 2}
    )


def disabled(built: Place) -> None:
    """Nothing polls."""
    built.functions.update_event_source_mapping(UUID=built.uuid, Enabled=False)


def deleted(built: Place) -> None:
    """There is no trigger any more."""
    built.functions.delete_event_source_mapping(UUID=built.uuid)


@pytest.mark.parametrize("rule", _RULES)
@pytest.mark.parametrize("situation", [healthy, disabled, deleted])
def test_where_nothing_is_needed_it_ends_success_and_says_why(
    account: boto3.Session, situation: Callable[[Place], None], rule: str
) -> None:
    built = place(account)
    situation(built)
    nothing_is_done(built, rule)


def nothing_is_done(built: Place, rule: str) -> str:
    """The document of the rule does nothing; its sentence that says why."""
    before = state(built.session)
    ended = run(built, rule)
    assert ended.succeeded, ended.failure
    assert ended.said("Decision") == ("nothing",)
    assert len(ended.said("Sentence")[0].split()) > 3
    assert ended.said("Calls") == ()
    assert state(built.session) == before
    return ended.said("Sentence")[0]


@pytest.mark.parametrize("rule", [LAMBDA, STS, INGRESS])
def test_a_provisioned_trigger_needs_no_endpoint(account: boto3.Session, rule: str) -> None:
    built = place(account, services=())
    provisioned(built)
    assert "provisioned" in nothing_is_done(built, rule).lower()


def test_the_sentence_tells_a_disabled_from_a_deleted_trigger(account: boto3.Session) -> None:
    built = place(account)
    disabled(built)
    assert "disabled" in nothing_is_done(built, EGRESS).lower()
    deleted(built)
    assert built.uuid in nothing_is_done(built, EGRESS)


# --- a person must act --------------------------------------------------------------------------------------


def left_to_a_person(built: Place, rule: str, *named: str) -> None:
    """The rule's document fails with one sentence that names what somebody must look at; nothing changes."""
    before = state(built.session)
    ended = run(built, rule)
    assert ended.status == "Failed"
    sentence = " ".join(ended.said("Sentence"))
    assert 0 < len(sentence) < 700
    assert sentence in " ".join(ended.failure.split())
    for name in named:
        assert name in sentence
    assert state(built.session) == before


def acl_denies(built: Place, *, egress: bool = True) -> str:
    """A network ACL that lets nothing out of the subnets."""
    acl_id = built.network_acl_id()
    built.ec2.create_network_acl_entry(
        NetworkAclId=acl_id,
        RuleNumber=1,
        Protocol="-1",
        RuleAction="deny",
        Egress=egress,
        CidrBlock="0.0.0.0/0",
    )
    return acl_id


def policy_denies(built: Place) -> str:
    """An endpoint policy that lets nobody call anything."""
    endpoint_id = built.endpoint_id("lambda")
    nobody = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [nobody]})
    built.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, PolicyDocument=policy)
    return endpoint_id


def test_a_network_acl_that_denies_is_left_to_a_person(account: boto3.Session) -> None:
    built = place(account)
    acl_id = acl_denies(built)
    left_to_a_person(built, LAMBDA, acl_id)
    left_to_a_person(built, BROKERS, acl_id)


def test_an_endpoint_policy_that_denies_is_left_to_a_person(account: boto3.Session) -> None:
    built = place(account)
    endpoint_id = policy_denies(built)
    left_to_a_person(built, LAMBDA, endpoint_id)


def test_a_route_that_leads_astray_is_left_to_a_person(account: boto3.Session) -> None:
    built = place(account)
    appliance = built.ec2.create_network_interface(SubnetId=built.vpc.subnet_ids[0])["NetworkInterface"]
    table_id = built.main_route_table_id()
    for number in (1, 2, 3):
        built.ec2.create_route(
            RouteTableId=table_id,
            DestinationCidrBlock=f"10.10.{number}.0/24",
            NetworkInterfaceId=appliance["NetworkInterfaceId"],
        )
    left_to_a_person(built, BROKERS, table_id)


def test_a_vpc_of_another_account_is_left_to_its_owner(account: boto3.Session) -> None:
    built = BY_NAME["lambda has no endpoint"].place(account)
    owner = "210987654321"
    share(built, owner)
    left_to_a_person(built, LAMBDA, owner)


def share(built: Place, owner: str) -> None:
    """The VPC is another account's, which shares its subnets. vpc/latest/userguide/vpc-sharing"""
    from moto.ec2.models import ec2_backends

    backend: Any = ec2_backends["123456789012"][str(built.session.region_name)]
    shared = [backend.vpcs[built.vpc.vpc_id], *map(backend.get_subnet, built.vpc.subnet_ids)]
    for item in shared:
        item.__class__ = type(f"Shared{type(item).__name__}", (type(item),), {"owner_id": owner})


def test_the_internet_is_opened_only_when_that_is_allowed(account: boto3.Session) -> None:
    built = place(account, services=("lambda",))
    built.vpc.nat_gateway()
    built.without_egress()
    built.egress_to(443, group_id=built.endpoint_group)
    built.egress_to(9092, group_id=built.broker_group)
    left_to_a_person(built, EGRESS, "AllowInternetEgress")
    ended = run(built, EGRESS, AllowInternetEgress="true")
    assert ended.succeeded, ended.failure
    assert "0.0.0.0/0" in " ".join(ended.said("Calls"))


def test_vpc_dns_is_switched_on_only_when_that_is_allowed(account: boto3.Session) -> None:
    built = BY_NAME["the VPC's DNS hostnames are off"].place(account)
    left_to_a_person(built, LAMBDA, "AllowVpcDnsChange", built.vpc.vpc_id)


def test_a_hosted_zone_that_answers_for_the_service_is_not_fought(account: boto3.Session) -> None:
    built = BY_NAME["lambda has no endpoint"].place(account)
    region = str(account.region_name)
    route53: Any = account.client("route53")
    zone = route53.create_hosted_zone(
        Name=f"lambda.{region}.amazonaws.com",
        CallerReference="once",
        VPC={"VPCRegion": region, "VPCId": built.vpc.vpc_id},
        HostedZoneConfig={"PrivateZone": True},
    )
    zone_id = zone["HostedZone"]["Id"].rpartition("/")[2]
    left_to_a_person(built, LAMBDA, zone_id)


# --- approvals ----------------------------------------------------------------------------------------------


def waiting(account: boto3.Session) -> tuple[Place, Execution]:
    """A repair that waits for the network team."""
    built = BY_NAME["lambda has no endpoint"].place(account)
    found = automation(account).start(
        DOCUMENT_OF[LAMBDA],
        {"EventSourceMappingId": built.uuid, "Rule": LAMBDA, "Approvers": [_APPROVER]},
    )
    return built, automation(account).execution(found)


def signal(account: boto3.Session, execution_id: str, kind: str) -> Execution:
    """Somebody decides; the execution then."""
    ssm: Any = account.client("ssm")
    ssm.send_automation_signal(AutomationExecutionId=execution_id, SignalType=kind)
    return automation(account).execution(execution_id)


def test_nothing_changes_before_an_approver_approves(account: boto3.Session) -> None:
    built, found = waiting(account)
    assert (found.waits, found.approvers) == (True, (_APPROVER,))
    assert signal(account, found.execution_id, "Approve").succeeded
    assert built.endpoint_id("lambda")


def test_a_refused_approval_changes_nothing_and_says_so(account: boto3.Session) -> None:
    _, found = waiting(account)
    before = state(account)
    ended = signal(account, found.execution_id, "Reject")
    assert ended.status == "Failed"
    assert "approv" in ended.failure.lower() or "reject" in ended.failure.lower()
    assert state(account) == before


# --- the rollback's own -------------------------------------------------------------------------------------


def test_rolling_back_what_never_ran_changes_nothing(account: boto3.Session) -> None:
    place(account)
    before = state(account)
    ended = start(account, ROLLBACK, ExecutionId="00000000-0000-4000-8000-000000000000")
    assert state(account) == before
    assert ended.said("Sentence") or ended.failure


def test_rolling_back_twice_is_rolling_back_once(account: boto3.Session) -> None:
    fault = BY_NAME["the brokers admit nobody"]
    built = fault.place(account)
    before = state(account)
    ended = run(built, fault.rule)
    for _ in range(2):
        assert start(account, ROLLBACK, ExecutionId=ended.execution_id).succeeded
    assert state(account) == before
