"""The law on what generated networks rarely hold: policies, listeners, names, and answers of odd shapes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.networks import gateways, shapes, triggers
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy, healthy_msk, healthy_vpc_connection
from tests.networks.organization import (
    SERVICES,
    Organization,
    addresses,
    alias,
    central_endpoints,
    dns_name,
    endpoint_name,
)
from tests.networks.shapes import Json, endpoint_id, group_id, identify, interface_id, permission, vpc_id
from tests.networks.vary_endpoints import POLICIES, add_zone
from tests.remediation.scripts.hubs import in_one_account
from tests.remediation.scripts.law import DIAGNOSES, tally_of

ROLE = triggers.ROLE_ARN
SESSION = "arn:aws:sts::111122223333:assumed-role/orders-role/session"


def allow(**parts: Any) -> Json:
    """A statement that allows everything but for its parts."""
    return {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"} | parts


def when(operator: str, key: str, *values: Any) -> Json:
    """A statement under one condition."""
    return allow(Condition={operator: {key: list(values)}})


RARE_POLICIES: tuple[Any, ...] = (
    *(json.dumps({"Statement": statements}) for statements in POLICIES),
    *(
        json.dumps({"Statement": [statement]})
        for statement in (
            allow(Principal={"AWS": "111122223333"}),
            allow(Principal={"AWS": "AIDAEXAMPLE"}),
            allow(Principal={"AWS": SESSION}),
            allow(Principal={"AWS": "arn:aws:iam::111122223333:user/other"}),
            allow(Principal={"AWS": ["arn:aws:iam::999988887777:root"]}),
            allow(Principal={"Service": "*"}),
            allow(Effect="Maybe"),
            allow(Action=["lambda:Invoke?unction", "sts:Assume*", "secretsmanager:*", "sqs:SendM*"]),
            allow(Resource=[ROLE, triggers.SECRET_ARN, triggers.QUEUE_ARN, triggers.FUNCTION_ARN]),
            {"Effect": "Allow", "Principal": "*", "Action": "*", "NotResource": "arn:aws:s3:::other"},
            {"Effect": "Allow", "Principal": "*", "Action": "*", "NotResource": "*"},
            when("Null", "aws:PrincipalOrgID", "true"),
            when("Null", "aws:PrincipalAccount", "false"),
            when("StringNotEquals", "aws:PrincipalOrgID", "o-other"),
            when("StringEqualsIfExists", "aws:PrincipalOrgID", "o-other"),
            when("ForAnyValue:StringNotEquals", "aws:PrincipalOrgPaths", "o-other/*"),
            when("ForAllValues:StringLike", "aws:PrincipalOrgPaths", "o-other/*"),
            when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*"),
            when("ArnNotLike", "aws:PrincipalArn", ROLE),
            when("StringEqualsIgnoreCase", "aws:RequestedRegion", "US-EAST-1"),
            when("StringNotEquals", "aws:SourceVpc", "vpc-1", "vpc-2"),
            when("StringEquals", "aws:SourceVpc", "${aws:PrincipalTag/vpc}"),
            when("NumericLessThan", "aws:MultiFactorAuthAge", 1),
            when("StringEquals", "aws:PrincipalTag/team", "orders"),
            when("Bool", "aws:SecureTransport", True),
        )
    ),
    json.dumps({"Statement": allow()}),
    "no policy at all",
    json.dumps({"Version": "2012-10-17"}),
)


@pytest.mark.parametrize("number", range(len(RARE_POLICIES)))
def test_the_law_holds_under_every_policy(number: int) -> None:
    """On the endpoints of all services, in use and with private DNS off."""
    scenario = healthy()
    for service in ("lambda", "sts", "secretsmanager", "sqs"):
        scenario.change(endpoint_id(service), PolicyDocument=RARE_POLICIES[number])
    assert tally_of(scenario.document(), {}).total() == len(DIAGNOSES)
    scenario.change(endpoint_id("sts"), PrivateDnsEnabled=False)
    assert tally_of(scenario.document(), {}).total() == len(DIAGNOSES)


def test_the_law_holds_where_the_execution_role_is_not_read() -> None:
    """Narrowed policies name roles."""
    scenario = healthy().absent("lambda:GetFunctionConfiguration", triggers.FUNCTION_ARN)
    for service in ("lambda", "sts", "secretsmanager", "sqs"):
        policy = json.dumps({"Statement": [allow(Principal={"AWS": ROLE})]})
        scenario.change(endpoint_id(service), PolicyDocument=policy)
    assert tally_of(scenario.document(), {}).total() == len(DIAGNOSES)


# Brokers


def msk(change: Callable[[Json, Scenario], object]) -> Scenario:
    """An MSK trigger whose group is closed, its cluster changed, its bootstrap strings not read."""
    scenario = healthy_msk().ingress("msk").absent("kafka:GetBootstrapBrokers", triggers.CLUSTER_ARN)
    change(scenario.item(triggers.CLUSTER_ARN)["Provisioned"], scenario)
    return scenario


def authenticating(iam: bool | None, encryption: str | None) -> Callable[[Json, Scenario], object]:
    """How the cluster's clients authenticate."""

    def change(provisioned: Json, _: Scenario) -> None:
        sasl = {"Sasl": {"Iam": {"Enabled": iam}}}
        provisioned["ClientAuthentication"] = sasl if iam is not None else {}
        transit = {"EncryptionInTransit": {"ClientBroker": encryption}} if encryption else {}
        provisioned["EncryptionInfo"] = transit

    return change


