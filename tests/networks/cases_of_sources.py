"""Hand-written networks about triggers, their sources and their brokers."""

from __future__ import annotations

from tests.networks import triggers
from tests.networks.builder import Scenario
from tests.networks.cases import (
    case,
    everywhere,
    healthy,
    healthy_msk,
    healthy_serverless,
    healthy_vpc_connection,
)
from tests.networks.shapes import (
    acl_id,
    entry,
    group_id,
    interface_id,
    open_entries,
    permission,
    private_name,
    subnet_id,
)
from tests.networks.vary_endpoints import add_zone

GONE = everywhere("source-missing")
PROVISIONED = {
    **dict.fromkeys(("lambda", "sts", "secretsmanager", "destination"), "provisioned-mode"),
    "endpoint_ingress": "provisioned-mode",
}
OUTSIDE = everywhere("not-in-vpc", but={"redundancy": "redundant"})


def _named(*hosts: str) -> Scenario:
    return healthy().bootstrap_servers(*(f"{host}:9092" for host in hosts))


def _in_a_zone(scenario: Scenario, *values: str) -> Scenario:
    records = [
        {
            "Name": "kafka.internal.",
            "Type": "A",
            "TTL": 60,
            "ResourceRecords": [{"Value": value} for value in values],
        }
    ]
    add_zone(scenario, "ZKAFKA", "internal.", records)
    return scenario


def _zone_of(scenario: Scenario, zone: str, *subnets: str) -> Scenario:
    for name in subnets:
        scenario.change(subnet_id(name), AvailabilityZone=f"us-east-1{zone}", AvailabilityZoneId="use1-az1")
    for each in scenario.items("ec2:DescribeNetworkInterfaces"):
        if each["SubnetId"] in {subnet_id(name) for name in subnets}:
            each["AvailabilityZone"] = f"us-east-1{zone}"
    return scenario


def _listener(kind: str) -> Scenario:
    return healthy().change(interface_id("broker-c"), InterfaceType=kind, Groups=[])


def _bare_ids() -> Scenario:
    scenario = healthy()
    for each in scenario.trigger["SourceAccessConfigurations"]:
        each["URI"] = each["URI"].removeprefix("subnet:").removeprefix("security_group:")
    return scenario


def _shared() -> Scenario:
    scenario = healthy()
    for operation in ("ec2:DescribeVpcEndpoints", "ec2:DescribeRouteTables", "ec2:DescribeNetworkAcls"):
        scenario.items(operation).clear()
    for each in scenario.items("ec2:DescribeSubnets") + scenario.items("ec2:DescribeVpcs"):
        each["OwnerId"] = "999988887777"
    return scenario


def _without_groups() -> Scenario:
    scenario = healthy_msk().ingress("endpoint", permission(443, groups=[group_id("default")]))
    cluster = scenario.item(triggers.CLUSTER_ARN)
    cluster["Provisioned"]["BrokerNodeGroupInfo"]["SecurityGroups"] = []
    for number in "123":
        groups = [{"GroupId": group_id("default"), "GroupName": "default"}]
        scenario.change(interface_id(f"broker-{number}"), Groups=groups)
    return scenario


def _closed_to(scenario: Scenario, port: int) -> Scenario:
    """An MSK cluster whose own group does not let one broker port in."""
    own = group_id("msk")
    return scenario.ingress(
        "msk", permission((1, port - 1), groups=[own]), permission((port + 1, 65535), groups=[own])
    )


def _disassociated() -> Scenario:
    """A broker in a CIDR that the VPC no longer has lies outside, where no route leads."""
    scenario = _named("10.0.0.132", "10.0.0.148", "10.9.0.5")
    block = {
        "AssociationId": "vpc-cidr-assoc-0a",
        "CidrBlock": "10.9.0.0/24",
        "CidrBlockState": {"State": "disassociated"},
    }
    scenario.items("ec2:DescribeVpcs")[0]["CidrBlockAssociationSet"].append(block)
    return scenario


