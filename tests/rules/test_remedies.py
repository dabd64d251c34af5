"""Remedies of other accounts: whoever owns what blocks a trigger gets commands, and these open the way."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable

import pytest

from kafka_trigger_guard.report.explanation_json import explanation_json
from kafka_trigger_guard.report.explanation_svg import explanation_svg
from kafka_trigger_guard.report.explanation_text import explanation_text
from kafka_trigger_guard.report.page import Page
from kafka_trigger_guard.rules.findings import Verdict
from tests.networks.healthy import healthy
from tests.networks.judging import documents, findings
from tests.networks.organization import (
    HUB_ACCOUNT,
    HUBS_TABLE,
    SERVICES,
    Organization,
    attachment_id,
    central_endpoints,
    shared_vpc,
)
from tests.networks.shapes import (
    ACCOUNT,
    Json,
    closing_entries,
    endpoint_id,
    entry,
    group_id,
    identify,
    open_entries,
    permission,
    route_table_id,
    subnet_id,
    vpc_id,
)
from tests.rules.remedying import Fault, explained, mended, of_rule

LISTS = {
    "ec2:DescribeTransitGatewayAttachments": "TransitGatewayAttachments",
    "ec2:DescribeTransitGatewayVpcAttachments": "TransitGatewayVpcAttachments",
}


def joined() -> Organization:
    return central_endpoints().over_transit()


def peered() -> Organization:
    return central_endpoints().peered()


def without(organization: Organization, table: str, cidr: str) -> Organization:
    """Take a route away."""
    for side in (organization.spoke, organization.hub):
        for each in side.items("ec2:DescribeRouteTables"):
            if each["RouteTableId"] == route_table_id(table):
                each["Routes"] = [r for r in each["Routes"] if r.get("DestinationCidrBlock") != cidr]
    return organization


def transit_routes(organization: Organization, table: str) -> list[Json]:
    answers = organization.hub.responses["ec2:SearchTransitGatewayRoutes"]
    found: list[Json] = answers[identify("tgw-rtb", table)]["Routes"]
    return found


def attachments(organization: Organization, vpc: str, **fields: object) -> Organization:
    """Set fields of a VPC's attachment, as everybody sees it."""
    for side in (organization.spoke, organization.hub):
        for operation in LISTS:
            for each in side.items(operation):
                if each["TransitGatewayAttachmentId"] == attachment_id(vpc):
                    each.update(fields)
    return organization


def groups_closed() -> Organization:
    organization = joined()
    organization.hub.ingress("hub-endpoint", permission(443, groups=[group_id("trigger")]))
    return organization


def brokers_in_the_hub() -> Organization:
    organization = Organization(healthy()).over_transit()
    organization.hub.group("hub-broker", vpc_name="hub").interface(
        "hub-broker", "hub-a", "10.1.0.9", ["hub-broker"]
    )
    organization.spoke.bootstrap_servers("10.1.0.9:9092", "10.1.0.9:9094")
    return organization


def acl_of_the_hub(*entries: Json) -> Organization:
    organization = joined()
    organization.hub.acl("hub", list(entries), ["hub-a", "hub-b"])
    return organization


def no_route_back(organization: Organization) -> Organization:
    return without(organization, "main-hub", "10.0.0.0/24")


def dead_route_back() -> Organization:
    organization = joined()
    for each in organization.hub.items("ec2:DescribeRouteTables"):
        for route in each["Routes"]:
            if route.get("DestinationCidrBlock") == "10.0.0.0/24":
                route["State"] = "blackhole"
    return organization


def no_transit_route(table: str) -> Organization:
    organization = joined()
    transit_routes(organization, table).clear()
    return organization


def blackhole(kind: str) -> Organization:
    organization = joined()
    transit_routes(organization, "spokes")[0] |= {"State": "blackhole", "Type": kind}
    return organization


def in_another_table() -> Organization:
    association = {"TransitGatewayRouteTableId": HUBS_TABLE, "State": "associated"}
    organization = joined()
    organization.hub.items("ec2:DescribeTransitGatewayAttachments")[0]["Association"] = association
    return organization


def associated_with_nothing() -> Organization:
    organization = joined()
    organization.hub.items("ec2:DescribeTransitGatewayAttachments")[0].pop("Association")
    return organization


def far_attachment_in_one_zone() -> Organization:
    organization = joined()
    for each in organization.hub.items("ec2:DescribeTransitGatewayVpcAttachments"):
        if each["VpcId"] == vpc_id("hub"):
            each["SubnetIds"] = [subnet_id("hub-a")]
    return organization


def waiting_peering() -> Organization:
    organization = peered()
    for side in (organization.spoke, organization.hub):
        for each in side.items("ec2:DescribeVpcPeeringConnections"):
            each["Status"] = {"Code": "pending-acceptance"}
    return organization


