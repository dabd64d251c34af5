"""EC2's dictionaries as typed objects: what real answers leave out, and how they spell things."""

from __future__ import annotations

import pytest

from kafka_trigger_guard.aws.modelling import gateways
from kafka_trigger_guard.aws.modelling import vpc as vpcs
from kafka_trigger_guard.network.model import RouteTarget
from kafka_trigger_guard.network.ranges import ALL_PORTS, address, cidr
from tests.networks import shapes
from tests.networks.shapes import ACCOUNT, REGION, Json


def test_cidr_blocks_that_are_not_associated_do_not_count() -> None:
    """No state is associated; without any block of the set the VPC's own counts."""
    item = shapes.vpc("main", ["10.0.0.0/24", "10.1.0.0/24", "10.2.0.0/24"])
    item["CidrBlockAssociationSet"][1]["CidrBlockState"]["State"] = "disassociating"
    del item["CidrBlockAssociationSet"][2]["CidrBlockState"]
    assert vpcs.vpc(item, ACCOUNT, REGION, None).cidrs == cidr("10.0.0.0/24") | cidr("10.2.0.0/24")
    item["CidrBlockAssociationSet"] = []
    assert vpcs.vpc(item, ACCOUNT, REGION, None).cidrs == cidr("10.0.0.0/24")


@pytest.mark.parametrize(
    "attributes", [None, {}, {"EnableDnsSupport": {}}, {"EnableDnsSupport": {"Value": "true"}}, []]
)
def test_an_attribute_that_tells_no_truth_is_not_known(attributes: Json | None) -> None:
    """Neither on nor off."""
    assert vpcs.vpc(shapes.vpc("main", ["10.0.0.0/24"]), ACCOUNT, REGION, attributes).dns_support is None


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ({"GatewayId": "local"}, RouteTarget.LOCAL),
        ({"GatewayId": "igw-1"}, RouteTarget.INTERNET_GATEWAY),
        ({"GatewayId": "vgw-1"}, RouteTarget.VPN_GATEWAY),
        ({"GatewayId": "vpce-1"}, RouteTarget.ENDPOINT),
        ({"NatGatewayId": "nat-1"}, RouteTarget.NAT_GATEWAY),
        ({"TransitGatewayId": "tgw-1"}, RouteTarget.TRANSIT_GATEWAY),
        ({"VpcPeeringConnectionId": "pcx-1"}, RouteTarget.PEERING),
        ({"NetworkInterfaceId": "eni-1", "InstanceId": "i-1"}, RouteTarget.INTERFACE),
        ({"CoreNetworkArn": "arn:aws:networkmanager::1:core-network/x"}, RouteTarget.CORE_NETWORK),
        ({"CarrierGatewayId": "cagw-1"}, RouteTarget.OTHER),
        ({"OdbNetworkArn": "arn:aws:odb:x"}, RouteTarget.OTHER),
    ],
)
def test_a_route_s_target_is_told_by_its_member_or_prefix(target: dict[str, str], kind: RouteTarget) -> None:
    """What is not known is some other target, never none."""
    item = shapes.route_table("main", []) | {"Routes": [shapes.route("0.0.0.0/0", **target)]}
    assert vpcs.route_table(item, ACCOUNT).routes[0].target is kind


@pytest.mark.parametrize("kind", ["nat_gateway", "natGateway"])
def test_an_interface_type_is_spelled_in_two_ways(kind: str) -> None:
    """On the wire and in the model."""
    item = shapes.interface("x", shapes.subnet("s", "10.0.0.0/28", "a"), "10.0.0.4", [], kind=kind)
    assert vpcs.interface(item, ACCOUNT).type == "nat_gateway"


def test_secondary_addresses_and_prefixes_are_the_interface_s_too() -> None:
    """And its primary one stays its own."""
    item = shapes.interface("x", shapes.subnet("s", "10.0.0.0/24", "a"), "10.0.0.4", [])
    item["PrivateIpAddresses"].append({"Primary": False, "PrivateIpAddress": "10.0.0.9"})
    item["Ipv4Prefixes"] = [{"Ipv4Prefix": "10.0.0.32/28"}]
    found = vpcs.interface(item, ACCOUNT)
    assert found.addresses == cidr("10.0.0.4") | cidr("10.0.0.9") | cidr("10.0.0.32/28")
    assert found.primary == address("10.0.0.4")


def test_acl_entries_are_sorted_and_only_those_that_can_match_tcp_over_ipv4() -> None:
    """Protocol -1 has all ports whatever `PortRange` says."""
    entries = [
        shapes.entry(200, "allow", egress=True, ports=(1, 2)),
        shapes.entry(100, "deny", egress=True, ports=(22, 22), protocol="-1"),
        shapes.entry(50, "deny", egress=True, cidr="::/0"),
        shapes.entry(60, "deny", egress=True, protocol="17", ports=(1, 2)),
    ]
    found = vpcs.network_acl(shapes.network_acl("x", entries), ACCOUNT).entries
    assert [entry.number for entry in found if entry.egress] == [100, 200, 32767]
    assert next(entry for entry in found if entry.number == 100).ports == ALL_PORTS


def test_a_nat_gateway_without_a_connectivity_type_is_public() -> None:
    """And one without a subnet is regional."""
    item = {"NatGatewayId": "nat-1", "VpcId": "vpc-1", "State": "Available"}
    found = gateways.nat_gateway(item, ACCOUNT)
    assert (found.public, found.available, found.subnet_id) == (True, True, None)


def test_parts_of_a_deleted_peering_may_be_absent() -> None:
    """It does not carry."""
    found = gateways.peering({"VpcPeeringConnectionId": "pcx-1"}, ACCOUNT, REGION)
    assert (found.active, found.accepter.vpc_id) == (False, "")


@pytest.mark.parametrize(
    ("kind", "ipv4"), [(None, True), ("ipv4", True), ("dualstack", True), ("ipv6", False)]
)
def test_an_endpoint_without_an_address_type_is_ipv4(kind: str | None, ipv4: bool) -> None:
    """Pollers are judged on IPv4."""
    item = {
        "VpcEndpointId": "vpce-1",
        "VpcId": "vpc-1",
        "ServiceName": "x",
        "IpAddressType": kind,
        "State": "Available",
    }
    found = gateways.endpoint(item, ACCOUNT, REGION)
    assert (found.ipv4, found.available, found.region) == (ipv4, True, REGION)