def with_a_secret(kind: str) -> Callable[[Json, Scenario], object]:
    """A secret decides the listener."""
    return lambda _, scenario: scenario.with_secret(kind)


def without_nodes(_: Json, scenario: Scenario) -> None:
    """The nodes were not read."""
    scenario.absent("kafka:ListNodes", triggers.CLUSTER_ARN)


def without_an_address(_: Json, scenario: Scenario) -> None:
    """A node that tells none."""
    nodes = scenario.responses["kafka:ListNodes"][triggers.CLUSTER_ARN]["NodeInfoList"]
    nodes[0]["BrokerNodeInfo"].pop("ClientVpcIpAddress")


def with_other_nodes(_: Json, scenario: Scenario) -> None:
    """Controllers are none of a poller's."""
    nodes = scenario.responses["kafka:ListNodes"][triggers.CLUSTER_ARN]["NodeInfoList"]
    nodes[:] = [{"NodeType": "CONTROLLER"}]


def connection(**fields: Any) -> Scenario:
    """A VPC connection whose group is closed, with other fields."""
    scenario = healthy_vpc_connection().ingress("msk").egress("msk", permission(443, cidrs=["10.0.0.0/8"]))
    scenario.responses["kafka:DescribeVpcConnection"][triggers.VPC_CONNECTION_ARN].update(fields)
    return scenario


def instance(scenario: Scenario) -> Scenario:
    """A broker that is named as an instance."""
    scenario.change(interface_id("broker-a"), Attachment={"InstanceId": "i-0123456789abcdef0"})
    return scenario.bootstrap_servers("i-0123456789abcdef0.ec2.internal:9092")


def own_name(scenario: Scenario, *values: str) -> Scenario:
    """A broker named in a private hosted zone, by way of another name."""
    records: list[Json] = [
        {"Name": "kafka.internal.", "Type": "CNAME", "ResourceRecords": [{"Value": "Brokers.internal."}]},
        {"Name": "\\052.internal.", "Type": "A", "ResourceRecords": [{"Value": each} for each in values]},
    ]
    add_zone(scenario, "ZKAFKA", "internal.", records)
    return scenario.bootstrap_servers("kafka.internal:9092")


def dns_off(scenario: Scenario) -> Scenario:
    """A VPC that resolves no names."""
    scenario.responses["ec2:DescribeVpcAttribute"][vpc_id()] = shapes.vpc_attributes(support=False)
    return scenario


