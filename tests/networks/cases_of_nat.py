"""Hand-written networks about the ways to the internet."""

from __future__ import annotations

from tests.networks import shapes
from tests.networks.builder import Scenario
from tests.networks.cases import case, healthy, healthy_msk
from tests.networks.shapes import (
    entry,
    group_id,
    identify,
    interface_id,
    internet_gateway_id,
    nat_gateway_id,
    open_entries,
    permission,
    prefix_list_id,
    route_table_id,
)

NAT, PRIVATE = nat_gateway_id(), route_table_id("private")
ALL_ENDPOINTS = ("lambda", "sts", "secretsmanager", "sqs")
TRANSIT = identify("tgw", "main")
FOUR_NO_PATH = dict.fromkeys(("lambda", "sts", "secretsmanager", "destination"), "no-path")
FOUR_UNKNOWN = dict.fromkeys(("lambda", "sts", "secretsmanager", "destination"), "not-modelled")
BY_NAT = {
    "lambda": "nat-path",
    **dict.fromkeys(("sts", "secretsmanager", "destination"), "nat-allowed"),
    "endpoint_ingress": "no-endpoint",
}


def without_endpoints(scenario: Scenario) -> Scenario:
    """Delete all four endpoints."""
    for service in ALL_ENDPOINTS:
        scenario.without_endpoint(service)
    return scenario


def _nat() -> Scenario:
    return without_endpoints(healthy().nat())


def _nat_instance(**fields: object) -> Scenario:
    scenario = without_endpoints(healthy().internet_gateway())
    scenario.group(
        "nat", ingress=[permission(cidrs=["10.0.0.0/24"])], egress=[permission(cidrs=["0.0.0.0/0"])]
    )
    scenario.interface("nat", "public-a", "10.0.0.245", ["nat"]).change(
        interface_id("nat"),
        **{"SourceDestCheck": False, "Association": {"PublicIp": "54.210.0.11"}, **fields},
    )
    return scenario.route("private", "0.0.0.0/0", NetworkInterfaceId=interface_id("nat"), InstanceId="i-0nat")


def _nat_for_one_subnet() -> Scenario:
    return without_endpoints(healthy().route_table("half", ["trigger-a"]).nat(["half"]))


def _regional(*, uplink: bool) -> Scenario:
    fields = {"AvailabilityMode": "regional", "RouteTableId": route_table_id("regional")}
    scenario = without_endpoints(healthy().nat(**fields).route_table("regional", []))
    if uplink:
        scenario.route("regional", "0.0.0.0/0", GatewayId=internet_gateway_id())
    return scenario.forget(NAT, "SubnetId")


def _block(mode: str, excluded: str = "") -> Scenario:
    scenario = _nat()
    options = scenario.responses["ec2:DescribeVpcBlockPublicAccessOptions"]["VpcBlockPublicAccessOptions"]
    options["InternetGatewayBlockMode"] = mode
    if excluded:
        exclusion = {
            "ExclusionId": "vpcbpa-exclude-0a",
            "InternetGatewayExclusionMode": "allow-egress",
            "ResourceArn": f"arn:aws:ec2:{shapes.REGION}:{shapes.ACCOUNT}:{excluded}",
            "State": "create-complete",
        }
        scenario.add("ec2:DescribeVpcBlockPublicAccessExclusions", exclusion)
    return scenario


def _leaves_by(**target: str) -> Scenario:
    return without_endpoints(healthy().route("private", "0.0.0.0/0", **target))


def _central(reason: str) -> dict[str, str]:
    return {
        "lambda": reason,
        **dict.fromkeys(("sts", "secretsmanager", "destination"), "not-modelled"),
        "endpoint_ingress": "no-endpoint",
    }


