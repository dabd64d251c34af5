"""The rules that documents add to security groups: the fewest, each as narrow as the way allows."""

from __future__ import annotations

import pytest

from tests.networks import gateways, triggers
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy, healthy_msk, healthy_serverless
from tests.networks.shapes import entry, group_id, interface_id, permission, prefix_list_id
from tests.remediation.scripts.asking import ask, permissions, refused
from tests.remediation.scripts.snapshot_aws import SnapshotAws

TRIGGER, ENDPOINT, BROKER = group_id("trigger"), group_id("endpoint"), group_id("broker")


def peered(scenario: Scenario, *, region: str = "us-east-1") -> Scenario:
    """A peering with a VPC 10.9.0.0/24 of another account, with a route to it."""
    peering = gateways.peering("main", "10.0.0.0/24", "10.9.0.0/24")
    peering["AccepterVpcInfo"]["Region"] = region
    scenario.add("ec2:DescribeVpcPeeringConnections", peering)
    return scenario.route("private", "10.9.0.0/24", VpcPeeringConnectionId=peering["VpcPeeringConnectionId"])


# Egress


def test_closed_egress_is_opened_to_groups_one_rule_a_port() -> None:
    """All four endpoints carry one group."""
    assert permissions(ask("egress", healthy().egress("trigger"))) == [
        (TRIGGER, "egress", 443, ENDPOINT),
        (TRIGGER, "egress", 9092, BROKER),
    ]


def test_only_what_is_denied_is_opened() -> None:
    """The brokers are reached already."""
    partly = healthy().egress("trigger", permission(9092, cidrs=["10.0.0.0/24"]))
    assert permissions(ask("egress", partly)) == [(TRIGGER, "egress", 443, ENDPOINT)]


def test_of_several_trigger_groups_the_one_of_fewest_interfaces_is_opened() -> None:
    """So that the rule reaches no further than it must."""
    several = healthy().egress("trigger").group("own").trigger_groups("trigger", "own")
    several.interface("other", "trigger-a", "10.0.0.9", ["trigger"])
    assert {group for group, *_ in permissions(ask("egress", several))} == {group_id("own")}


def test_of_several_broker_groups_the_one_of_fewest_interfaces_is_named() -> None:
    """A group that half the VPC carries would open half the VPC."""
    several = healthy().provisioned().egress("trigger").group("everyone")
    groups = [{"GroupId": group_id(each)} for each in ("everyone", "broker")]
    for zone in "abc":
        several.change(interface_id(f"broker-{zone}"), Groups=groups)
    several.interface("other", "trigger-a", "10.0.0.9", ["everyone"])
    assert permissions(ask("egress", several)) == [(TRIGGER, "egress", 9092, BROKER)]


def test_brokers_beyond_a_peering_are_named_by_address() -> None:
    """Nobody here sees their groups."""
    far = peered(healthy().provisioned().egress("trigger")).bootstrap_servers("10.9.0.5:9094")
    assert permissions(ask("egress", far)) == [(TRIGGER, "egress", 9094, "10.9.0.5/32")]


def test_any_address_of_msk_serverless_is_named_by_its_group() -> None:
    """Its interfaces are not shown, its groups are."""
    found = permissions(ask("egress", healthy_serverless().egress("msk")))
    assert (group_id("msk"), "egress", 9098, group_id("msk")) in found


def test_public_brokers_need_leave() -> None:
    """No document opens the internet by itself."""
    public = healthy().egress("trigger").provisioned().nat().bootstrap_servers("81.2.69.7:9092")
    assert "AllowInternetEgress" in refused(ask("egress", public))
    allowed = ask("egress", public, AllowInternetEgress="true")
    assert permissions(allowed) == [(TRIGGER, "egress", 9092, "81.2.69.7/32")]


def test_services_behind_a_nat_need_leave() -> None:
    """Their addresses are somewhere among all public ones."""
    nat = (
        healthy()
        .nat()
        .without_endpoint("sts")
        .egress("trigger", permission((443, 9092), cidrs=["10.0.0.0/8"]))
    )
    assert "AllowInternetEgress" in refused(ask("egress", nat))
    assert permissions(ask("egress", nat, AllowInternetEgress="true")) == [
        (TRIGGER, "egress", 443, "0.0.0.0/0")
    ]


def test_one_rule_to_everywhere_needs_no_others_of_its_port() -> None:
    """The endpoints' group lies within."""
    nat = healthy().nat().without_endpoint("sts").egress("trigger")
    assert permissions(ask("egress", nat, AllowInternetEgress="true")) == [
        (TRIGGER, "egress", 443, "0.0.0.0/0"),
        (TRIGGER, "egress", 9092, BROKER),
    ]


def test_a_gateway_endpoint_is_named_by_its_prefix_list() -> None:
    """Not by the internet that its addresses belong to."""
    bucket = healthy().without_endpoint("sqs").with_destination(triggers.BUCKET_ARN).s3_gateway()
    bucket.egress("trigger", permission((443, 9092), cidrs=["10.0.0.0/24"]))
    assert permissions(ask("egress", bucket)) == [(TRIGGER, "egress", 443, prefix_list_id("s3"))]


