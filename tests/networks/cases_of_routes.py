"""Hand-written networks about routes inside the VPC."""

from __future__ import annotations

from tests.networks.builder import Scenario
from tests.networks.cases import case, healthy
from tests.networks.shapes import (
    interface_id,
    internet_gateway_id,
    permission,
    route_table_id,
)

PRIVATE = route_table_id("private")
DEAD = {"NetworkInterfaceId": interface_id("gone"), "State": "blackhole"}
FOUR_NO_ROUTE = dict.fromkeys(("lambda", "sts", "secretsmanager", "destination"), "no-route")
FOUR_UNKNOWN = dict.fromkeys(("lambda", "sts", "secretsmanager", "destination"), "not-modelled")
FOUR_PARTIAL = dict.fromkeys(("lambda", "sts", "secretsmanager", "destination"), "partial")


def _appliance(cidr: str) -> Scenario:
    scenario = healthy().subnet("appliance-a", "10.0.0.96/28", "a").group("firewall")
    scenario.interface("firewall", "appliance-a", "10.0.0.100", ["firewall"])
    scenario.change(interface_id("firewall"), SourceDestCheck=False)
    return scenario.route("private", cidr, NetworkInterfaceId=interface_id("firewall"))


CASES = (
    case(
        "a dead route to one endpoint subnet is partial",
        lambda: healthy().route("private", "10.0.0.64/28", **DEAD),
        FOUR_PARTIAL,
        blocker=PRIVATE,
    ),
    case(
        "a dead route to both endpoint subnets",
        lambda: healthy().route("private", "10.0.0.64/27", **DEAD),
        FOUR_NO_ROUTE,
        blocker=PRIVATE,
    ),
    case(
        "a dead route to one broker subnet",
        lambda: healthy().route("private", "10.0.0.144/28", **DEAD),
        {"broker_access": "no-route"},
        blocker=PRIVATE,
    ),
    case(
        "a dead route of one trigger subnet is partial",
        lambda: healthy().route_table("half", ["trigger-a"]).route("half", "10.0.0.128/26", **DEAD),
        {"broker_access": "partial"},
        blocker=route_table_id("half"),
    ),
    case(
        "a dead route back to one trigger subnet is partial",
        lambda: healthy().route("main", "10.0.0.16/28", **DEAD),
        {**FOUR_PARTIAL, "broker_access": "partial"},
        blocker=route_table_id("main"),
    ),
    case(
        "an appliance before the endpoints is unknown, and group references do not match",
        lambda: _appliance("10.0.0.64/27"),
        {**FOUR_UNKNOWN, "endpoint_ingress": "endpoint-ingress-denied"},
    ),
    case(
        "an appliance before the endpoints, whose group names CIDRs",
        lambda: _appliance("10.0.0.64/27").ingress("endpoint", permission(443, cidrs=["10.0.0.0/24"])),
        FOUR_UNKNOWN,
    ),
    case(
        "a Gateway Load Balancer before the brokers, whose group names CIDRs",
        lambda: (
            healthy()
            .route("private", "10.0.0.128/26", GatewayId="vpce-0firewall")
            .ingress("broker", permission(9092, cidrs=["10.0.0.0/24"]))
        ),
        {"broker_access": "not-modelled"},
    ),
    case("an appliance somewhere else does not matter", lambda: _appliance("10.0.0.176/28")),
    case(
        "a broker outside without a route",
        lambda: healthy().bootstrap_servers("10.0.0.132:9092", "10.0.0.148:9092", "192.168.7.5:9092"),
        {"broker_access": "no-route"},
        blocker=PRIVATE,
    ),
    case(
        "a broker outside behind a transit gateway is unknown",
        lambda: (
            healthy()
            .bootstrap_servers("10.0.0.132:9092", "10.0.0.148:9092", "192.168.7.5:9092")
            .route("private", "192.168.0.0/16", GatewayId="vgw-0a")
        ),
        {"broker_access": "not-modelled"},
    ),
    case(
        "a public broker behind a NAT gateway is unknown",
        lambda: healthy().nat().bootstrap_servers("10.0.0.132:9092", "10.0.0.148:9092", "81.2.69.7:9092"),
        {"broker_access": "not-modelled"},
    ),
    case(
        "a public broker behind a NAT gateway that failed",
        lambda: (
            healthy()
            .nat(State="failed")
            .bootstrap_servers("10.0.0.132:9092", "10.0.0.148:9092", "81.2.69.7:9092")
        ),
        {"broker_access": "no-route"},
    ),
    case(
        "a broker outside behind an internet gateway",
        lambda: (
            healthy()
            .internet_gateway()
            .route("private", "0.0.0.0/0", GatewayId=internet_gateway_id())
            .bootstrap_servers("10.0.0.132:9092", "10.0.0.148:9092", "81.2.69.7:9092")
        ),
        {"broker_access": "no-route"},
        blocker=PRIVATE,
    ),
)
