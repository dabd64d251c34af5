"""The plans of interface endpoints: what is created or changed, for whom, and what is left to a person."""

from __future__ import annotations

import json

import pytest

from remediation.scripts.diagnosis import Decision
from tests.networks import shapes, triggers
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy
from tests.networks.shapes import endpoint_id, entry, group_id, identify, permission, subnet_id, vpc_id
from tests.networks.vary_endpoints import add_zone
from tests.remediation.scripts.asking import ask, peer_of, plan_of, refused, unneeded
from tests.remediation.scripts.snapshot_aws import SnapshotAws

TRIGGER_SUBNETS = tuple(subnet_id(f"trigger-{zone}") for zone in "abc")
STS = endpoint_id("sts")


def without_sts() -> Scenario:
    """A VPC without NAT whose endpoint for STS is missing."""
    return healthy().without_endpoint("sts")


def private_dns_off() -> Scenario:
    """The endpoint for STS has its private DNS off."""
    return healthy().change(STS, PrivateDnsEnabled=False)


def vpc_dns_off(scenario: Scenario, *, support: bool = True, hostnames: bool = False) -> Scenario:
    """The VPC's DNS attributes as given."""
    attributes = shapes.vpc_attributes(support=support, hostnames=hostnames)
    scenario.responses["ec2:DescribeVpcAttribute"][vpc_id()] = attributes
    return scenario


def admitting_all(scenario: Scenario) -> Scenario:
    """The endpoints' group lets the whole VPC in."""
    return scenario.ingress("endpoint", permission(443, cidrs=["10.0.0.0/16"]))


# Creating


def test_an_endpoint_is_created_in_the_trigger_s_own_subnets() -> None:
    """One in each zone, with private DNS, behind a group of its own."""
    plan = plan_of(ask("sts", without_sts()))
    assert plan.endpoint_id == ""
    assert plan.vpc_id == vpc_id()
    assert plan.service_name == "com.amazonaws.us-east-1.sts"
    assert plan.subnet_ids == TRIGGER_SUBNETS
    assert (plan.needs_group, plan.group_id, plan.group_name) == (True, "", "kafka-trigger-guard-sts")
    assert not plan.egress_group_id
    assert not plan.enable_dns_support
    assert not plan.enable_dns_hostnames


def test_the_group_admits_trigger_sg_and_the_vpc() -> None:
    """Private DNS redirects every workload of the VPC."""
    plan = plan_of(ask("sts", without_sts(), IngressScope="vpc"))
    assert [peer_of(each) for each in plan.group_permissions] == [group_id("trigger"), "10.0.0.0/24"]
    assert {each["FromPort"] for each in plan.group_permissions} == {443}


def test_every_block_of_the_vpc_is_admitted_by_itself() -> None:
    """Also where two lie side by side and would make no block."""
    wide = without_sts()
    associations = wide.item(vpc_id())["CidrBlockAssociationSet"]
    for block in ("10.0.3.0/24", "10.0.4.0/24"):
        associations.append(associations[0] | {"CidrBlock": block})
    plan = plan_of(ask("sts", wide))
    assert [peer_of(each) for each in plan.group_permissions[1:]] == [
        "10.0.0.0/24",
        "10.0.3.0/24",
        "10.0.4.0/24",
    ]


def test_the_scope_trigger_admits_trigger_sg_alone() -> None:
    """And tells the others that they lose the service."""
    found = ask("sts", without_sts(), IngressScope="trigger")
    assert [peer_of(each) for each in plan_of(found).group_permissions] == [group_id("trigger")]
    assert any("TriggerSG alone" in sentence for sentence in found.affected)


def test_zones_that_the_service_does_not_offer_are_left_out() -> None:
    """One interface serves all zones of a VPC."""
    aws = SnapshotAws(without_sts().document(), zones=["us-east-1b", "us-east-1f"])
    assert plan_of(ask("sts", aws)).subnet_ids == (subnet_id("trigger-b"),)


def test_a_service_in_none_of_the_trigger_s_zones_needs_other_subnets() -> None:
    """The sentence names both sides."""
    sentence = refused(ask("sts", SnapshotAws(without_sts().document(), zones=["us-east-1f"])))
    assert "us-east-1f" in sentence
    assert "us-east-1a" in sentence