NO_WAY = {**FOUR_NO_PATH, "endpoint_ingress": "no-endpoint"}
NAT_WAYS = (
    case("without endpoints and NAT nothing is reached", lambda: without_endpoints(healthy()), NO_WAY),
    case("payload through NAT is red, the small services are not", _nat, BY_NAT, blocker=NAT),
    case(
        "NAT for the payload is green where it is allowed",
        _nat,
        BY_NAT | {"lambda": "nat-allowed"},
        parameters={"AllowNat": "true"},
    ),
    case(
        "NAT for the small services is red where it is forbidden",
        _nat,
        dict.fromkeys(FOUR_NO_PATH, "nat-path") | {"endpoint_ingress": "no-endpoint"},
        parameters={"AllowNat": "false"},
        blocker=NAT,
    ),
    case(
        "only the lambda endpoint is missing beside a NAT",
        lambda: healthy().nat().without_endpoint("lambda"),
        {"lambda": "nat-path"},
        blocker=NAT,
    ),
    case(
        "only the lambda endpoint is missing without a NAT",
        lambda: healthy().without_endpoint("lambda"),
        {"lambda": "no-path"},
    ),
    case(
        "only the sts endpoint is missing without a NAT",
        lambda: healthy().without_endpoint("sts"),
        {"sts": "no-path"},
    ),
    case(
        "only the secretsmanager endpoint is missing without a NAT",
        lambda: healthy().without_endpoint("secretsmanager"),
        {"secretsmanager": "no-path"},
    ),
    case(
        "only the sqs endpoint is missing without a NAT",
        lambda: healthy().without_endpoint("sqs"),
        {"destination": "no-path"},
    ),
    case(
        "a missing sts endpoint is harmless beside a NAT",
        lambda: healthy().nat().without_endpoint("sts"),
        {"sts": "nat-allowed"},
    ),
    case(
        "a NAT for one trigger subnet of three is partial",
        _nat_for_one_subnet,
        dict.fromkeys(FOUR_NO_PATH, "partial") | {"lambda": "nat-path", "endpoint_ingress": "no-endpoint"},
    ),
    case("a failed NAT gateway carries nothing", lambda: _nat().change(NAT, State="failed"), NO_WAY),
    case(
        "a private NAT gateway leads to no internet",
        lambda: _nat().change(NAT, ConnectivityType="private"),
        NO_WAY,
    ),
    case("a NAT gateway that is not described does not exist", lambda: _nat().remove(NAT), NO_WAY),
    case(
        "a NAT gateway without ConnectivityType is public",
        lambda: _nat().forget(NAT, "ConnectivityType", "AvailabilityMode"),
        BY_NAT,
    ),
    case(
        "a NAT gateway whose subnet has no internet route",
        lambda: _nat().change(
            route_table_id("public"), Routes=[shapes.route("10.0.0.0/24", GatewayId="local")]
        ),
        NO_WAY,
    ),
    case(
        "a NAT gateway behind a detached internet gateway",
        lambda: _nat().change(internet_gateway_id(), Attachments=[]),
        NO_WAY,
    ),
    case(
        "an internet gateway may be attached in the words of the model",
        lambda: _nat().change(
            internet_gateway_id(), Attachments=[{"State": "attached", "VpcId": shapes.vpc_id()}]
        ),
        BY_NAT,
    ),
    case(
        "a blackholed default route carries nothing",
        lambda: _leaves_by(NatGatewayId=NAT, State="blackhole"),
        NO_WAY,
    ),
    case(
        "the NAT subnet's ACL stops the trigger",
        lambda: _nat().acl(
            "own", [entry(90, "deny", egress=False, cidr="10.0.0.0/26"), *open_entries()], ["public-a"]
        ),
        NO_WAY,
    ),
    case(
        "the NAT subnet's ACL stops the answers from the internet",
        lambda: _nat().acl(
            "own", [entry(90, "deny", egress=False, ports=(1024, 65535)), *open_entries()], ["public-a"]
        ),
        NO_WAY,
    ),
    case("Block Public Access in both directions stops NAT", lambda: _block("block-bidirectional"), NO_WAY),
    case("Block Public Access of ingress lets NAT pass", lambda: _block("block-ingress"), BY_NAT),
    case(
        "Block Public Access leaves an excluded VPC alone",
        lambda: _block("block-bidirectional", f"vpc/{shapes.vpc_id()}"),
        BY_NAT,
    ),
    case("a regional NAT gateway has a route table of its own", lambda: _regional(uplink=True), BY_NAT),
    case("a regional NAT gateway without an internet route", lambda: _regional(uplink=False), NO_WAY),
    case("a NAT instance carries", lambda: _nat_instance(), BY_NAT, blocker=interface_id("nat")),
    case(
        "a NAT instance that checks source and destination does not carry",
        lambda: _nat_instance(SourceDestCheck=True),
        NO_WAY,
    ),
    case(
        "a NAT instance whose group admits nobody does not carry",
        lambda: _nat_instance(Groups=[{"GroupId": group_id("endpoint"), "GroupName": "endpoint"}]),
        NO_WAY,
    ),
    case(
        "an internet gateway does not help a poller",
        lambda: without_endpoints(
            healthy().internet_gateway().route("private", "0.0.0.0/0", GatewayId=internet_gateway_id())
        ),
        NO_WAY,
    ),
    case(
        "halves of the default route are the default route",
        lambda: without_endpoints(
            healthy()
            .nat([])
            .route("private", "0.0.0.0/1", NatGatewayId=NAT)
            .route("private", "128.0.0.0/1", NatGatewayId=NAT)
        ),
        BY_NAT,
    ),
    case(
        "half of the default route is unknown for the small services",
        lambda: without_endpoints(healthy().nat([]).route("private", "0.0.0.0/1", NatGatewayId=NAT)),
        FOUR_UNKNOWN | {"endpoint_ingress": "no-endpoint"},
        parameters={"AllowNat": "true"},
    ),
    case(
        "a static default route wins over a propagated one",
        lambda: _nat().route("private", "0.0.0.0/0", GatewayId="vgw-0a", Origin="EnableVgwRoutePropagation"),
        BY_NAT,
    ),
    case(
        "a prefix list of everything is a default route",
        lambda: without_endpoints(
            healthy()
            .nat([])
            .prefix_list("all", "0.0.0.0/1", "128.0.0.0/1")
            .route("private", prefix_list_id("all"), NatGatewayId=NAT)
        ),
        BY_NAT,
    ),
    case(
        "trigger subnets without association use the main table",
        lambda: without_endpoints(healthy().nat(["main"]).change(PRIVATE, Associations=[])),
        BY_NAT,
    ),
    case(
        "egress must reach public addresses where NAT is allowed",
        lambda: (
            healthy()
            .nat()
            .without_endpoint("sts")
            .egress(
                "trigger",
                permission(443, groups=[group_id("endpoint")]),
                permission(9092, groups=[group_id("broker")]),
            )
        ),
        {"sts": "nat-allowed", "egress": "trigger-egress-denied"},
        blocker=group_id("trigger"),
    ),
    case(
        "egress needs nothing for a service whose NAT is not allowed",
        lambda: (
            healthy()
            .nat()
            .without_endpoint("lambda")
            .egress("trigger", permission((443, 9092), cidrs=["10.0.0.0/24"]))
        ),
        {"lambda": "nat-path"},
        blocker=NAT,
    ),
    case(
        "egress to half of the internet is unknown",
        lambda: (
            healthy()
            .nat()
            .without_endpoint("sts")
            .egress("trigger", permission((443, 9092), cidrs=["10.0.0.0/24", "52.0.0.0/8"]))
        ),
        {"sts": "nat-allowed", "egress": "not-modelled"},
    ),
    case(
        "MSK in a VPC without NAT that lacks sts",
        lambda: healthy_msk().without_endpoint("sts"),
        {"sts": "no-path"},
        start=healthy_msk,
    ),
)

