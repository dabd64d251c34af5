"""No finding promises what its document cannot do."""

from __future__ import annotations

import json

import pytest

from tests.networks import shapes
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy
from tests.networks.judging import findings
from tests.networks.organization import Organization
from tests.networks.shapes import endpoint_id, entry, group_id, identify, permission


def is_claimed(network: Scenario | Organization, rule: str) -> bool:
    """Whether the red finding of a rule names a document."""
    finding = findings(network)[rule]
    assert finding.verdict.value == "NON_COMPLIANT"
    return finding.remediation is not None


def test_brokers_shut_by_their_groups_alone_are_claimed() -> None:
    """The plain fault."""
    assert is_claimed(healthy().ingress("broker"), "broker_access")


def test_brokers_shut_by_a_network_acl_too_are_not_claimed() -> None:
    """Opening the group would leave the rule red."""
    shut = healthy().ingress("broker").acl_entry("default", entry(1, "deny", egress=True, ports=(9092, 9092)))
    assert not is_claimed(shut, "broker_access")


def test_an_unknown_broker_beside_a_shut_one_is_not_claimed() -> None:
    """Opening the group would leave the rule unknown."""
    shut = healthy().ingress("broker").bootstrap_servers("10.0.0.132:9092", "kafka.example.com:9092")
    assert not is_claimed(shut, "broker_access")


def test_egress_to_a_broker_without_address_is_not_claimed() -> None:
    """Nobody knows what would have to be allowed."""
    assert not is_claimed(healthy().egress("trigger").bootstrap_servers("kafka.example.com:9092"), "egress")


def test_a_group_of_another_account_is_not_claimed() -> None:
    """Its owner must open it."""
    foreign = healthy().ingress("endpoint").change(group_id("endpoint"), OwnerId="999988887777")
    assert not is_claimed(foreign, "endpoint_ingress")


def test_groups_in_a_shared_vpc_are_not_claimed() -> None:
    """Subnets of another account are left to that account."""
    shared = healthy().egress("trigger")
    for operation in ("ec2:DescribeSubnets", "ec2:DescribeVpcs"):
        for each in shared.items(operation):
            each["OwnerId"] = "999988887777"
    assert not is_claimed(shared, "egress")


@pytest.mark.parametrize(("state", "claimed"), [("pending", True), ("failed", False), ("deleting", False)])
def test_only_a_pending_endpoint_that_holds_the_name_is_claimed(state: str, claimed: bool) -> None:
    """Waiting is enough for one, and no second endpoint can take the name from the others."""
    assert is_claimed(healthy().change(endpoint_id("sts"), State=state), "sts") is claimed


def test_a_failed_endpoint_without_private_dns_is_claimed() -> None:
    """Another endpoint can be made beside it."""
    failed = healthy().change(endpoint_id("sts"), State="failed", PrivateDnsEnabled=False)
    assert is_claimed(failed, "sts")


def test_a_missing_endpoint_that_a_network_acl_would_shut_is_not_claimed() -> None:
    """An endpoint in a trigger subnet would not be reached from the others."""
    shut = healthy().without_endpoint("sts").acl_entry("default", entry(1, "deny", egress=True))
    assert not is_claimed(shut, "sts")


def test_private_dns_off_behind_a_narrow_policy_is_not_claimed() -> None:
    """Private DNS would lead to an endpoint that refuses."""
    policy = {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}
    narrow = healthy().change(endpoint_id("sts"), PrivateDnsEnabled=False, PolicyDocument=json.dumps(policy))
    assert not is_claimed(narrow, "sts")


def test_a_missing_endpoint_where_resolvers_are_not_amazons_is_not_claimed() -> None:
    """Nobody knows whether the resolvers would find it."""
    own = healthy().without_endpoint("sts").change(shapes.vpc_id(), DhcpOptionsId=identify("dopt", "own"))
    own.add("ec2:DescribeDhcpOptions", shapes.dhcp_options("own", ["10.0.0.53"]))
    assert not is_claimed(own, "sts")


def test_a_nat_for_some_trigger_subnets_is_claimed() -> None:
    """An endpoint serves the other subnets too."""
    half = healthy().without_endpoint("sts").route_table("half", ["trigger-a"]).nat(["half"])
    assert is_claimed(half, "sts")


def test_dns_attributes_that_would_let_a_closed_endpoint_take_over_are_not_claimed() -> None:
    """With them the endpoint of another service comes to serve, and it refuses what a NAT carries now."""
    scenario = healthy().nat().group("closed").without_endpoint("sts").endpoint("sts", groups=["closed"])
    off = shapes.vpc_attributes(support=False)
    scenario.responses["ec2:DescribeVpcAttribute"][shapes.vpc_id()] = off
    scenario.egress("trigger", permission(cidrs=["0.0.0.0/0"]))
    assert not is_claimed(scenario, "lambda")


def _dns_off_where_endpoints_are_open() -> Scenario:
    """The VPC's DNS is off, and the endpoints' group lets the whole VPC in."""
    scenario = healthy().ingress("endpoint", permission(443, cidrs=["10.0.0.0/16"]))
    off = shapes.vpc_attributes(support=True, hostnames=False)
    scenario.responses["ec2:DescribeVpcAttribute"][shapes.vpc_id()] = off
    return scenario


def test_dns_attributes_that_put_open_endpoints_in_force_are_claimed() -> None:
    """Whoever is led to them is let in, and may call what it likes."""
    assert is_claimed(_dns_off_where_endpoints_are_open(), "sts")


def test_dns_attributes_that_put_an_endpoint_of_any_service_in_force_need_it_open() -> None:
    """The trigger does not need it; its neighbours would be led to it and shut out."""
    other = _dns_off_where_endpoints_are_open()
    other.group("kms", ingress=[permission(443, groups=[group_id("trigger")])])
    assert not is_claimed(other.endpoint("kms", groups=["kms"]), "sts")


@pytest.mark.parametrize("narrowed", ["sts", "lambda"])
def test_dns_attributes_that_put_a_narrowed_policy_in_force_are_not_claimed(narrowed: str) -> None:
    """The policy lets pollers through and says nothing about the calls of others."""
    network = _dns_off_where_endpoints_are_open()
    assert not is_claimed(network.change(endpoint_id(narrowed), PolicyDocument=_FOR_POLLERS), "sts")


def test_private_dns_off_behind_a_policy_for_pollers_alone_is_not_claimed() -> None:
    """Private DNS would lead all workloads of the VPC to it."""
    off = healthy().change(endpoint_id("sts"), PrivateDnsEnabled=False)
    assert is_claimed(off, "sts")
    assert not is_claimed(off.change(endpoint_id("sts"), PolicyDocument=_FOR_POLLERS), "sts")


_FOR_POLLERS = json.dumps(
    {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": ["lambda:InvokeFunction", "sts:AssumeRole"],
                "Resource": "*",
            }
        ]
    }
)
