"""Hand-written networks about security groups."""

from __future__ import annotations

from tests.networks.builder import Scenario
from tests.networks.cases import case, healthy, healthy_msk
from tests.networks.shapes import (
    Json,
    group_id,
    identify,
    interface_id,
    permission,
    prefix_list_id,
)

TRIGGER, ENDPOINT, BROKER = group_id("trigger"), group_id("endpoint"), group_id("broker")
ANYWHERE = permission(cidrs=["0.0.0.0/0"])


def _egress(*permissions: Json) -> Scenario:
    return healthy().egress("trigger", *permissions)


def _endpoint_ingress(*permissions: Json) -> Scenario:
    return healthy().ingress("endpoint", *permissions)


def _broker_ingress(*permissions: Json) -> Scenario:
    return healthy().ingress("broker", *permissions)


def _stale_pair() -> Json:
    found = permission(443, groups=[TRIGGER])
    found["UserIdGroupPairs"][0] |= {
        "VpcPeeringConnectionId": identify("pcx", "gone"),
        "PeeringStatus": "deleted",
    }
    return found


def _listed_ingress(*, read: bool, also: Json | None = None) -> Scenario:
    scenario = healthy().prefix_list("spokes", "10.0.0.0/26", read=read)
    listed = permission(443, prefix_lists=[prefix_list_id("spokes")])
    return scenario.ingress("endpoint", *([also] if also else []), listed)


def _default_group_on(service: str) -> Scenario:
    scenario = healthy().without_endpoint(service).endpoint(service, groups=["default"])
    scenario.items("ec2:DescribeVpcEndpoints")[-1]["Groups"] = []
    return scenario


def _groups_on(interface: str, *names: str) -> Scenario:
    groups = [{"GroupId": group_id(each), "GroupName": each} for each in names]
    return healthy().group("closed").change(interface, Groups=groups)