TRIGGERS = (
    case("a healthy self-managed trigger", healthy),
    case("a healthy MSK trigger", healthy_msk, start=healthy_msk),
    case("a healthy MSK Serverless trigger", healthy_serverless, start=healthy_serverless),
    case("a healthy VPC connection", healthy_vpc_connection, start=healthy_vpc_connection),
    case("a disabled trigger", lambda: healthy().mapping(State="Disabled"), everywhere("disabled")),
    case("a disabling trigger", lambda: healthy().mapping(State="Disabling"), everywhere("disabled")),
    case(
        "a disabled trigger that is included",
        lambda: healthy().mapping(State="Disabled"),
        parameters={"IncludeDisabled": "true"},
    ),
    case("a trigger that is being created is judged", lambda: healthy().mapping(State="Creating")),
    case(
        "an exempt trigger",
        healthy,
        everywhere("exempt"),
        parameters={"Exempt": f"{triggers.UUID}@2999-12-31"},
    ),
    case("an exempt function", healthy, everywhere("exempt"), parameters={"Exempt": "orders@2999-12-31"}),
    case("an exemption that is over", healthy, parameters={"Exempt": f"{triggers.UUID}@2020-12-31"}),
    case(
        "an exemption comes before a disabled state",
        lambda: healthy().mapping(State="Disabled"),
        everywhere("exempt"),
        parameters={"Exempt": "orders@2999-12-31"},
    ),
    case("provisioned mode", lambda: healthy().provisioned(), PROVISIONED),
    case(
        "provisioned mode does not look at what endpoints need",
        lambda: (
            healthy()
            .provisioned()
            .without_endpoint("sts")
            .egress("trigger", permission(9092, groups=[group_id("broker")]))
        ),
        PROVISIONED,
    ),
    case(
        "an empty poller configuration is on-demand mode",
        lambda: healthy().mapping(ProvisionedPollerConfig={}),
    ),
    case(
        "a null poller configuration is on-demand mode",
        lambda: healthy().mapping(ProvisionedPollerConfig=None),
    ),
    case(
        "a trigger outside a VPC",
        lambda: healthy().without_vpc().bootstrap_servers("b-1.example.com:9092", "b-2.example.com:9092"),
        OUTSIDE,
    ),
    case(
        "a trigger outside a VPC with one address",
        lambda: healthy().without_vpc().bootstrap_servers("203.0.113.7:9092"),
        OUTSIDE | {"redundancy": "single-broker"},
    ),
    case("no secret", lambda: healthy().without_secret(), {"secretsmanager": "no-secret"}),
    case(
        "a secret counts whatever its type",
        lambda: healthy().without_secret().with_secret("SERVER_ROOT_CA_CERTIFICATE"),
    ),
    case("ids without prefixes", _bare_ids),
    case(
        "a shared VPC",
        _shared,
        everywhere("shared-vpc", but={"egress": "allowed", "redundancy": "redundant"}),
    ),
)

GONE_SOURCES = (
    case(
        "a deleted cluster",
        lambda: healthy_msk().remove(triggers.CLUSTER_ARN),
        GONE,
        start=healthy_msk,
        blocker=triggers.CLUSTER_ARN,
    ),
    case(
        "a deleted serverless cluster",
        lambda: healthy_serverless().remove(triggers.SERVERLESS_ARN),
        GONE,
        start=healthy_serverless,
        blocker=triggers.SERVERLESS_ARN,
    ),
    case(
        "a deleted trigger subnet",
        lambda: healthy().remove(subnet_id("trigger-b")),
        GONE,
        blocker=subnet_id("trigger-b"),
    ),
    case(
        "a deleted trigger group",
        lambda: healthy().remove(group_id("trigger")),
        GONE,
        blocker=group_id("trigger"),
    ),
)