def test_a_service_that_aws_does_not_offer_needs_a_route() -> None:
    """In the Region there is no such endpoint service."""
    aws = SnapshotAws(without_sts().document(), offered=("lambda",))
    assert "offers no interface endpoint for sts" in refused(ask("sts", aws))


def test_one_subnet_of_a_zone_is_enough() -> None:
    """AWS takes one subnet of each zone."""
    one_zone = without_sts()
    for zone in "bc":
        one_zone.change(subnet_id(f"trigger-{zone}"), AvailabilityZone="us-east-1a")
    assert plan_of(ask("sts", one_zone)).subnet_ids == (subnet_id("trigger-a"),)


def test_full_subnets_are_left_out() -> None:
    """An endpoint needs an address."""
    full = without_sts().change(subnet_id("trigger-a"), AvailableIpAddressCount=0)
    assert plan_of(ask("sts", full)).subnet_ids == TRIGGER_SUBNETS[1:]
    for zone in "bc":
        full.change(subnet_id(f"trigger-{zone}"), AvailableIpAddressCount=0)
    assert "no free address" in refused(ask("sts", full))


def test_subnets_that_the_others_do_not_reach_are_left_out() -> None:
    """An ACL shuts one of them off."""
    entries = [entry(50, "deny", egress=False, ports=(443, 443)), *shapes.open_entries()]
    shut = without_sts().acl("shut", entries, ["trigger-b"])
    assert plan_of(ask("sts", shut)).subnet_ids == (subnet_id("trigger-a"), subnet_id("trigger-c"))


def test_an_endpoint_that_nobody_would_reach_is_not_created() -> None:
    """The sentence names the ACL."""
    shut = without_sts().acl_entry("default", entry(50, "deny", egress=True, ports=(443, 443)))
    assert "acl-" in refused(ask("sts", shut))


def test_the_group_of_our_name_is_adopted() -> None:
    """Another execution made it; only what it lacks is added."""
    made = without_sts().group(
        "kafka-trigger-guard-sts", ingress=[permission(443, groups=[group_id("trigger")])]
    )
    plan = plan_of(ask("sts", made))
    assert plan.group_id == group_id("kafka-trigger-guard-sts")
    assert [peer_of(each) for each in plan.group_permissions] == ["10.0.0.0/24"]


def test_egress_is_opened_where_trigger_sg_names_the_groups_it_may_reach() -> None:
    """The new endpoint stands behind a new group."""
    named = (
        without_sts()
        .nat()
        .egress(
            "trigger",
            permission(443, groups=[group_id("endpoint")]),
            permission(9092, groups=[group_id("broker")]),
        )
    )
    plan = plan_of(ask("sts", named, AllowNat="false"))
    assert (plan.egress_group_id, plan.egress_peer_group_id) == (group_id("trigger"), "")


def test_egress_that_is_closed_today_is_left_to_its_own_rule() -> None:
    """Its document opens it to all endpoints."""
    assert plan_of(ask("sts", without_sts().egress("trigger"))).egress_group_id == ""


def test_a_full_vpc_is_left_to_the_network_team() -> None:
    """AWS's default is 50 interface endpoints a VPC."""
    full = without_sts()
    other = full.item(endpoint_id("lambda")) | {"ServiceName": "com.amazonaws.us-east-1.logs"}
    for number in range(47):
        full.add("ec2:DescribeVpcEndpoints", other | {"VpcEndpointId": f"vpce-{number}"})
    assert "quota" in refused(ask("sts", full))
    raised = SnapshotAws(full.document(), quotas={"L-29B6F2EB": 200})
    assert plan_of(ask("sts", raised)).subnet_ids == TRIGGER_SUBNETS


@pytest.mark.parametrize(
    "destination", [triggers.BUCKET_ARN, triggers.QUEUE_ARN.replace("us-east-1", "eu-west-1")]
)
def test_what_no_interface_endpoint_serves_is_left_to_the_network_team(destination: str) -> None:
    """S3 takes a gateway endpoint; another Region's service has none here."""
    assert refused(ask("destination", healthy().without_endpoint("sqs").with_destination(destination)))


# Mending