BROKERS: tuple[Callable[[], Scenario], ...] = (
    *(
        (lambda iam=iam, encryption=encryption: msk(authenticating(iam, encryption)))
        for iam in (True, False, None)
        for encryption in ("TLS", "TLS_PLAINTEXT", "PLAINTEXT", None)
    ),
    *(
        (lambda kind=kind: msk(with_a_secret(kind)))
        for kind in ("CLIENT_CERTIFICATE_TLS_AUTH", "SASL_SCRAM_512_AUTH", "SERVER_ROOT_CA_CERTIFICATE")
    ),
    lambda: msk(without_nodes),
    lambda: msk(without_an_address),
    lambda: msk(with_other_nodes),
    lambda: connection(Authentication="TLS"),
    lambda: connection(Authentication="SASL_SCRAM"),
    lambda: connection(Authentication=""),
    lambda: connection(TargetClusterArn="arn:aws:kafka:us-east-1:444455556666:cluster/none/1"),
    lambda: connection(SecurityGroups=[]),
    lambda: connection(State="INACTIVE"),
    lambda: connection(State="REJECTED", Authentication="TLS"),
    lambda: connection(State="UPDATING"),
    lambda: healthy().ingress("broker").bootstrap_servers("10.0.0.132"),
    lambda: healthy().ingress("broker").bootstrap_servers("10.0.0.132:kafka"),
    lambda: healthy().ingress("broker").bootstrap_servers(" 10.0.0.132:9092, 10.0.0.148:9094"),
    lambda: healthy().ingress("broker").bootstrap_servers("ip-10-0-0-132.ec2.internal:9092"),
    lambda: healthy().ingress("broker").bootstrap_servers("ip-10-0-0-9.ec2.internal:9092"),
    lambda: instance(healthy().ingress("broker")),
    lambda: own_name(healthy().ingress("broker"), "10.0.0.132", "10.0.0.148"),
    lambda: own_name(healthy().ingress("broker")),
    lambda: dns_off(own_name(healthy().ingress("broker"), "10.0.0.132")),
    lambda: healthy().ingress("broker").trigger_groups(),
    lambda: healthy().mapping(
        SourceAccessConfigurations=[
            *healthy().trigger["SourceAccessConfigurations"],
            {"Type": "IAM_OAUTHBEARER_AUTH", "URI": "arn:aws:iam::111122223333:role/x"},
        ]
    ),
)


@pytest.mark.parametrize("build", BROKERS)
def test_the_law_holds_for_every_kind_of_broker(build: Callable[[], Scenario]) -> None:
    """Listeners, names and nodes, read and not."""
    assert tally_of(build().document(), {}).total() == len(DIAGNOSES)


# Names of services


def each_zone(records: Callable[[str], list[Json]]) -> Callable[[Organization], object]:
    """Other records in the zone of every service."""

    def change(organization: Organization) -> None:
        for service in SERVICES:
            organization.zone(service, records(service))

    return change


def numbers(organization: Organization, service: str) -> list[str]:
    """The addresses of a service's endpoint."""
    interfaces = organization.hub.item(endpoint_id(service))["NetworkInterfaceIds"]
    return [organization.hub.item(each)["PrivateIpAddress"] for each in interfaces]


def by_addresses(organization: Organization) -> None:
    """Zones that answer the endpoints' addresses."""
    for service in SERVICES:
        organization.zone(service, [addresses(dns_name(service), *numbers(organization, service))])


def by_one_address(organization: Organization) -> None:
    """Zones that answer one of them."""
    for service in SERVICES:
        organization.zone(service, [addresses(dns_name(service), numbers(organization, service)[0])])


def by_profile_endpoints(organization: Organization) -> None:
    """A Profile that holds the endpoints themselves."""
    for service in SERVICES:
        organization.without_zone(service)
    arns = [f"arn:aws:ec2:us-east-1:999988887777:vpc-endpoint/{endpoint_id(each)}" for each in SERVICES]
    organization.profile(*arns)


def by_an_unknown_profile_endpoint(organization: Organization) -> None:
    """A Profile that holds an endpoint which nobody lists."""
    organization.without_zone("sts")
    organization.profile(f"arn:aws:ec2:us-east-1:999988887777:vpc-endpoint/{endpoint_id('gone')}")


