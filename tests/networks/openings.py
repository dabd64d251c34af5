"""Opening exactly one named blocker in a snapshot document, the way a person would who read the finding."""

from __future__ import annotations

import copy
from collections.abc import Callable

from tests.networks import gateways, shapes
from tests.networks.builder import BROKER_ADDRESSES, COLLECTIONS, Scenario
from tests.networks.healthy import healthy, healthy_msk, healthy_serverless
from tests.networks.shapes import Json, permission

EVERYTHING = permission(cidrs=["0.0.0.0/0"])


def opened(document: Json, rule: str, reason: str, blocker: tuple[str, str]) -> Json:
    """The document with one blocker, given by id and AWS type, out of the way."""
    identifier, kind = blocker
    changed = copy.deepcopy(document)
    scenario = Scenario()
    scenario.responses = changed["responses"]
    if not OPENERS[kind.removeprefix("AWS::")](scenario, identifier, rule, reason):
        raise AssertionError(f"nothing to open at {identifier} for {reason}")
    return changed


def _found(scenario: Scenario, identifier: str) -> Json | None:
    try:
        return scenario.item(identifier)
    except KeyError:
        return None


def _put_back(scenario: Scenario, identifier: str) -> bool:
    """Something that the trigger stands on is there again."""
    for whole in (healthy(), healthy_msk(), healthy_serverless()):
        for operation, (_, key) in COLLECTIONS.items():
            for each in whole.items(operation):
                if each.get(key) == identifier:
                    scenario.add(operation, each)
                    return True
    return False


def _open_group(scenario: Scenario, identifier: str, *_: str) -> bool:
    group = _found(scenario, identifier)
    if group is None:
        return _put_back(scenario, identifier)
    group["IpPermissions"] = [*group["IpPermissions"], EVERYTHING]
    group["IpPermissionsEgress"] = [*group["IpPermissionsEgress"], EVERYTHING]
    return True


def _open_acl(scenario: Scenario, identifier: str, *_: str) -> bool:
    scenario.change(identifier, Entries=[*shapes.open_entries(), *shapes.closing_entries()])
    return True


def _open_route_table(scenario: Scenario, identifier: str, *_: str) -> bool:
    """No dead route and no detour is left; a public table leads to the internet, another one to a VPN."""
    table = scenario.item(identifier)
    public = identifier in (shapes.route_table_id("public"), shapes.route_table_id("regional"))
    uplink = shapes.internet_gateway_id() if public else shapes.identify("vgw", "opened")
    local = [each for each in table["Routes"] if each.get("GatewayId") == "local"]
    gateway_endpoints = [each for each in table["Routes"] if "DestinationPrefixListId" in each]
    table["Routes"] = [*local, *gateway_endpoints, shapes.route("0.0.0.0/0", GatewayId=uplink)]
    return True


def _open_endpoint(scenario: Scenario, identifier: str, *_: str) -> bool:
    endpoint = _found(scenario, identifier)
    if endpoint is None:
        return _cut_routes_to(scenario, identifier)
    endpoint |= {"State": "available", "PrivateDnsEnabled": True}
    endpoint["DnsOptions"] = {"DnsRecordIpType": "ipv4"}
    endpoint.pop("PolicyDocument", None)
    return True


def _open_vpc(scenario: Scenario, identifier: str, rule: str, reason: str) -> bool:
    if reason == "vpc-dns-disabled":
        scenario.responses["ec2:DescribeVpcAttribute"][identifier] = shapes.vpc_attributes()
        return True
    if reason == "broker-missing":
        return _give_brokers_interfaces(scenario)
    return _add_an_endpoint(scenario, rule)


def _give_brokers_interfaces(scenario: Scenario) -> bool:
    """Every address at which a broker of the builder may be is carried by an open interface."""
    scenario.group("opened", ingress=[EVERYTHING])
    msk = {f"trigger-{zone}": f"10.0.0.{16 * n + 4}" for n, zone in enumerate("abc")}
    places = {f"broker-{zone}": address for zone, address in BROKER_ADDRESSES.items()} | msk
    used = {each["PrivateIpAddress"] for each in scenario.items("ec2:DescribeNetworkInterfaces")}
    for subnet, address in places.items():
        if address not in used:
            scenario.interface(f"opened-{subnet}", subnet, address, ["opened"])
    return True


def _add_an_endpoint(scenario: Scenario, rule: str) -> bool:
    """The service of an endpoint rule gets an endpoint in the VPC, or NAT if it is one of another Region."""
    service = rule.removeprefix("kafka-trigger-").removesuffix("-endpoint")
    if service == "destination":
        arn = scenario.trigger["DestinationConfig"]["OnFailure"]["Destination"].split(":")
        service = arn[2]
        if arn[3] not in ("", shapes.REGION):
            scenario.nat()
            return True
    scenario.group("opened", ingress=[EVERYTHING])
    scenario.endpoint(service, ["endpoint-a"], ["opened"], name="opened")
    return True


