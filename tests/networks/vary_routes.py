"""Variations of routes and of the ways to the internet."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.networks import shapes
from tests.networks.builder import TRIGGER_SUBNETS, Scenario
from tests.networks.shapes import (
    identify,
    interface_id,
    internet_gateway_id,
    nat_gateway_id,
    permission,
    route_table_id,
    subnet_id,
)

TARGETS = st.sampled_from(("endpoint-a", "endpoint-b", "broker-a", "broker-b", "trigger-a"))
ELSEWHERE = (
    {"TransitGatewayId": identify("tgw", "main")},
    {"VpcPeeringConnectionId": identify("pcx", "main")},
    {"GatewayId": identify("vgw", "main")},
    {"GatewayId": identify("vpce", "firewall")},
    {"CoreNetworkArn": f"arn:aws:networkmanager::{shapes.ACCOUNT}:core-network/core-network-1"},
)


def _remove_some_endpoints(draw: st.DrawFn, scenario: Scenario) -> None:
    present = [
        each["ServiceName"].rsplit(".", 1)[1]
        for each in scenario.items("ec2:DescribeVpcEndpoints")
        if each["VpcEndpointType"] == "Interface"
    ]
    names = sorted(
        each
        for each in set(present)
        if any(
            item["VpcEndpointId"] == shapes.endpoint_id(each)
            for item in scenario.items("ec2:DescribeVpcEndpoints")
        )
    )
    if names:
        for name in draw(st.lists(st.sampled_from(names), min_size=1, unique=True)):
            scenario.without_endpoint(name)


def remove_endpoints(draw: st.DrawFn, scenario: Scenario) -> None:
    _remove_some_endpoints(draw, scenario)


def remove_all_endpoints(draw: st.DrawFn, scenario: Scenario) -> None:
    for endpoint in list(scenario.items("ec2:DescribeVpcEndpoints")):
        scenario.remove(endpoint["VpcEndpointId"])
        for table in scenario.items("ec2:DescribeRouteTables"):
            table["Routes"] = [
                each for each in table["Routes"] if each.get("GatewayId") != endpoint["VpcEndpointId"]
            ]
    if draw(st.booleans()):
        _leave_by_nat(draw, scenario)


def lead_elsewhere(draw: st.DrawFn, scenario: Scenario, table: str, cidr: str) -> None:
    """A route out of the VPC to a network that was not read."""
    target = draw(st.sampled_from(ELSEWHERE))
    if "TransitGatewayId" in target:
        scenario.transit_gateway()
    if "VpcPeeringConnectionId" in target:
        scenario.peering("192.168.0.0/16" if cidr == "0.0.0.0/0" else cidr)
    scenario.route(table, cidr, **target)


def _has_nat(scenario: Scenario) -> bool:
    """Whether there is a way out of the VPC already: AWS keeps one default route in a table."""
    destinations = [
        each.get("DestinationCidrBlock", "") for each in scenario.item(route_table_id("private"))["Routes"]
    ]
    gateways = scenario.items("ec2:DescribeInternetGateways")
    return bool(gateways) or "0.0.0.0/0" in destinations


def _is_routed(scenario: Scenario, table: str, cidr: str) -> bool:
    """Whether a table has a route to exactly this destination already."""
    routes = scenario.item(route_table_id(table))["Routes"]
    return any(each.get("DestinationCidrBlock") == cidr for each in routes)


def _leave_by_nat(draw: st.DrawFn, scenario: Scenario) -> None:
    """A NAT gateway, mostly for all trigger subnets, sometimes for some."""
    if _has_nat(scenario):
        return
    if draw(st.integers(0, 3)) == 0:
        scenario.route_table("half", ["trigger-a"]).nat(["half"])
    else:
        scenario.nat()


def leave_by_nat(draw: st.DrawFn, scenario: Scenario) -> None:
    _leave_by_nat(draw, scenario)
    _remove_some_endpoints(draw, scenario)


def leave_by_a_broken_nat(draw: st.DrawFn, scenario: Scenario) -> None:
    """One thing after the other that makes a NAT path carry nothing, or that only looks so."""
    if _has_nat(scenario):
        return
    scenario.nat()
    _remove_some_endpoints(draw, scenario)
    nat, igw = nat_gateway_id(), internet_gateway_id()
    public = scenario.item(route_table_id("public"))
    match draw(st.sampled_from(("state", "private", "lean", "uplink", "detached", "attached", "gone"))):
        case "state":
            scenario.change(nat, State=draw(st.sampled_from(("failed", "pending", "deleting", "deleted"))))
        case "private":
            scenario.change(nat, ConnectivityType="private")
        case "lean":
            scenario.forget(nat, "ConnectivityType", "AvailabilityMode")
            scenario.item(nat)["NatGatewayAddresses"][0].pop("Status")
        case "uplink":
            public["Routes"].pop()
        case "detached":
            scenario.change(igw, Attachments=[])
        case "attached":
            scenario.item(igw)["Attachments"][0]["State"] = "attached"
        case _:
            scenario.remove(nat)


def leave_by_a_regional_nat(draw: st.DrawFn, scenario: Scenario) -> None:
    """A regional NAT gateway has no subnet but a route table of its own."""
    if _has_nat(scenario):
        return
    scenario.nat(AvailabilityMode="regional", RouteTableId=route_table_id("regional"))
    scenario.forget(nat_gateway_id(), "SubnetId").route_table("regional", [])
    if draw(st.integers(0, 2)):
        scenario.route("regional", "0.0.0.0/0", GatewayId=internet_gateway_id())
    _remove_some_endpoints(draw, scenario)


def leave_by_a_nat_instance(draw: st.DrawFn, scenario: Scenario) -> None:
    if _has_nat(scenario):
        return
    scenario.internet_gateway().group(
        "nat",
        ingress=[permission(443, cidrs=draw(st.sampled_from((["10.0.0.0/24"], ["10.0.0.0/28"]))))],
        egress=[permission(cidrs=["0.0.0.0/0"])],
    )
    scenario.interface("nat-instance", "public-a", "10.0.0.245", ["nat"])
    scenario.change(
        interface_id("nat-instance"),
        SourceDestCheck=draw(st.sampled_from((False, False, True))),
        Association={"PublicIp": "54.210.0.11", "IpOwnerId": shapes.ACCOUNT},
    )
    target = {"NetworkInterfaceId": interface_id("nat-instance")}
    if draw(st.booleans()):
        target |= {"InstanceId": identify("i", "nat"), "InstanceOwnerId": shapes.ACCOUNT}
    scenario.route("private", "0.0.0.0/0", **target)
    _remove_some_endpoints(draw, scenario)


def block_public_access(draw: st.DrawFn, scenario: Scenario) -> None:
    mode = draw(st.sampled_from(("block-bidirectional", "block-bidirectional", "block-ingress", "off")))
    options = scenario.responses["ec2:DescribeVpcBlockPublicAccessOptions"]
    options["VpcBlockPublicAccessOptions"]["InternetGatewayBlockMode"] = mode
    _leave_by_nat(draw, scenario)
    _remove_some_endpoints(draw, scenario)
    if draw(st.booleans()):
        exclusion = {
            "ExclusionId": identify("vpcbpa-exclude", "main"),
            "InternetGatewayExclusionMode": draw(st.sampled_from(("allow-bidirectional", "allow-egress"))),
            "ResourceArn": f"arn:aws:ec2:{shapes.REGION}:{shapes.ACCOUNT}:vpc/{shapes.vpc_id()}",
            "State": draw(st.sampled_from(("create-complete", "create-complete", "delete-complete"))),
        }
        scenario.add("ec2:DescribeVpcBlockPublicAccessExclusions", exclusion)


def split_the_nat_route(draw: st.DrawFn, scenario: Scenario) -> None:
    """Two halves instead of one default route; sometimes a hole of public addresses."""
    if _has_nat(scenario):
        return
    scenario.nat([])
    for half in ("0.0.0.0/1", "128.0.0.0/1"):
        scenario.route("private", half, NatGatewayId=nat_gateway_id())
    if draw(st.booleans()):
        scenario.route("private", "52.94.0.0/16", NatGatewayId=nat_gateway_id(), State="blackhole")
    _remove_some_endpoints(draw, scenario)


def leave_for_elsewhere(draw: st.DrawFn, scenario: Scenario) -> None:
    """The default route leads to another network, or to a firewall before it."""
    if not _has_nat(scenario):
        lead_elsewhere(draw, scenario, "private", "0.0.0.0/0")
    _remove_some_endpoints(draw, scenario)


def leave_by_a_dead_route(draw: st.DrawFn, scenario: Scenario) -> None:
    if not _has_nat(scenario):
        target = draw(st.sampled_from((*ELSEWHERE, {"NatGatewayId": nat_gateway_id("gone")})))
        scenario.route("private", "0.0.0.0/0", **target, State="blackhole")
    _remove_some_endpoints(draw, scenario)


def leave_by_an_internet_gateway(draw: st.DrawFn, scenario: Scenario) -> None:
    """A public trigger subnet: the poller has no public address."""
    if not _has_nat(scenario):
        scenario.internet_gateway().route("private", "0.0.0.0/0", GatewayId=internet_gateway_id())
    _remove_some_endpoints(draw, scenario)


def lose_packets_to_a_subnet(draw: st.DrawFn, scenario: Scenario) -> None:
    """A more specific route inside the VPC whose appliance is gone, on the way there or back."""
    target = draw(TARGETS)
    table = "main" if target.startswith("trigger") else "private"
    cidr = scenario.item(subnet_id(target))["CidrBlock"]
    if not _is_routed(scenario, table, cidr):
        scenario.route(table, cidr, NetworkInterfaceId=interface_id("gone"), State="blackhole")


def lose_packets_to_all_endpoints(draw: st.DrawFn, scenario: Scenario) -> None:
    """All endpoint subnets, or all broker subnets, lie behind a blackhole."""
    cidr = draw(st.sampled_from(("10.0.0.64/27", "10.0.0.128/26")))
    if not _is_routed(scenario, "private", cidr):
        scenario.route("private", cidr, NetworkInterfaceId=interface_id("gone"), State="blackhole")


def insert_an_appliance(draw: st.DrawFn, scenario: Scenario) -> None:
    """Traffic to one subnet goes through a firewall: an interface, or a Gateway Load Balancer endpoint."""
    cidr = scenario.item(subnet_id(draw(TARGETS)))["CidrBlock"]
    if _is_routed(scenario, "private", cidr):
        return
    if draw(st.booleans()):
        scenario.route("private", cidr, GatewayId=identify("vpce", "firewall"))
        return
    scenario.group("firewall").subnet("appliance-a", "10.0.0.96/28", "a")
    scenario.interface("firewall", "appliance-a", "10.0.0.100", ["firewall"])
    scenario.change(interface_id("firewall"), SourceDestCheck=False)
    scenario.route("private", cidr, NetworkInterfaceId=interface_id("firewall"))


def propagate_a_route(draw: st.DrawFn, scenario: Scenario) -> None:
    """A propagated default route beside a static one: the static one wins."""
    _leave_by_nat(draw, scenario)
    target = {"GatewayId": identify("vgw", "main"), "Origin": "EnableVgwRoutePropagation"}
    routes = scenario.item(route_table_id("private"))["Routes"]
    routes.insert(draw(st.sampled_from((0, len(routes)))), shapes.route("0.0.0.0/0", **target))
    _remove_some_endpoints(draw, scenario)


def use_the_main_table(draw: st.DrawFn, scenario: Scenario) -> None:
    """Subnets without explicit association use the main table."""
    keep = draw(st.lists(st.sampled_from(TRIGGER_SUBNETS), max_size=2, unique=True))
    table = scenario.item(route_table_id("private"))
    kept = {subnet_id(each) for each in keep}
    table["Associations"] = [each for each in table["Associations"] if each["SubnetId"] in kept]


VARIATIONS = (
    remove_endpoints,
    remove_all_endpoints,
    leave_by_nat,
    leave_by_nat,
    leave_by_a_broken_nat,
    leave_by_a_broken_nat,
    leave_by_a_regional_nat,
    leave_by_a_nat_instance,
    block_public_access,
    split_the_nat_route,
    leave_for_elsewhere,
    leave_for_elsewhere,
    leave_by_a_dead_route,
    leave_by_an_internet_gateway,
    lose_packets_to_a_subnet,
    lose_packets_to_a_subnet,
    lose_packets_to_all_endpoints,
    lose_packets_to_all_endpoints,
    insert_an_appliance,
    propagate_a_route,
    use_the_main_table,
)