def test_private_dns_is_turned_on_with_a_group_that_admits_the_vpc() -> None:
    """A group of our own, not a rule on one that others carry."""
    plan = plan_of(ask("sts", private_dns_off()))
    assert (plan.endpoint_id, plan.enable_private_dns, plan.endpoint_pending) == (STS, True, False)
    assert (plan.needs_group, plan.add_group_to_endpoint, plan.subnet_ids) == (True, True, ())
    assert [peer_of(each) for each in plan.group_permissions] == [group_id("trigger"), "10.0.0.0/24"]


def test_an_endpoint_that_admits_the_vpc_already_needs_no_group() -> None:
    """Nothing is added that is there."""
    admitting = private_dns_off().ingress("endpoint", permission(443, cidrs=["10.0.0.0/16"]))
    plan = plan_of(ask("sts", admitting))
    assert (plan.needs_group, plan.enable_private_dns) == (False, True)


def test_an_endpoint_with_five_groups_has_no_room_for_one_more() -> None:
    """vpc/latest/userguide/amazon-vpc-limits"""
    crowded = private_dns_off()
    groups = [{"GroupId": group_id("endpoint"), "GroupName": str(number)} for number in range(5)]
    assert "5 groups" in refused(ask("sts", crowded.change(STS, Groups=groups)))


def test_a_pending_endpoint_is_waited_for() -> None:
    """Whoever made it; a second one would conflict."""
    plan = plan_of(ask("sts", healthy().change(STS, State="pending")))
    assert (plan.endpoint_id, plan.endpoint_pending, plan.needs_group) == (STS, True, False)
    assert not plan.enable_private_dns


def test_waiting_affects_nobody() -> None:
    """The endpoint comes anyway."""
    assert ask("sts", healthy().change(STS, State="pending")).affected == ()


@pytest.mark.parametrize("state", ["failed", "rejected", "deleting", "pendingAcceptance"])
def test_an_endpoint_that_holds_the_name_and_cannot_serve_is_left_to_the_network_team(state: str) -> None:
    """AWS lets one endpoint of a VPC have a service's private DNS name."""
    assert STS in refused(ask("sts", healthy().change(STS, State=state)))


def test_private_dns_is_not_turned_on_where_the_endpoint_would_refuse() -> None:
    """All workloads of the VPC would be led to it."""
    policy = {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}
    narrow = private_dns_off().change(STS, PolicyDocument=json.dumps(policy))
    assert "policy" in refused(ask("sts", narrow))


def test_a_hosted_zone_that_holds_the_name_is_left_to_its_owner() -> None:
    """It answers with no endpoint of the service."""
    zone = without_sts()
    name = "sts.us-east-1.amazonaws.com."
    add_zone(
        zone,
        "ZSTS",
        name,
        [{"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.0.0.9"}]}],
    )
    assert "ZSTS" in refused(ask("sts", zone))


def test_the_records_of_another_account_s_zone_are_asked_of_that_account() -> None:
    """AWS gives them to nobody else."""
    zone = without_sts()
    name = "sts.us-east-1.amazonaws.com."
    add_zone(zone, "ZSTS", name, [])
    zone.absent("route53:ListResourceRecordSets", "ZSTS")
    listed = zone.responses["route53:ListHostedZonesByVPC"][vpc_id()]["HostedZoneSummaries"]
    listed[0]["Owner"] = {"OwningAccount": "999988887777"}
    assert "account 999988887777 must tell" in refused(ask("sts", zone))


def test_resolvers_that_are_not_amazon_s_are_left_to_the_network_team() -> None:
    """They would not find the endpoint."""
    own = without_sts().change(vpc_id(), DhcpOptionsId=identify("dopt", "own"))
    own.add("ec2:DescribeDhcpOptions", shapes.dhcp_options("own", ["10.0.0.53"]))
    assert "10.0.0.53" in refused(ask("sts", own))


# DNS attributes of the VPC


def test_dns_attributes_are_turned_on_with_leave_only() -> None:
    """They put all private names of the VPC in force."""
    off = vpc_dns_off(admitting_all(healthy()))
    assert "AllowVpcDnsChange" in refused(ask("sts", off))
    plan = plan_of(ask("sts", off, AllowVpcDnsChange="true"))
    assert (plan.enable_dns_support, plan.enable_dns_hostnames, plan.endpoint_id) == (False, True, STS)
    assert not plan.enable_private_dns