def without_zones() -> Organization:
    organization = joined()
    for service in SERVICES:
        organization.without_zone(service)
    return organization


def shared(change: Callable[[Organization], object]) -> Organization:
    organization = shared_vpc()
    change(organization)
    return organization


def with_dns_off(organization: Organization) -> None:
    off = {"EnableDnsSupport": {"Value": False}, "EnableDnsHostnames": {"Value": False}}
    organization.hub.responses["ec2:DescribeVpcAttribute"][vpc_id()] = off


def with_policy(organization: Organization) -> None:
    narrow = {"Effect": "Allow", "Principal": "*", "Action": "lambda:GetFunction", "Resource": "*"}
    policy = json.dumps({"Statement": [narrow]})
    organization.hub.change(endpoint_id("lambda"), PolicyDocument=policy)


def behind_a_nat_without_way_out() -> Organization:
    return without(shared_vpc(healthy().without_endpoint("sts").nat()), "public", "0.0.0.0/0")


def acl_of_the_owner(organization: Organization) -> None:
    organization.hub.acl_entry("default", entry(1, "deny", egress=False, cidr="10.0.0.64/27"))


DENY_443 = entry(10, "deny", egress=False, ports=(443, 443))
FAULTS = {
    "endpoint group": Fault(groups_closed, ["authorize-security-group-ingress"], "endpoint_ingress"),
    "broker group": Fault(brokers_in_the_hub, ["authorize-security-group-ingress"], "broker_access"),
    "ACL that denies": Fault(lambda: acl_of_the_hub(DENY_443, *open_entries()), ["create-network-acl-entry"]),
    "ACL that denies first of all": Fault(
        lambda: acl_of_the_hub(entry(1, "deny", egress=False), *open_entries()),
        ["replace-network-acl-entry", "create-network-acl-entry"],
    ),
    "ACL that allows nothing": Fault(
        lambda: acl_of_the_hub(*closing_entries()), ["create-network-acl-entry"]
    ),
    "route back over a transit gateway": Fault(lambda: no_route_back(joined()), ["create-route"]),
    "route back over a peering": Fault(lambda: no_route_back(peered()), ["create-route"]),
    "dead route back": Fault(dead_route_back, ["replace-route"]),
    "transit route": Fault(
        lambda: no_transit_route("spokes"), ["enable-transit-gateway-route-table-propagation"]
    ),
    "transit route back": Fault(
        lambda: no_transit_route("hubs"), ["enable-transit-gateway-route-table-propagation"]
    ),
    "static blackhole": Fault(lambda: blackhole("static"), ["replace-transit-gateway-route"]),
    "propagated blackhole": Fault(lambda: blackhole("propagated"), ["create-transit-gateway-route"]),
    "attachment in another table": Fault(
        in_another_table, ["enable-transit-gateway-route-table-propagation"]
    ),
    "attachment without table": Fault(associated_with_nothing, ["associate-transit-gateway-route-table"]),
    "attachment without zone": Fault(far_attachment_in_one_zone, ["modify-transit-gateway-vpc-attachment"]),
    "attachment that waits": Fault(
        lambda: attachments(joined(), "main", State="pendingAcceptance"),
        ["accept-transit-gateway-vpc-attachment"],
    ),
    "peering that waits": Fault(waiting_peering, ["accept-vpc-peering-connection"]),
    "zone that is not associated": Fault(
        without_zones, ["create-vpc-association-authorization", "associate-vpc-with-hosted-zone"]
    ),
    "zone without record": Fault(lambda: joined().zone("lambda", []), ["change-resource-record-sets"]),
    "private DNS of a shared VPC's endpoint": Fault(
        lambda: shared(lambda o: o.hub.change(endpoint_id("lambda"), PrivateDnsEnabled=False)),
        ["modify-vpc-endpoint"],
    ),
    "DNS attributes of a shared VPC": Fault(lambda: shared(with_dns_off), ["modify-vpc-attribute"]),
    "failed endpoint": Fault(
        lambda: shared(lambda o: o.hub.change(endpoint_id("lambda"), State="failed")),
        ["delete-vpc-endpoints", "create-vpc-endpoint"],
    ),
    "endpoint policy": Fault(lambda: shared(with_policy), ["describe-vpc-endpoints", "modify-vpc-endpoint"]),
    "no endpoint in a shared VPC": Fault(
        lambda: shared(lambda o: o.hub.without_endpoint("lambda")),
        ["create-security-group", "authorize-security-group-ingress", "create-vpc-endpoint"],
    ),
    "ACL of a shared VPC": Fault(lambda: shared(acl_of_the_owner), ["replace-network-acl-entry"]),
    "NAT gateway's way out": Fault(behind_a_nat_without_way_out, ["create-route"], "sts"),
}
EACH = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


