"""Every kind of command that is printed: run by the account that is named, it mends what the finding says."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.rules.remedies.wanting import Remedy
from tests.network.test_peered_gateways import CORE, FAR_TABLE
from tests.network.test_peered_gateways import peered as gateways_peered
from tests.networks import triggers
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy, healthy_vpc_connection
from tests.networks.organization import (
    HUB_ACCOUNT,
    HUB_CIDR,
    HUBS_TABLE,
    Organization,
    central_endpoints,
    shared_vpc,
)
from tests.networks.shapes import (
    ACCOUNT,
    Json,
    closing_entries,
    endpoint_id,
    group_id,
    interface_id,
    internet_gateway_id,
    nat_gateway_id,
    permission,
    route_table_id,
    vpc_id,
)
from tests.rules.remedying import Fault, explained, mended, of_rule

SERVICES = ("lambda", "sts", "secretsmanager", "sqs")


def joined() -> Organization:
    return central_endpoints().over_transit()


# -- the trigger's own account -------------------------------------------------------------------------------


def own_egress_to_the_hub() -> Organization:
    organization = joined()
    organization.spoke.egress("trigger", permission(9092, cidrs=["10.0.0.0/24"]))
    return organization


def own_route_to_the_hub() -> Organization:
    organization = joined()
    for each in organization.spoke.items("ec2:DescribeRouteTables"):
        each["Routes"] = [r for r in each["Routes"] if r.get("DestinationCidrBlock") != HUB_CIDR]
    return organization


def own_attachment_gone() -> Organization:
    organization = joined()
    for side in (organization.spoke, organization.hub):
        for operation in (
            "ec2:DescribeTransitGatewayAttachments",
            "ec2:DescribeTransitGatewayVpcAttachments",
        ):
            for each in side.items(operation):
                if vpc_id() in (each.get("ResourceId"), each.get("VpcId")):
                    each["State"] = "deleted"
    answers = organization.hub.responses["ec2:SearchTransitGatewayRoutes"]
    answers[HUBS_TABLE]["Routes"].clear()
    return organization


def own_peering_gone() -> Organization:
    organization = central_endpoints().peered()
    for side in (organization.spoke, organization.hub):
        for each in side.items("ec2:DescribeVpcPeeringConnections"):
            each["Status"] = {"Code": "deleted"}
    return organization


def own_profile_not_associated() -> Organization:
    organization = joined().profile_of_zones()
    spoke, hub = organization.spoke, organization.hub
    associations, brought = (
        "route53profiles:ListProfileAssociations",
        "route53profiles:ListProfileResourceAssociations",
    )
    hub.responses[brought] = spoke.responses[brought]
    spoke.responses[brought] = {}
    (association,) = spoke.items(associations)
    spoke.items(associations).clear()
    hub.add(associations, association | {"ResourceId": vpc_id("hub")})
    return organization


def stale_address() -> Organization:
    organization = joined()
    found = [
        {"Value": address["PrivateIpAddress"]}
        for each in organization.hub.items("ec2:DescribeVpcEndpoints")
        if each["VpcEndpointId"] == endpoint_id("lambda")
        for address in organization.hub.items("ec2:DescribeNetworkInterfaces")
        if address["NetworkInterfaceId"] in each["NetworkInterfaceIds"]
    ]
    values = [*found, {"Value": "10.1.0.9"}]
    name = "lambda.us-east-1.amazonaws.com"
    records: Json = {"Name": f"{name}.", "Type": "A", "TTL": 60, "ResourceRecords": values}
    return organization.zone("lambda", [records])


def bucket() -> Scenario:
    return healthy().without_endpoint("sqs").with_destination(triggers.BUCKET_ARN)


def dead(*blocks: str) -> Scenario:
    scenario = healthy()
    for block in blocks:
        scenario.route("private", block, NetworkInterfaceId=interface_id("gone"), State="blackhole")
    return scenario


def local_route_replaced() -> Scenario:
    scenario = healthy()
    table = scenario.item(route_table_id("private"))
    (local,) = [r for r in table["Routes"] if r.get("GatewayId") == "local"]
    local.clear()
    local |= {"DestinationCidrBlock": "10.0.0.0/24", "NetworkInterfaceId": interface_id("gone")}
    local |= {"State": "blackhole", "Origin": "CreateRoute"}
    return scenario


def policy_that_refuses() -> Scenario:
    narrow = {"Effect": "Allow", "Principal": "*", "Action": "lambda:GetFunction", "Resource": "*"}
    return healthy().change(endpoint_id("lambda"), PolicyDocument=json.dumps({"Statement": [narrow]}))


def dns_off_beside_a_narrow_endpoint() -> Scenario:
    """What the document leaves to a person: another endpoint would come into force that lets few in."""
    off = {"EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": False}}
    scenario = healthy().change(endpoint_id("sts"), PolicyDocument='{"Statement": []}')
    scenario.responses["ec2:DescribeVpcAttribute"][vpc_id()] = off
    return scenario


def connection(state: str) -> Callable[[], Scenario]:
    def build() -> Scenario:
        scenario = healthy_vpc_connection()
        scenario.responses["kafka:DescribeVpcConnection"][triggers.VPC_CONNECTION_ARN]["State"] = state
        return scenario

    return build


def acl_and_broker_group() -> Scenario:
    """With the ACL shut as well, the document for the group is no way out."""
    return healthy().acl("own", closing_entries(), ["broker-a", "broker-b", "broker-c"]).ingress("broker")


# -- the owner of a shared VPC -------------------------------------------------------------------------------


def nat(change: Callable[[Scenario], object]) -> Callable[[], Organization]:
    def build() -> Organization:
        organization = shared_vpc(healthy().without_endpoint("sts").nat())
        change(organization.hub)
        return organization

    return build


def blocked(owner: Scenario) -> None:
    options = owner.responses["ec2:DescribeVpcBlockPublicAccessOptions"]["VpcBlockPublicAccessOptions"]
    options["InternetGatewayBlockMode"] = "block-bidirectional"


def without_internet(owner: Scenario) -> None:
    owner.remove(internet_gateway_id())
    table = owner.item(route_table_id("public"))
    table["Routes"] = [r for r in table["Routes"] if r.get("GatewayId") == "local"]


def nat_instance(**fields: object) -> Callable[[], Organization]:
    def build() -> Organization:
        scenario = healthy().without_endpoint("sts").internet_gateway()
        scenario.group(
            "nat", ingress=[permission(cidrs=["10.0.0.0/24"])], egress=[permission(cidrs=["0.0.0.0/0"])]
        )
        address = {"PublicIp": "54.210.0.11"}
        scenario.interface("nat", "public-a", "10.0.0.245", ["nat"]).change(
            interface_id("nat"), **{"SourceDestCheck": False, "Association": address} | fields
        )
        scenario.route("private", "0.0.0.0/0", NetworkInterfaceId=interface_id("nat"))
        return shared_vpc(scenario)

    return build


# -- gateways that are peered --------------------------------------------------------------------------------


def peered_gateways_without_a_way_back() -> list[Json]:
    found = gateways_peered()
    found["core"]["responses"]["ec2:SearchTransitGatewayRoutes"][FAR_TABLE]["Routes"].pop()
    return list(found.values())


ANEW = ["allocate-address", "create-nat-gateway", "wait nat-gateway-available", "replace-route"]
FAULTS = {
    "egress to central endpoints": Fault(
        own_egress_to_the_hub, ["authorize-security-group-egress"], "egress"
    ),
    "route to central endpoints": Fault(own_route_to_the_hub, ["create-route"]),
    "attachment": Fault(
        own_attachment_gone,
        [
            "create-transit-gateway-vpc-attachment",
            "associate-transit-gateway-route-table",
            "enable-transit-gateway-route-table-propagation",
        ],
    ),
    "Profile": Fault(own_profile_not_associated, ["create-resource-share", "associate-profile"]),
    "stale address": Fault(stale_address, ["change-resource-record-sets"]),
    "gateway endpoint": Fault(bucket, ["create-vpc-endpoint"], "destination"),
    "route tables of a gateway endpoint": Fault(
        lambda: bucket().s3_gateway([]), ["modify-vpc-endpoint"], "destination"
    ),
    "dead route inside the VPC": Fault(
        lambda: dead("10.0.0.64/28", "10.0.0.80/28"), ["delete-route"], "lambda"
    ),
    "local route": Fault(local_route_replaced, ["replace-route"]),
    "endpoint policy": Fault(policy_that_refuses, ["describe-vpc-endpoints", "modify-vpc-endpoint"]),
    "DNS attributes": Fault(dns_off_beside_a_narrow_endpoint, ["modify-vpc-attribute"]),
    "network ACL": Fault(
        lambda: healthy().acl("own", closing_entries(), ["endpoint-a", "endpoint-b"]),
        ["create-network-acl-entry"],
    ),
    "group and network ACL of brokers": Fault(
        acl_and_broker_group,
        ["create-network-acl-entry", "authorize-security-group-ingress"],
        "broker_access",
    ),
    "rejected VPC connection": Fault(
        connection("REJECTED"), ["delete-vpc-connection", "create-vpc-connection"], "broker_access"
    ),
    "VPC connection turned off": Fault(
        connection("INACTIVE"), ["delete-vpc-connection", "create-vpc-connection"], "broker_access"
    ),
    "VPC connection that goes": Fault(connection("DELETING"), ["create-vpc-connection"], "broker_access"),
    "NAT gateway that failed": Fault(nat(lambda o: o.change(nat_gateway_id(), State="failed")), ANEW, "sts"),
    "private NAT gateway": Fault(
        nat(lambda o: o.change(nat_gateway_id(), ConnectivityType="private")), ANEW, "sts"
    ),
    "internet gateway that is detached": Fault(
        nat(lambda o: o.change(internet_gateway_id(), Attachments=[])), ["attach-internet-gateway"], "sts"
    ),
    "internet gateway that is gone": Fault(
        nat(without_internet),
        ["create-internet-gateway", "attach-internet-gateway", "create-route"],
        "sts",
    ),
    "VPC Block Public Access": Fault(nat(blocked), ["create-vpc-block-public-access-exclusion"], "sts"),
    "NAT instance that checks": Fault(
        nat_instance(SourceDestCheck=True), ["modify-network-interface-attribute"], "sts"
    ),
    "NAT instance without address": Fault(
        nat_instance(Association=None), ["allocate-address", "associate-address"], "sts"
    ),
    "NAT instance's group": Fault(
        nat_instance(Groups=[{"GroupId": group_id("endpoint"), "GroupName": "endpoint"}]),
        ["authorize-security-group-egress"],
        "sts",
    ),
    "static route over a peering of gateways": Fault(
        peered_gateways_without_a_way_back, ["create-transit-gateway-route"]
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_the_commands_make_the_rule_green(fault: Fault) -> None:
    found = mended(fault)
    assert found.before.verdict is Verdict.NON_COMPLIANT
    assert found.before.remediation is None or fault.operations[0] == "create-resource-share"
    assert found.ran == fault.operations
    assert found.after.verdict is Verdict.COMPLIANT


@pytest.mark.parametrize(
    ("fault", "accounts"),
    [
        ("egress to central endpoints", [ACCOUNT]),
        ("attachment", [ACCOUNT, HUB_ACCOUNT]),
        ("Profile", [HUB_ACCOUNT, ACCOUNT]),
        ("stale address", [HUB_ACCOUNT]),
        ("rejected VPC connection", [ACCOUNT]),
        ("NAT gateway that failed", [HUB_ACCOUNT]),
        ("static route over a peering of gateways", [CORE]),
    ],
)
def test_each_command_is_run_by_the_account_that_owns_what_it_changes(
    fault: str, accounts: list[str]
) -> None:
    assert list(dict.fromkeys(mended(FAULTS[fault]).accounts)) == accounts


@pytest.mark.parametrize("state", ["REJECTED", "REJECTING", "INACTIVE", "DEACTIVATING", "DELETING", "FAILED"])
def test_a_vpc_connection_that_carries_nothing_is_made_anew(state: str) -> None:
    """Whoever refused it or turned it off, the cluster's account, allows it first."""
    found = explained([connection(state)().document()])
    accounts = [remedy.account for remedy in of_rule(found, "broker-access")]
    assert accounts == ([ACCOUNT] if state in ("DELETING", "FAILED") else ["444455556666", ACCOUNT])
    finding = next(each for each in found.findings if "broker-access" in each.rule)
    assert finding.annotation.endswith("anew, once account 444455556666 allows it.")
    assert "create the trigger anew for the new connection's ARN" in found.remedies[-1].advice


def test_within_a_vpc_the_rule_names_the_other_group_and_across_vpcs_its_addresses() -> None:
    """Where references match whatever joins both ends, nothing wider is opened."""
    (inside,) = [r for r in of_rule(explained([acl_and_broker_group().document()]), "broker") if _opens(r)]
    (across,) = [r for r in explained(own_egress_to_the_hub().documents()).remedies if _opens(r)]
    assert f"UserIdGroupPairs=[{{GroupId={group_id('trigger')}," in inside.commands[0]
    assert "IpRanges=[{CidrIp=10.1.0." in across.commands[0]


def _opens(remedy: Remedy) -> bool:
    return bool(remedy.commands) and "authorize-security-group" in remedy.commands[0]