def test_a_new_endpoint_needs_the_dns_attributes_too() -> None:
    """Else its private DNS would be refused."""
    off = vpc_dns_off(admitting_all(without_sts()), support=False)
    plan = plan_of(ask("sts", off, AllowVpcDnsChange="true"))
    assert (plan.enable_dns_support, plan.enable_dns_hostnames) == (True, True)
    assert plan.subnet_ids == TRIGGER_SUBNETS


def test_dns_attributes_that_put_a_closed_endpoint_in_force_are_left_to_the_network_team() -> None:
    """A NAT carries now what that endpoint would refuse."""
    closed = healthy().nat().group("closed").without_endpoint("lambda").endpoint("lambda", groups=["closed"])
    off = vpc_dns_off(admitting_all(closed))
    assert endpoint_id("lambda") in refused(ask("sts", off, AllowVpcDnsChange="true", AllowNat="false"))


def test_the_others_whose_names_come_into_force_are_told() -> None:
    """Endpoints with private DNS that did not serve so far."""
    found = ask("sts", vpc_dns_off(admitting_all(healthy())), AllowVpcDnsChange="true")
    assert any(endpoint_id("lambda") in sentence for sentence in found.affected)


# Who else is affected


@pytest.mark.parametrize("network", [without_sts(), private_dns_off()])
def test_subnets_that_an_acl_cuts_off_from_the_endpoint_are_told(network: Scenario) -> None:
    """Its workloads lose the service, which they reach by another way today."""
    shut = [entry(50, "deny", egress=True, ports=(443, 443)), *shapes.open_entries()]
    found = ask("sts", network.acl("neighbours", shut, ["broker-a"]))
    assert found.decision is Decision.APPLY
    (told,) = [sentence for sentence in found.affected if subnet_id("broker-a") in sentence]
    assert "cut off" in told
    assert "acl-" in told


def test_the_other_interfaces_of_the_vpc_are_counted() -> None:
    """Three brokers, and no interface of an endpoint."""
    (sentence,) = ask("sts", without_sts()).affected
    assert "3 other network interfaces" in sentence
    assert "sts" in sentence


def test_inbound_resolver_endpoints_are_told() -> None:
    """They answer on-premises clients with the endpoint."""
    aws = SnapshotAws(
        without_sts().document(), inbound_resolvers=[{"Id": "rslvr-in-1", "Direction": "INBOUND"}]
    )
    assert any("rslvr-in-1" in sentence for sentence in ask("sts", aws).affected)


def test_resolver_endpoints_that_may_not_be_read_are_told_too() -> None:
    """The plan is made all the same."""
    refusing = without_sts()
    refusing.errors["route53resolver:ListResolverEndpoints"] = {"code": "InternalError", "message": "no"}
    found = ask("sts", refusing)
    assert found.decision is Decision.APPLY
    assert any("could not be read" in sentence for sentence in found.affected)


# NAT and what already works


def test_a_nat_that_counts_is_enough() -> None:
    """The other services' traffic is tiny, so AllowNat is true for them by default."""
    assert "AllowNat" in unneeded(ask("sts", without_sts().nat()))


def test_a_nat_that_does_not_count_is_replaced() -> None:
    """AllowNat=false, or by default for lambda, whose payload is billed."""
    assert plan_of(ask("sts", without_sts().nat(), AllowNat="false"))
    assert plan_of(ask("lambda", healthy().without_endpoint("lambda").nat()))


@pytest.mark.parametrize("rule", ["secretsmanager", "destination"])
def test_services_that_are_not_needed_need_no_endpoint(rule: str) -> None:
    """No secret, no destination."""
    bare = healthy().without_secret().without_destination()
    assert "needs none" in unneeded(ask(rule, bare))


def test_a_denying_policy_is_left_to_the_network_team() -> None:
    """No document touches an endpoint policy."""
    policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:Get*", "Resource": "*"}]}
    narrow = healthy().change(STS, PolicyDocument=json.dumps(policy))
    sentence = refused(ask("sts", narrow))
    assert STS in sentence
    assert "sts:AssumeRole" in sentence