CENTRAL_WAYS = (
    case(
        "a default route to a transit gateway is central egress",
        lambda: _leaves_by(TransitGatewayId=TRANSIT),
        _central("central-egress"),
        blocker=TRANSIT,
    ),
    case(
        "a default route to a VPN is central egress",
        lambda: _leaves_by(GatewayId="vgw-0a"),
        _central("central-egress"),
        blocker="vgw-0a",
    ),
    case(
        "a default route to a firewall endpoint is central egress",
        lambda: _leaves_by(GatewayId="vpce-0firewall"),
        _central("central-egress"),
        blocker="vpce-0firewall",
    ),
    case(
        "central egress is red everywhere where NAT is forbidden",
        lambda: _leaves_by(TransitGatewayId=TRANSIT),
        dict.fromkeys(FOUR_NO_PATH, "central-egress") | {"endpoint_ingress": "no-endpoint"},
        parameters={"AllowNat": "false"},
        blocker=TRANSIT,
    ),
    case(
        "central egress does not matter beside endpoints",
        lambda: healthy().route("private", "0.0.0.0/0", TransitGatewayId=TRANSIT),
    ),
    case(
        "a dead transit gateway route is no path",
        lambda: _leaves_by(TransitGatewayId=TRANSIT, State="blackhole"),
        NO_WAY,
    ),
)

CASES = (*NAT_WAYS, *CENTRAL_WAYS)
