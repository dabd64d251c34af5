"""What every reachability engine must get right, one by one: each behaviour is shown by networks of its own.

Most are shown by hand-made networks of the catalogue, which also say what the other rules answer; those of
several accounts, and of how answers are read, have a network here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from kafka_trigger_guard.aws.modelling.network import model
from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.evaluation import rule_set
from kafka_trigger_guard.rules.judge import Judge
from tests.networks import triggers
from tests.networks.builder import Scenario
from tests.networks.cases import RULES, Case
from tests.networks.catalogue import CASES
from tests.networks.healthy import healthy, healthy_serverless
from tests.networks.judging import Network, reasons
from tests.networks.organization import central_endpoints, shared_vpc
from tests.networks.shapes import group_id, identify, nat_gateway_id, permission, subnet_id

BY_NAME: dict[str, Case] = {case.name: case for case in CASES}
SHOWN: dict[int, tuple[str, ...]] = {
    1: ("permissions of all groups are united", "one broker of three in two groups, one of which opens"),
    2: ("all pairs of a permission count",),
    3: (
        "protocol 6 is TCP, and ports of -1 are all ports",
        "TCP without ports is all ports",
        "443 lies inside a range",
        "442 is not 443",
    ),
    4: (
        "an endpoint group that names another group is red",
        "a self reference of the endpoint group does not let the trigger in",
        "MSK's own group without a self reference",
    ),
    5: ("a stale reference matches nothing",),
    6: ("an appliance before the endpoints is unknown, and group references do not match",),
    7: (
        "a prefix list is expanded",
        "a prefix list that was not read is unknown",
        "a prefix list that was not read does not matter beside an allow",
    ),
    8: ("a healthy self-managed trigger",),
    9: ("a group may belong to another VPC than its interface",),
    10: (
        "an endpoint without groups carries the default group",
        "MSK without groups carries the default group",
    ),
    11: (
        "egress may name groups",
        "egress may name the CIDR of the VPC",
        "egress may name subnets",
        "egress may name single addresses",
    ),
    12: ("egress to one of two endpoint interfaces is partial",),
    13: ("IPv6 egress does not help",),
    14: ("the order in the file means nothing", "an ACL with nothing but the closing entries denies"),
    15: (
        "the trigger subnets' ACL stops 443 on the way out",
        "the endpoint subnets' ACL stops 443 on the way in",
        "the endpoint subnets' ACL stops the answers",
        "the trigger subnets' ACL stops all answers",
    ),
    16: ("one missing return port is partial", "the trigger subnets' ACL lets part of the return ports in"),
    17: ("an ACL is not asked inside one subnet", "an ACL is asked between two trigger subnets"),
    18: (
        "udp and IPv6 entries of an ACL do not stop TCP over IPv4",
        "an ACL that allows IPv6 only denies IPv4",
    ),
    19: ("a subnet without association uses the default ACL",),
    20: ("a low deny covers only the part that it names", "a low deny of other addresses does not matter"),
    21: (
        "trigger subnets without association use the main table",
        "a static default route wins over a propagated one",
    ),
    22: (
        "an appliance before the endpoints, whose group names CIDRs",
        "a disassociated CIDR is not the VPC's",
    ),
    23: ("a blackholed default route carries nothing", "a prefix list of everything is a default route"),
    24: (
        "a failed NAT gateway carries nothing",
        "a private NAT gateway leads to no internet",
        "a NAT gateway whose subnet has no internet route",
        "a NAT gateway behind a detached internet gateway",
        "a regional NAT gateway has a route table of its own",
        "the NAT subnet's ACL stops the trigger",
        "Block Public Access in both directions stops NAT",
    ),
    25: (
        "a NAT instance carries",
        "a NAT instance that checks source and destination does not carry",
        "a NAT instance whose group admits nobody does not carry",
    ),
    26: ("an internet gateway does not help a poller",),
    27: (
        "a default route to a transit gateway is central egress",
        "a default route to a VPN is central egress",
        "a default route to a firewall endpoint is central egress",
    ),
    28: (
        "an available endpoint may be spelled with a capital",
        "an internet gateway may be attached in the words of the model",
    ),
    29: (
        "an endpoint of another type does not serve",
        "a gateway load balancer endpoint does not serve",
        "a bucket behind a gateway endpoint",
    ),
    30: (
        "a service name that only begins like the right one does not serve",
        "an endpoint to another Region does not serve",
        "service names in China",
    ),
    31: (
        "private DNS off on one endpoint",
        "a VPC without DNS support",
        "a VPC without DNS hostnames",
        "a hosted zone of the VPC answers for an endpoint without private DNS",
    ),
    32: ("an endpoint in use whose group denies is red even beside a NAT",),
    33: ("one endpoint interface serves all zones",),
    34: (
        "a second endpoint without private DNS does not matter",
        "a second endpoint that is pending does not matter",
    ),
    35: (
        "a policy that was left out is open",
        "an organization condition shuts the service principal out",
        "an account condition shuts the service principal out",
        "an account condition lets the function's role in",
        "an explicit deny wins",
        "NotAction of a deny spares the action",
        "NotPrincipal of a deny spares the principal",
        "a list of any AWS principal is everybody",
        "a condition on the VPC itself",
        "a condition that cannot be evaluated",
        "a narrower resource that matches is unknown",
    ),
    36: (
        "custom resolvers make private DNS unknown",
        "a queue in another Region is not served",
        "a shared VPC",
    ),
    37: (
        "provisioned mode",
        "an empty poller configuration is on-demand mode",
        "a null poller configuration is on-demand mode",
    ),
    38: ("ids without prefixes",),
    39: ("a secret counts whatever its type",),
    40: (
        "MSK with IAM uses port 9098",
        "MSK with IAM does not use port 9096",
        "MSK with a SCRAM secret uses port 9096",
        "a VPC connection uses the ports of its bootstrap string",
    ),
    41: ("MSK Serverless uses port 9098", "a healthy VPC connection"),
    42: ("a deleted cluster", "a deleted serverless cluster"),
    43: (
        "brokers by EC2 private names",
        "a name of a hosted zone with several addresses",
        "one name that does not resolve",
    ),
    44: ("MSK's own group without a self reference", "MSK's own group without egress to itself"),
    47: (
        "a NAT gateway without ConnectivityType is public",
        "a NAT gateway may be spelled in the words of the model",
        "a disassociated CIDR is not the VPC's",
    ),
}


@pytest.mark.parametrize(
    ("number", "case"),
    [
        pytest.param(number, BY_NAME[name], id=f"{number}: {name}")
        for number, names in SHOWN.items()
        for name in names
    ],
)
def test_a_semantic_holds_in_the_networks_that_show_it(number: int, case: Case) -> None:
    """Every rule answers as the catalogue says."""
    assert 1 <= number <= 47
    found = reasons(case.build(), case.parameters)
    assert {RULES[short]: reason for short, reason in found.items()} == dict(case.findings)


def _silent_groups() -> Scenario:
    return healthy().egress("endpoint").egress("broker")


def _over_peering() -> Network:
    organization = central_endpoints().peered()
    organization.hub.ingress("hub-endpoint", permission(443, groups=[group_id("trigger")]))
    return organization


def _over_transit() -> Network:
    organization = central_endpoints().over_transit()
    organization.hub.ingress("hub-endpoint", permission(443, groups=[group_id("trigger")]))
    return organization


def _cut_short() -> Network:
    organization = central_endpoints().over_transit()
    answers = organization.hub.responses["ec2:SearchTransitGatewayRoutes"]
    answers[identify("tgw-rtb", "spokes")]["AdditionalRoutesAvailable"] = True
    return organization


def _attached_in_one_zone() -> Network:
    organization = central_endpoints().over_transit()
    for side in (organization.spoke, organization.hub):
        for each in side.items("ec2:DescribeTransitGatewayVpcAttachments"):
            each["SubnetIds"] = each["SubnetIds"][:1]
    return organization


def _profile() -> Network:
    return central_endpoints().peered().profile_of_zones()


def _resolver_endpoints_only() -> Scenario:
    options = {"DnsRecordIpType": "ipv4", "PrivateDnsOnlyForInboundResolverEndpoint": True}
    scenario = healthy().without_endpoint("sqs").with_destination(triggers.BUCKET_ARN)
    return scenario.endpoint("s3", DnsOptions=options)


def _two_places() -> Scenario:
    scenario = healthy_serverless()
    configs = scenario.item(triggers.SERVERLESS_ARN)["Serverless"]["VpcConfigs"]
    configs.append({"SubnetIds": [subnet_id("trigger-a")], "SecurityGroupIds": [group_id("default")]})
    return scenario


def _bare() -> Scenario:
    scenario = (
        healthy()
        .without_endpoint("sts")
        .nat()
        .forget(nat_gateway_id(), "ConnectivityType", "AvailabilityMode")
    )
    for each in scenario.items("ec2:DescribeRouteTables"):
        for association in each["Associations"]:
            association.pop("AssociationState")
    for each in scenario.items("ec2:DescribeVpcEndpoints"):
        for field in ("IpAddressType", "DnsOptions", "DnsEntries", "ServiceRegion", "Tags"):
            each.pop(field)
    for each in scenario.items("ec2:DescribeNetworkInterfaces"):
        each.pop("PrivateDnsName")
    return scenario


@pytest.mark.parametrize(
    ("number", "build", "rule", "reason"),
    [
        (5, _over_peering, "endpoint_ingress", "allowed"),
        (5, _over_transit, "endpoint_ingress", "endpoint-ingress-denied"),
        (8, _silent_groups, "endpoint_ingress", "allowed"),
        (8, _silent_groups, "broker_access", "allowed"),
        (9, shared_vpc, "endpoint_ingress", "allowed"),
        (27, lambda: central_endpoints().over_transit(), "lambda", "endpoint"),
        (27, lambda: central_endpoints().over_transit().documents(with_hub=False), "lambda", "not-collected"),
        (27, _attached_in_one_zone, "lambda", "partial"),
        (27, _cut_short, "lambda", "not-collected"),
        (31, lambda: central_endpoints().peered(), "lambda", "endpoint"),
        (31, _profile, "lambda", "endpoint"),
        (36, _resolver_endpoints_only, "destination", "private-dns-disabled"),
        (36, shared_vpc, "lambda", "endpoint"),
        (41, _two_places, "egress", "allowed"),
        (47, _bare, "lambda", "endpoint"),
        (47, _bare, "sts", "nat-allowed"),
    ],
)
def test_a_semantic_that_needs_more_than_one_account_or_field(
    number: int, build: Callable[[], Network], rule: str, reason: str
) -> None:
    """The rule that it decides."""
    assert 1 <= number <= 47
    assert reasons(build())[rule] == reason


def test_semantic_45_triggers_on_one_place_share_the_work() -> None:
    """Mappings that differ in name only stand on one ground, and are judged alike."""
    scenario = healthy()
    for number in range(20):
        scenario.add(
            "lambda:ListEventSourceMappings", scenario.trigger | {"UUID": f"{number:08}{triggers.UUID[8:]}"}
        )
    network, (found,) = model([from_document(scenario.document())])
    judge = Judge(network)
    assert len(found) == 21
    assert len({id(judge.grounds(trigger)[0]) for trigger in found}) == 1
    today = date(2026, 1, 1)
    assert len({judge.findings(trigger, rule_set(None, {}), today) for trigger in found}) == 1


def test_every_semantic_is_indexed() -> None:
    """46, that every List and Describe call has more than one page, is shown where accounts are collected."""
    assert set(range(1, 48)) - set(SHOWN) == {45, 46}