CASES = (
    case(
        "permissions of all groups are united",
        lambda: (
            healthy().egress("trigger").group("second", egress=[ANYWHERE]).trigger_groups("trigger", "second")
        ),
    ),
    case(
        "egress that is closed is red in egress alone",
        lambda: _egress(),
        {"egress": "trigger-egress-denied"},
        blocker=TRIGGER,
    ),
    case(
        "egress to the broker ports alone leaves the endpoints out",
        lambda: _egress(permission(9092, cidrs=["0.0.0.0/0"])),
        {"egress": "trigger-egress-denied"},
        blocker=TRIGGER,
    ),
    case(
        "egress on 443 alone leaves the brokers out",
        lambda: _egress(permission(443, cidrs=["0.0.0.0/0"])),
        {"egress": "trigger-egress-denied"},
        blocker=TRIGGER,
    ),
    case(
        "egress may name groups",
        lambda: _egress(permission(443, groups=["sg-0other", ENDPOINT]), permission(9092, groups=[BROKER])),
    ),
    case(
        "egress may name the CIDR of the VPC", lambda: _egress(permission((443, 9092), cidrs=["10.0.0.0/24"]))
    ),
    case(
        "egress may name subnets",
        lambda: _egress(
            permission(443, cidrs=["10.0.0.64/28", "10.0.0.80/28"]), permission(9092, cidrs=["10.0.0.128/25"])
        ),
    ),
    case(
        "egress may name single addresses",
        lambda: _egress(
            permission(443, cidrs=[f"10.0.0.{n}/32" for n in (68, 69, 70, 71, 84, 85, 86, 87)]),
            permission(9092, cidrs=["10.0.0.132/32", "10.0.0.148/32", "10.0.0.164/32"]),
        ),
    ),
    case(
        "egress to one of two endpoint interfaces is partial",
        lambda: _egress(permission(443, cidrs=["10.0.0.64/28"]), permission(9092, groups=[BROKER])),
        {"egress": "partial"},
        blocker=TRIGGER,
    ),
    case(
        "egress to two of three brokers denies the third",
        lambda: _egress(
            permission(443, groups=[ENDPOINT]), permission(9092, cidrs=["10.0.0.132/32", "10.0.0.148/32"])
        ),
        {"egress": "trigger-egress-denied"},
        blocker=TRIGGER,
    ),
    case(
        "IPv6 egress does not help",
        lambda: _egress(permission(cidrs=["::/0"])),
        {"egress": "trigger-egress-denied"},
        blocker=TRIGGER,
    ),
    case(
        "udp egress does not help",
        lambda: _egress(permission((0, 65535), cidrs=["0.0.0.0/0"], protocol="udp")),
        {"egress": "trigger-egress-denied"},
        blocker=TRIGGER,
    ),
    case(
        "protocol 6 is TCP, and ports of -1 are all ports",
        lambda: _egress(permission((-1, -1), cidrs=["0.0.0.0/0"], protocol="6")),
    ),
    case(
        "TCP without ports is all ports",
        lambda: _egress({"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}),
    ),
    case("443 lies inside a range", lambda: _endpoint_ingress(permission((400, 500), groups=[TRIGGER]))),
    case(
        "442 is not 443",
        lambda: _endpoint_ingress(permission((1, 442), groups=[TRIGGER])),
        {"endpoint_ingress": "endpoint-ingress-denied"},
        blocker=ENDPOINT,
    ),
    case(
        "all pairs of a permission count",
        lambda: _endpoint_ingress(permission(443, groups=["sg-0first", "sg-0second", TRIGGER])),
    ),
    case(
        "an endpoint group that names another group is red",
        lambda: _endpoint_ingress(permission(443, groups=[BROKER])),
        {"endpoint_ingress": "endpoint-ingress-denied"},
        blocker=ENDPOINT,
    ),
    case(
        "a self reference of the endpoint group does not let the trigger in",
        lambda: _endpoint_ingress(permission(443, groups=[ENDPOINT])),
        {"endpoint_ingress": "endpoint-ingress-denied"},
        blocker=ENDPOINT,
    ),
    case(
        "an endpoint group may name every trigger subnet",
        lambda: _endpoint_ingress(permission(443, cidrs=["10.0.0.0/27", "10.0.0.32/28"])),
    ),
    case(
        "an endpoint group that names two of three trigger subnets is partial",
        lambda: _endpoint_ingress(permission(443, cidrs=["10.0.0.0/27"])),
        {"endpoint_ingress": "partial"},
        blocker=ENDPOINT,
    ),
    case(
        "an endpoint group that names half of each trigger subnet is partial",
        lambda: _endpoint_ingress(permission(443, cidrs=["10.0.0.0/29", "10.0.0.16/29", "10.0.0.32/29"])),
        {"endpoint_ingress": "partial"},
        blocker=ENDPOINT,
    ),
    case(
        "a stale reference matches nothing",
        lambda: _endpoint_ingress(_stale_pair()),
        {"endpoint_ingress": "endpoint-ingress-denied"},
        blocker=ENDPOINT,
    ),
    case("a prefix list is expanded", lambda: _listed_ingress(read=True)),
    case(
        "a prefix list that was not read is unknown",
        lambda: _listed_ingress(read=False),
        {"endpoint_ingress": "not-collected"},
    ),
    case(
        "a prefix list that was not read does not matter beside an allow",
        lambda: _listed_ingress(read=False, also=permission(443, groups=[TRIGGER])),
    ),
    case(
        "a group may belong to another VPC than its interface",
        lambda: healthy().change(TRIGGER, VpcId="vpc-0shared"),
    ),
    case(
        "an endpoint without groups carries the default group",
        lambda: _default_group_on("lambda"),
        {"endpoint_ingress": "endpoint-ingress-denied"},
        blocker=group_id("default"),
    ),
    case(
        "one endpoint of four with a closed group",
        lambda: healthy().group("closed").without_endpoint("sts").endpoint("sts", groups=["closed"]),
        {"endpoint_ingress": "endpoint-ingress-denied"},
        blocker=group_id("closed"),
    ),
    case(
        "brokers whose group is closed",
        lambda: _broker_ingress(),
        {"broker_access": "broker-ingress-denied"},
        blocker=BROKER,
    ),
    case(
        "brokers whose group opens another port",
        lambda: _broker_ingress(permission(9094, groups=[TRIGGER])),
        {"broker_access": "broker-ingress-denied"},
        blocker=BROKER,
    ),
    case(
        "brokers whose group names part of a trigger subnet",
        lambda: _broker_ingress(permission(9092, cidrs=["10.0.0.0/27", "10.0.0.32/29"])),
        {"broker_access": "partial"},
        blocker=BROKER,
    ),
    case(
        "one broker of three in another, closed group",
        lambda: _groups_on(interface_id("broker-b"), "closed"),
        {"broker_access": "broker-ingress-denied"},
        blocker=group_id("closed"),
    ),
    case(
        "one broker of three in two groups, one of which opens",
        lambda: _groups_on(interface_id("broker-b"), "closed", "broker"),
    ),
    case(
        "MSK's own group without a self reference",
        lambda: healthy_msk().ingress("msk"),
        {"broker_access": "broker-ingress-denied"},
        start=healthy_msk,
        blocker=group_id("msk"),
    ),
    case(
        "MSK's own group without egress to itself",
        lambda: healthy_msk().egress("msk", permission(443, cidrs=["0.0.0.0/0"])),
        {"egress": "trigger-egress-denied"},
        start=healthy_msk,
        blocker=group_id("msk"),
    ),
    case(
        "MSK's own group with the CIDR of the VPC instead of itself",
        lambda: healthy_msk().ingress("msk", permission((9092, 9098), cidrs=["10.0.0.0/24"])),
        start=healthy_msk,
    ),
)