def _switch_blocking_off(scenario: Scenario, *_: str) -> bool:
    options = scenario.responses["ec2:DescribeVpcBlockPublicAccessOptions"]
    options["VpcBlockPublicAccessOptions"]["InternetGatewayBlockMode"] = "off"
    return True


def _open_nat_gateway(scenario: Scenario, identifier: str, _rule: str, reason: str) -> bool:
    """A NAT gateway that carries what it should not is deleted; one that does not carry is repaired."""
    if reason == "nat-path":
        scenario.remove(identifier)
        return True
    if _found(scenario, identifier) is None:
        public = scenario.item(shapes.subnet_id("public-a"))
        scenario.add("ec2:DescribeNatGateways", gateways.nat_gateway("a", public, "10.0.0.244"))
    scenario.change(identifier, State="available", ConnectivityType="public")
    return True


def _open_internet_gateway(scenario: Scenario, identifier: str, *_: str) -> bool:
    attachments = [{"State": "available", "VpcId": shapes.vpc_id()}]
    scenario.change(identifier, Attachments=attachments)
    return True


def _open_interface(scenario: Scenario, identifier: str, _rule: str, reason: str) -> bool:
    """A NAT instance stops, or begins, to forward; a refusing interface at a broker's address is a broker."""
    if reason == "broker-ingress-denied":
        scenario.group("opened", ingress=[EVERYTHING])
        opening = [{"GroupId": shapes.group_id("opened"), "GroupName": "opened"}]
        scenario.change(identifier, InterfaceType="interface", Groups=opening)
    else:
        scenario.change(identifier, SourceDestCheck=reason == "nat-path")
    return True


def _cut_routes_to(scenario: Scenario, target: str, *_: str) -> bool:
    """No route leads to the target any more."""
    cut = False
    for table in scenario.items("ec2:DescribeRouteTables"):
        kept = [each for each in table["Routes"] if target not in each.values()]
        cut = cut or len(kept) < len(table["Routes"])
        table["Routes"] = kept
    return cut


def _put_back_any(scenario: Scenario, identifier: str, *_: str) -> bool:
    return _put_back(scenario, identifier)


def _widen_the_source(scenario: Scenario, _identifier: str, _rule: str, reason: str) -> bool:
    """More brokers, or subnets and brokers in more zones."""
    if reason == "single-zone":
        for each in scenario.items("ec2:DescribeSubnets"):
            letter = _letter_of(each)
            each["AvailabilityZone"] = f"{shapes.REGION}{letter}"
            each["AvailabilityZoneId"] = f"use1-az{'abc'.index(letter) + 1}"
        for each in scenario.items("ec2:DescribeNetworkInterfaces"):
            each["AvailabilityZone"] = scenario.item(each["SubnetId"])["AvailabilityZone"]
    mapping = scenario.trigger
    if "SelfManagedEventSource" in mapping:
        scenario.bootstrap_servers(*(f"{address}:9092" for address in BROKER_ADDRESSES.values()))
        if any(each["Type"] == "VPC_SUBNET" for each in mapping["SourceAccessConfigurations"]):
            scenario.trigger_subnets("trigger-a", "trigger-b", "trigger-c")
    for cluster in scenario.items("kafka:ListClustersV2"):
        if "Provisioned" in cluster:
            cluster["Provisioned"]["NumberOfBrokerNodes"] = 6
    return True


def _letter_of(subnet: Json) -> str:
    """The zone in which the builder meant a subnet to be."""
    names = {shapes.subnet_id(f"{kind}-{zone}"): zone for kind in KINDS for zone in "abc"}
    return names[subnet["SubnetId"]]


KINDS = ("trigger", "broker", "endpoint", "public", "appliance")
OPENERS: dict[str, Callable[..., bool]] = {
    "EC2::SecurityGroup": _open_group,
    "EC2::NetworkAcl": _open_acl,
    "EC2::RouteTable": _open_route_table,
    "EC2::VPCEndpoint": _open_endpoint,
    "EC2::VPC": _open_vpc,
    "EC2::VPCBlockPublicAccessOptions": _switch_blocking_off,
    "EC2::NatGateway": _open_nat_gateway,
    "EC2::InternetGateway": _open_internet_gateway,
    "EC2::NetworkInterface": _open_interface,
    "EC2::TransitGateway": _cut_routes_to,
    "EC2::VPNGateway": _cut_routes_to,
    "EC2::VPCPeeringConnection": _cut_routes_to,
    "NetworkManager::CoreNetwork": _cut_routes_to,
    "MSK::Cluster": _put_back_any,
    "EC2::Subnet": _put_back_any,
    "Lambda::EventSourceMapping": _widen_the_source,
}