BROKERS = (
    case(
        "a broker that is gone",
        lambda: healthy().remove(interface_id("broker-b")),
        {"broker_access": "broker-missing"},
    ),
    case(
        "an MSK broker that is gone",
        lambda: healthy_msk().remove(interface_id("broker-2")),
        {"broker_access": "broker-missing"},
        start=healthy_msk,
    ),
    case("a broker at a secondary address", lambda: _secondary()),
    case(
        "a broker in a prefix of an interface",
        lambda: _named("10.0.0.132", "10.0.0.171").change(
            interface_id("broker-c"), Ipv4Prefixes=[{"Ipv4Prefix": "10.0.0.168/29"}]
        ),
    ),
    case(
        "a load balancer in front of a broker is unknown",
        lambda: _listener("network_load_balancer"),
        {"broker_access": "not-modelled"},
    ),
    case(
        "a NAT gateway at a broker's address refuses",
        lambda: _listener("nat_gateway"),
        {"broker_access": "broker-ingress-denied"},
    ),
    case(
        "a NAT gateway may be spelled in the words of the model",
        lambda: _listener("natGateway"),
        {"broker_access": "broker-ingress-denied"},
    ),
    case(
        "brokers by EC2 private names", lambda: _named(private_name("10.0.0.132"), private_name("10.0.0.148"))
    ),
    case(
        "a name of a hosted zone with several addresses",
        lambda: _in_a_zone(_named("kafka.internal"), "10.0.0.132", "10.0.0.148"),
    ),
    case(
        "a name of a hosted zone with one address",
        lambda: _in_a_zone(_named("kafka.internal"), "10.0.0.132"),
        {"redundancy": "single-broker"},
    ),
    case(
        "a name of a hosted zone that leads to one closed broker of two",
        lambda: _in_a_zone(_named("kafka.internal"), "10.0.0.132", "10.0.0.148").change(
            interface_id("broker-b"), Groups=[{"GroupId": group_id("default"), "GroupName": "default"}]
        ),
        {"broker_access": "partial"},
        blocker=group_id("default"),
    ),
    case(
        "one name that does not resolve",
        lambda: _named("kafka.example.com"),
        {"broker_access": "broker-unresolved", "redundancy": "broker-unresolved"},
    ),
    case(
        "two names that do not resolve are two brokers",
        lambda: _named("b-1.example.com", "b-2.example.com"),
        {"broker_access": "broker-unresolved"},
    ),
    case(
        "a closed broker beside a name that does not resolve",
        lambda: _named("kafka.example.com", "10.0.0.132", "10.0.0.148").ingress("broker"),
        {"broker_access": "broker-ingress-denied"},
        blocker=group_id("broker"),
    ),
    case("a disassociated CIDR is not the VPC's", _disassociated, {"broker_access": "no-route"}),
    case(
        "MSK with IAM uses port 9098",
        lambda: _closed_to(healthy_msk(), 9098),
        {"broker_access": "broker-ingress-denied"},
        start=healthy_msk,
        blocker=group_id("msk"),
    ),
    case("MSK with IAM does not use port 9096", lambda: _closed_to(healthy_msk(), 9096), start=healthy_msk),
    case(
        "MSK with a SCRAM secret uses port 9096",
        lambda: _closed_to(healthy_msk().with_secret().endpoint("secretsmanager"), 9096),
        {"secretsmanager": "endpoint", "broker_access": "broker-ingress-denied"},
        start=healthy_msk,
        blocker=group_id("msk"),
    ),
    case(
        "MSK Serverless uses port 9098",
        lambda: _closed_to(healthy_serverless(), 9098),
        {"broker_access": "broker-ingress-denied"},
        start=healthy_serverless,
        blocker=group_id("msk"),
    ),
    case(
        "a VPC connection uses the ports of its bootstrap string",
        lambda: _closed_to(healthy_vpc_connection(), 14002),
        {"broker_access": "broker-ingress-denied"},
        start=healthy_vpc_connection,
        blocker=group_id("msk"),
    ),
    case(
        "a VPC connection does not use other ports",
        lambda: _closed_to(healthy_vpc_connection(), 14004),
        start=healthy_vpc_connection,
    ),
    case("MSK without groups carries the default group", _without_groups, start=healthy_msk),
    case(
        "MSK subnets whose ACL separates them",
        lambda: healthy_msk().acl(
            "own", [entry(90, "deny", egress=False, cidr="10.0.0.16/28"), *open_entries()], ["trigger-a"]
        ),
        {"broker_access": "partial", "lambda": "endpoint", "sts": "endpoint"},
        start=healthy_msk,
        blocker=acl_id("own"),
    ),
)

REDUNDANCY = (
    case("a single broker", lambda: _named("10.0.0.132"), {"redundancy": "single-broker"}),
    case(
        "one broker on two ports is a single broker",
        lambda: (
            healthy()
            .bootstrap_servers("10.0.0.132:9092", "10.0.0.132:9093")
            .ingress("broker", permission((9092, 9093), groups=[group_id("trigger")]))
        ),
        {"redundancy": "single-broker"},
    ),
    case(
        "two brokers where three are wanted",
        lambda: _named("10.0.0.132", "10.0.0.148"),
        {"redundancy": "single-broker"},
        parameters={"MinimumBrokers": "3"},
    ),
    case(
        "a single broker where one is enough",
        lambda: _named("10.0.0.132"),
        parameters={"MinimumBrokers": "1", "MinimumZones": "1"},
    ),
    case(
        "trigger subnets in one zone",
        lambda: healthy().trigger_subnets("trigger-a"),
        {"redundancy": "single-zone"},
    ),
    case(
        "brokers in one zone",
        lambda: _zone_of(healthy(), "a", "broker-a", "broker-b", "broker-c"),
        {"redundancy": "single-zone"},
    ),
    case(
        "two zones where three are wanted",
        lambda: healthy().trigger_subnets("trigger-a", "trigger-b"),
        {"redundancy": "single-zone"},
        parameters={"MinimumZones": "3"},
    ),
    case("MSK with one broker", lambda: _one_node(), {"redundancy": "single-broker"}, start=healthy_msk),
)


def _secondary() -> Scenario:
    scenario = _named("10.0.0.132", "10.0.0.170")
    extra = {"Primary": False, "PrivateIpAddress": "10.0.0.170"}
    scenario.item(interface_id("broker-c"))["PrivateIpAddresses"].append(extra)
    return scenario


def _one_node() -> Scenario:
    scenario = healthy_msk()
    scenario.item(triggers.CLUSTER_ARN)["Provisioned"]["NumberOfBrokerNodes"] = 1
    return scenario


CASES = (*TRIGGERS, *GONE_SOURCES, *BROKERS, *REDUNDANCY)
