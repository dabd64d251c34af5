"""Variations of the trigger, its source and its brokers."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.networks.builder import Scenario
from tests.networks.shapes import group_id, interface_id, permission, private_name, route_table_id, subnet_id
from tests.networks.vary_endpoints import add_zone
from tests.networks.vary_routes import lead_elsewhere


def _is_self_managed(scenario: Scenario) -> bool:
    return "SelfManagedEventSource" in scenario.trigger


def _is_in_vpc(scenario: Scenario) -> bool:
    kinds = {each["Type"] for each in scenario.trigger["SourceAccessConfigurations"]}
    return "VPC_SUBNET" in kinds


def poll_in_provisioned_mode(draw: st.DrawFn, scenario: Scenario) -> None:
    found = draw(st.sampled_from(({"MinimumPollers": 1}, {"MinimumPollers": 2}, {}, None)))
    scenario.mapping(ProvisionedPollerConfig=found)


def change_the_state(draw: st.DrawFn, scenario: Scenario) -> None:
    scenario.mapping(
        State=draw(st.sampled_from(("Disabled", "Disabling", "Deleting", "Creating", "Updating", "Enabling")))
    )


def leave_the_vpc(draw: st.DrawFn, scenario: Scenario) -> None:
    if _is_self_managed(scenario):
        servers = draw(
            st.sampled_from((["b-1.example.com:9092", "b-2.example.com:9092"], ["203.0.113.7:9092"]))
        )
        scenario.without_vpc().bootstrap_servers(*servers)


def lose_the_source(draw: st.DrawFn, scenario: Scenario) -> None:
    """The cluster, a trigger subnet or the trigger's group is gone."""
    clusters = [each["ClusterArn"] for each in scenario.items("kafka:ListClustersV2")]
    found = [*clusters, *clusters, group_id(scenario.trigger_group), subnet_id("trigger-a")]
    scenario.remove(draw(st.sampled_from(found)))


def lose_a_broker(draw: st.DrawFn, scenario: Scenario) -> None:
    """The interface of a broker is gone."""
    found = [
        each["NetworkInterfaceId"]
        for each in scenario.items("ec2:DescribeNetworkInterfaces")
        if each["NetworkInterfaceId"]
        in {interface_id(f"broker-{name}") for name in ("a", "b", "c", "1", "2", "3")}
    ]
    for each in draw(st.lists(st.sampled_from(found), min_size=1, unique=True)) if found else []:
        scenario.remove(each)


def use_few_brokers(draw: st.DrawFn, scenario: Scenario) -> None:
    if _is_self_managed(scenario) and _is_in_vpc(scenario):
        servers = (
            ["10.0.0.132:9092"],
            ["10.0.0.132:9092", "10.0.0.132:9093"],
            ["10.0.0.132:9092", "10.0.0.148:9092"],
        )
        scenario.bootstrap_servers(*draw(st.sampled_from(servers)))
    for cluster in scenario.items("kafka:ListClustersV2"):
        if "Provisioned" in cluster:
            cluster["Provisioned"]["NumberOfBrokerNodes"] = draw(st.sampled_from((1, 2)))


def use_one_zone(draw: st.DrawFn, scenario: Scenario) -> None:
    """All trigger subnets, or all broker subnets, in one zone."""
    prefix = draw(st.sampled_from(("trigger", "broker")))
    for zone in "abc":
        try:
            item = scenario.item(subnet_id(f"{prefix}-{zone}"))
        except KeyError:
            continue
        item |= {"AvailabilityZone": "us-east-1a", "AvailabilityZoneId": "use1-az1"}
        for each in scenario.items("ec2:DescribeNetworkInterfaces"):
            if each["SubnetId"] == item["SubnetId"]:
                each["AvailabilityZone"] = "us-east-1a"


def poll_from_fewer_subnets(draw: st.DrawFn, scenario: Scenario) -> None:
    if _is_self_managed(scenario) and _is_in_vpc(scenario):
        names = draw(st.sampled_from((["trigger-a"], ["trigger-b", "trigger-a"])))
        scenario.trigger_subnets(*names)


def name_the_brokers(draw: st.DrawFn, scenario: Scenario) -> None:
    """EC2 private names, names of a private hosted zone, and names that nothing resolves."""
    if not (_is_self_managed(scenario) and _is_in_vpc(scenario)):
        return
    names = {
        "ec2": private_name("10.0.0.132"),
        "zone": "kafka.internal",
        "unknown": "kafka.example.com",
        "address": "10.0.0.164",
    }
    chosen = draw(st.lists(st.sampled_from(sorted(names)), min_size=1, max_size=3, unique=True))
    scenario.bootstrap_servers(*(f"{names[each]}:9092" for each in chosen))
    values = draw(st.sampled_from((["10.0.0.148"], ["10.0.0.148", "10.0.0.164"])))
    record = {
        "Name": "kafka.internal.",
        "Type": "A",
        "TTL": 60,
        "ResourceRecords": [{"Value": each} for each in values],
    }
    add_zone(scenario, "ZKAFKA", "internal.", [record])


def name_brokers_that_nothing_resolves(draw: st.DrawFn, scenario: Scenario) -> None:
    if _is_self_managed(scenario) and _is_in_vpc(scenario):
        scenario.bootstrap_servers(
            *draw(st.sampled_from((["b.example.com:9092"], ["b.example.com:9092", "10.0.0.148:9092"])))
        )