def own_resolvers(organization: Organization) -> None:
    """The spoke's VPC names resolvers that are not Amazon's."""
    options = shapes.dhcp_options("own", ["10.0.0.53"])
    organization.spoke.add("ec2:DescribeDhcpOptions", options)
    organization.spoke.change(vpc_id(), DhcpOptionsId=identify("dopt", "own"))


NAMES: tuple[Callable[[Organization], object], ...] = (
    by_addresses,
    by_one_address,
    by_profile_endpoints,
    by_an_unknown_profile_endpoint,
    own_resolvers,
    each_zone(lambda _: []),
    each_zone(lambda service: [addresses(dns_name(service), "10.0.0.9")]),
    each_zone(lambda service: [addresses(dns_name(service), "10.7.7.7")]),
    each_zone(lambda service: [addresses(dns_name(service), "10.1.0.4", "10.7.7.7")]),
    each_zone(lambda service: [alias(dns_name(service), endpoint_name("lambda"))]),
    each_zone(lambda service: [alias(dns_name(service), "proxy.example.com")]),
    each_zone(lambda service: [alias(dns_name(service), endpoint_name("gone"))]),
    each_zone(lambda service: [alias(dns_name(service), endpoint_name(service, "-us-east-1a"))]),
    each_zone(
        lambda service: [
            alias(dns_name(service), endpoint_name(service, "-us-east-1a")) | {"SetIdentifier": "a"},
            alias(dns_name(service), endpoint_name(service, "-us-east-1b")) | {"SetIdentifier": "b"},
        ]
    ),
    lambda each: each.hub.change(endpoint_id("sts"), VpcEndpointType="GatewayLoadBalancer"),
    lambda each: each.hub.change(endpoint_id("sts"), NetworkInterfaceIds=[]),
)


@pytest.mark.parametrize("change", NAMES)
def test_the_law_holds_however_names_lead_to_endpoints(change: Callable[[Organization], object]) -> None:
    """Private hosted zones and Profiles, over a peering."""
    organization = central_endpoints().peered()
    change(organization)
    assert tally_of(in_one_account(organization), {}).total() == len(DIAGNOSES)


# Routes


def inactive_peering() -> Scenario:
    """A broker beyond a peering that is gone."""
    peering = gateways.peering("main", "10.0.0.0/24", "10.9.0.0/24") | {"Status": {"Code": "deleted"}}
    scenario = healthy().add("ec2:DescribeVpcPeeringConnections", peering).egress("trigger")
    scenario.route("private", "10.9.0.0/24", VpcPeeringConnectionId=peering["VpcPeeringConnectionId"])
    return scenario.bootstrap_servers("10.9.0.5:9092")


def half_associated() -> Scenario:
    """A route table whose association failed, so that the main table serves."""
    scenario = healthy().ingress("broker")
    for association in scenario.item(shapes.route_table_id("private"))["Associations"]:
        association["AssociationState"] = {"State": "failed"}
    return scenario


def listed_route(*, read: bool) -> Scenario:
    """A route by a prefix list that leads a broker away."""
    scenario = healthy().ingress("broker").prefix_list("away", "10.9.0.0/24", read=read)
    scenario.route("private", shapes.prefix_list_id("away"), TransitGatewayId=identify("tgw", "main"))
    return scenario.bootstrap_servers("10.9.0.5:9092", "10.0.0.132:9092")


@pytest.mark.parametrize(
    "build",
    [
        inactive_peering,
        half_associated,
        lambda: listed_route(read=True),
        lambda: listed_route(read=False),
        lambda: healthy().group("closed").change(endpoint_id("sts"), NetworkInterfaceIds=[], State="pending"),
        lambda: healthy().change(endpoint_id("sts"), NetworkInterfaceIds=[], SubnetIds=[], State="pending"),
        lambda: healthy().ingress("endpoint").change(endpoint_id("sts"), NetworkInterfaceIds=[]),
        lambda: healthy().change(group_id("endpoint"), VpcId="vpc-0shared").ingress("endpoint"),
    ],
)
def test_the_law_holds_on_odd_routes_and_endpoints(build: Callable[[], Scenario]) -> None:
    """Each of them is an answer that AWS may give."""
    assert tally_of(build().document(), {}).total() == len(DIAGNOSES)