@EACH
def test_the_owner_s_commands_make_the_rule_green(fault: Fault) -> None:
    """Run as printed, by the accounts that are named, on what they own."""
    found = mended(fault)
    assert found.before.verdict is Verdict.NON_COMPLIANT
    assert found.after.verdict is Verdict.COMPLIANT
    assert found.ran == fault.operations


@EACH
def test_the_annotation_ends_with_a_remedy_that_names_the_account(fault: Fault) -> None:
    found = findings(fault.network(), fault.parameters)[fault.rule]
    assert len(found.annotation) <= 256
    assert HUB_ACCOUNT in found.annotation
    assert found.annotation.endswith(".")


@EACH
def test_every_output_of_explain_shows_account_and_command(fault: Fault) -> None:
    found = explained(documents(fault.network()))
    plain = " ".join(explanation_text([found], Page(1000)).split())
    drawn = " ".join(explanation_svg([found]).split())
    told = json.loads(explanation_json([found]))["remedies"]
    for remedy in found.remedies:
        assert f"account {remedy.account} {'runs' if remedy.commands else 'must repair it'}:" in plain
        assert f"Account {remedy.account} repairs" in drawn
        assert remedy.advice in plain
        for command in remedy.commands:
            assert command.split(" --")[0] in plain
    assert [(each["account"], tuple(each["commands"]), each["advice"] or "") for each in told] == [
        (remedy.account, remedy.commands, remedy.advice) for remedy in found.remedies
    ]


def test_a_command_broken_over_lines_is_still_the_same_command() -> None:
    """What is printed can be copied into a shell."""
    found = explained(groups_closed().documents())
    lines = explanation_text([found], Page()).splitlines()
    start = next(i for i, line in enumerate(lines) if line.strip().startswith("aws "))
    end = next(i for i in range(start, len(lines)) if not lines[i].endswith("\\"))
    copied = "\n".join(lines[start : end + 1]).replace("\\\n", "")
    assert shlex.split(copied) == shlex.split(found.remedies[0].commands[0])


def test_a_green_trigger_asks_nobody_for_anything() -> None:
    assert explained(joined().documents()).remedies == ()
    assert explained(shared_vpc().documents()).remedies == ()


def test_the_trigger_s_own_account_is_not_told_what_its_documents_do() -> None:
    """A closed group of its own: Systems Manager mends it."""
    scenario = healthy().ingress("endpoint")
    assert explained([scenario.document()]).remedies == ()


@pytest.mark.parametrize("hostile", ["sg-1'; rm -rf ~; '", "--profile=x", "sg-1\n$(id)", "$(id)`id`"])
def test_an_id_that_somebody_made_up_stays_one_argument(hostile: str) -> None:
    documents = json.loads(
        json.dumps(groups_closed().documents()).replace(group_id("hub-endpoint"), json.dumps(hostile)[1:-1])
    )
    (remedy,) = of_rule(explained(documents), "endpoint-ingress")
    words = shlex.split(remedy.commands[0])
    assert words[:3] == ["aws", "ec2", "authorize-security-group-ingress"]
    assert hostile in words or f"--group-id={hostile}" in words
    assert not any(word.startswith("--profile") for word in words)


def test_rules_that_ask_the_same_share_one_remedy() -> None:
    """One missing route cuts four services."""
    (remedy,) = explained(no_route_back(joined()).documents()).remedies
    assert len(remedy.rules) == 4


def test_entries_of_one_acl_get_numbers_of_their_own() -> None:
    """Forth and back, several subnets: no number twice in one direction."""
    found = explained(acl_of_the_hub(*closing_entries()).documents())
    commands = [command for remedy in found.remedies for command in remedy.commands]
    places = [("--egress" in c, c.split("--rule-number ")[1].split()[0]) for c in commands]
    assert len(places) == len(set(places))


def test_who_must_act_is_told_even_where_the_command_is_not_known() -> None:
    """A policy that denies explicitly: no further statement helps."""

    def denies(organization: Organization) -> None:
        deny = {"Effect": "Deny", "Principal": "*", "Action": "lambda:*", "Resource": "*"}
        organization.hub.change(endpoint_id("lambda"), PolicyDocument=json.dumps({"Statement": [deny]}))

    (remedy,) = explained(shared(denies).documents()).remedies
    assert (remedy.account, remedy.commands) == (HUB_ACCOUNT, ())
    assert "must repair it" in explanation_text([explained(shared(denies).documents())], Page())


def test_a_missing_endpoint_in_the_trigger_s_own_vpc_is_no_business_of_the_hub() -> None:
    """Only a zone that leads to a central endpoint is."""
    organization = Organization(healthy().without_endpoint("lambda")).over_transit()
    found = findings(organization)["lambda"]
    assert found.remediation is not None
    assert ACCOUNT not in found.annotation
    assert explained(organization.documents()).remedies == ()