def move_a_broker_outside(draw: st.DrawFn, scenario: Scenario) -> None:
    """A broker whose address lies in no VPC that was read, with or without a route to it."""
    has_nat = bool(scenario.items("ec2:DescribeNatGateways"))
    if has_nat or not (_is_self_managed(scenario) and _is_in_vpc(scenario)):
        return
    outside = draw(st.sampled_from(("192.168.7.5:9092", "81.2.69.7:9092")))
    scenario.bootstrap_servers("10.0.0.132:9092", "10.0.0.148:9092", outside)
    if draw(st.integers(0, 2)):
        lead_elsewhere(draw, scenario, "private", f"{outside.rsplit('.', 1)[0]}.0/24")
        if draw(st.integers(0, 2)) == 0:
            scenario.item(route_table_id("private"))["Routes"][-1]["State"] = "blackhole"


def put_something_else_at_a_broker(draw: st.DrawFn, scenario: Scenario) -> None:
    """A load balancer's or NAT gateway's interface, which carries no groups; or a secondary address."""
    if not (_is_self_managed(scenario) and _is_in_vpc(scenario)):
        return
    broker = interface_id("broker-c")
    try:
        scenario.item(broker)
    except KeyError:
        return
    match draw(
        st.sampled_from(("network_load_balancer", "nat_gateway", "natGateway", "secondary", "prefix"))
    ):
        case "secondary":
            extra = {"Primary": False, "PrivateIpAddress": "10.0.0.170"}
            scenario.item(broker)["PrivateIpAddresses"].append(extra)
            scenario.bootstrap_servers("10.0.0.132:9092", "10.0.0.148:9092", "10.0.0.170:9092")
        case "prefix":
            scenario.change(broker, Ipv4Prefixes=[{"Ipv4Prefix": "10.0.0.168/29"}])
            scenario.bootstrap_servers("10.0.0.132:9092", "10.0.0.148:9092", "10.0.0.171:9092")
        case kind:
            scenario.change(broker, InterfaceType=kind, Groups=[])


def give_the_broker_several_groups(draw: st.DrawFn, scenario: Scenario) -> None:
    if not _is_self_managed(scenario):
        return
    peers = draw(st.sampled_from((["10.0.0.0/24"], ["10.0.0.0/28"], ["10.1.0.0/16"])))
    scenario.group("second-broker", ingress=[permission((9000, 9100), cidrs=peers)])
    groups = [{"GroupId": group_id(each), "GroupName": each} for each in ("broker", "second-broker")]
    for each in scenario.items("ec2:DescribeNetworkInterfaces"):
        if each["NetworkInterfaceId"] == interface_id("broker-a"):
            each["Groups"] = groups


def change_the_secret(draw: st.DrawFn, scenario: Scenario) -> None:
    scenario.without_secret()
    kinds = ("BASIC_AUTH", "SASL_SCRAM_512_AUTH", "SERVER_ROOT_CA_CERTIFICATE")
    kind = draw(st.sampled_from((*kinds, None)))
    if kind:
        scenario.with_secret(kind)


def drop_the_destination(draw: st.DrawFn, scenario: Scenario) -> None:
    scenario.mapping(DestinationConfig=draw(st.sampled_from(({"OnFailure": {}}, {}, None))))


def leave_the_cluster_without_groups(draw: st.DrawFn, scenario: Scenario) -> None:
    """An empty group list of an MSK cluster means the VPC's default group."""
    for cluster in scenario.items("kafka:ListClustersV2"):
        if "Provisioned" in cluster:
            cluster["Provisioned"]["BrokerNodeGroupInfo"]["SecurityGroups"] = []
            for number in "123":
                default = [{"GroupId": group_id("default"), "GroupName": "default"}]
                for each in scenario.items("ec2:DescribeNetworkInterfaces"):
                    if each["NetworkInterfaceId"] == interface_id(f"broker-{number}"):
                        each["Groups"] = default
    if draw(st.booleans()):
        scenario.ingress("endpoint", permission(443, cidrs=["10.0.0.0/24"]))


def share_the_subnets(draw: st.DrawFn, scenario: Scenario) -> None:
    """A shared VPC: the participant sees no endpoints, routes or ACLs, and only its own interfaces."""
    owner = draw(st.sampled_from(("999988887777", "123456789012")))
    for operation in (
        "ec2:DescribeVpcEndpoints",
        "ec2:DescribeRouteTables",
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeNatGateways",
    ):
        scenario.items(operation).clear()
    for operation in ("ec2:DescribeSubnets", "ec2:DescribeVpcs"):
        for each in scenario.items(operation):
            each["OwnerId"] = owner


VARIATIONS = (
    poll_in_provisioned_mode,
    poll_in_provisioned_mode,
    change_the_state,
    change_the_state,
    leave_the_vpc,
    leave_the_vpc,
    lose_a_broker,
    lose_a_broker,
    use_few_brokers,
    use_one_zone,
    poll_from_fewer_subnets,
    name_the_brokers,
    name_the_brokers,
    name_brokers_that_nothing_resolves,
    move_a_broker_outside,
    put_something_else_at_a_broker,
    give_the_broker_several_groups,
    change_the_secret,
    drop_the_destination,
    leave_the_cluster_without_groups,
    lose_the_source,
    share_the_subnets,
    share_the_subnets,
)