def test_a_broker_that_nothing_resolves_is_left_to_a_person() -> None:
    """Nobody knows what to allow; nothing else is opened meanwhile."""
    unknown = healthy().egress("trigger").bootstrap_servers("kafka.example.com:9092")
    assert "kafka.example.com" in refused(ask("egress", unknown))


def test_a_trigger_group_of_another_account_is_left_to_it() -> None:
    """Named with the account."""
    foreign = healthy().egress("trigger").change(TRIGGER, OwnerId="999988887777")
    assert "999988887777" in refused(ask("egress", foreign))


def full(count: int) -> Scenario:
    """A trigger whose group holds so many rules already."""
    rules = [permission(1, cidrs=[f"10.0.{number}.0/24"]) for number in range(count)]
    return healthy().egress("trigger", *rules)


def test_a_full_group_is_left_to_the_network_team() -> None:
    """AWS's default is 60 rules in a direction."""
    assert len(permissions(ask("egress", full(58)))) == 2
    assert "59 of 60 rules" in refused(ask("egress", full(59)))


def test_a_raised_quota_counts() -> None:
    """Where it may be read."""
    raised = SnapshotAws(full(59).document(), quotas={"L-0EA8095F": 100})
    assert len(permissions(ask("egress", raised))) == 2


# Ingress of endpoints


def test_a_closed_endpoint_group_lets_trigger_sg_in_by_reference() -> None:
    """One rule for all the endpoints that carry it."""
    found = ask("endpoint_ingress", healthy().ingress("endpoint"))
    assert permissions(found) == [(ENDPOINT, "ingress", 443, TRIGGER)]


def test_one_closed_endpoint_of_four_is_opened_alone() -> None:
    """The others' group is left as it is."""
    one = healthy().group("closed").without_endpoint("sts").endpoint("sts", groups=["closed"])
    assert permissions(ask("endpoint_ingress", one)) == [(group_id("closed"), "ingress", 443, TRIGGER)]


def test_a_partial_rule_stays_beside_the_new_one() -> None:
    """Existing rules are never widened."""
    partial = healthy().ingress("endpoint", permission(443, cidrs=["10.0.0.0/27"]))
    assert permissions(ask("endpoint_ingress", partial)) == [(ENDPOINT, "ingress", 443, TRIGGER)]


def test_what_closes_another_rule_s_hops_is_none_of_this_document_s_business() -> None:
    """Egress and ACLs are shut too."""
    worse = (
        healthy().ingress("endpoint").egress("trigger").acl_entry("default", entry(1, "deny", egress=True))
    )
    assert permissions(ask("endpoint_ingress", worse)) == [(ENDPOINT, "ingress", 443, TRIGGER)]


# Ingress of brokers


def test_closed_brokers_let_trigger_sg_in_by_reference() -> None:
    """On the port that the bootstrap servers name."""
    assert permissions(ask("broker_access", healthy().ingress("broker"))) == [
        (BROKER, "ingress", 9092, TRIGGER)
    ]


def test_msk_s_own_group_refers_to_itself() -> None:
    """Its pollers carry the brokers' own group."""
    found = permissions(ask("broker_access", healthy_msk().ingress("msk")))
    assert found == [(group_id("msk"), "ingress", 9098, group_id("msk"))]


def test_one_group_that_two_brokers_share_is_enough() -> None:
    """Although one of them carries another closed group, too."""
    shared = healthy().ingress("broker").group("closed")
    groups = [{"GroupId": group_id(each)} for each in ("closed", "broker")]
    shared.change(interface_id("broker-a"), Groups=groups)
    assert permissions(ask("broker_access", shared)) == [(BROKER, "ingress", 9092, TRIGGER)]


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (lambda: healthy().acl_entry("default", entry(1, "deny", egress=False)), "acl-"),
        (lambda: healthy().bootstrap_servers("192.168.7.5:9092"), "rtb-"),
        (lambda: healthy().remove(interface_id("broker-a")), "vpc-"),
        (
            lambda: healthy().change(
                interface_id("broker-a"), Groups=[], InterfaceType="network_load_balancer"
            ),
            "eni-",
        ),
    ],
)
def test_what_is_not_the_brokers_groups_is_left_to_the_network_team(broken: object, named: str) -> None:
    """The sentence names the object."""
    assert callable(broken)
    assert named in refused(ask("broker_access", broken()))


def test_a_group_of_another_account_at_a_broker_is_left_to_it() -> None:
    """Named with the account."""
    foreign = healthy().ingress("broker").change(BROKER, OwnerId="999988887777")
    assert "999988887777" in refused(ask("broker_access", foreign))


def test_a_peering_that_leads_to_another_region_carries_no_references() -> None:
    """vpc/latest/peering/vpc-peering-security-groups"""
    far = peered(healthy().provisioned().egress("trigger"), region="eu-west-1")
    far.bootstrap_servers("10.9.0.5:9094")
    assert permissions(ask("egress", far)) == [(TRIGGER, "egress", 9094, "10.9.0.5/32")]
