"""Variations of security groups and network ACLs."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.networks import shapes
from tests.networks.builder import Scenario
from tests.networks.shapes import Json, entry, group_id, permission

SUBNETS = {
    "trigger-a": "10.0.0.0/28",
    "trigger-b": "10.0.0.16/28",
    "trigger-c": "10.0.0.32/28",
    "endpoint-a": "10.0.0.64/28",
    "endpoint-b": "10.0.0.80/28",
    "broker-a": "10.0.0.128/28",
    "broker-b": "10.0.0.144/28",
    "broker-c": "10.0.0.160/28",
}
HALVES = ("10.0.0.0/29", "10.0.0.8/29", "10.0.0.64/30", "10.0.0.128/30", "10.0.0.0/25", "10.0.0.128/25")
WHOLE = ("10.0.0.0/24", "0.0.0.0/0", "10.0.0.0/8")
CIDRS = st.sampled_from((*SUBNETS.values(), *HALVES, *WHOLE, "10.0.0.68/32", "10.0.0.132/32"))
PORTS = st.sampled_from(
    (443, 9092, 9098, (0, 65535), (400, 500), (1024, 65535), (9092, 9098), (14001, 14100), (1, 442), None)
)
GROUPS = ("trigger", "endpoint", "broker", "msk", "default", "unrelated")


@st.composite
def permissions(draw: st.DrawFn, scenario: Scenario) -> Json:
    """One permission, from the useful to the pointless, with several peers of several kinds."""
    kind = draw(st.sampled_from(("cidr", "group", "both", "list", "ipv6", "stale", "udp")))
    found = permission(draw(PORTS))
    if kind == "udp":
        return permission((0, 65535), cidrs=["0.0.0.0/0"], protocol="udp")
    if kind == "ipv6":
        return permission(cidrs=["::/0"])
    if kind in ("cidr", "both"):
        found["IpRanges"] = [{"CidrIp": each} for each in draw(st.lists(CIDRS, min_size=1, max_size=3))]
    if kind in ("group", "both", "stale"):
        pairs = [
            {"GroupId": group_id(each), "UserId": shapes.ACCOUNT}
            for each in draw(st.lists(st.sampled_from(GROUPS), min_size=1, max_size=3, unique=True))
        ]
        if kind == "stale":
            for pair in pairs:
                pair |= {
                    "VpcPeeringConnectionId": shapes.identify("pcx", "gone"),
                    "PeeringStatus": "deleted",
                }
        found["UserIdGroupPairs"] = pairs
    if kind == "list":
        found["PrefixListIds"] = [{"PrefixListId": draw(prefix_lists(scenario))}]
    if found["IpProtocol"] == "tcp" and draw(st.booleans()):
        found["IpProtocol"] = "6"
    return found


@st.composite
def prefix_lists(draw: st.DrawFn, scenario: Scenario) -> str:
    """The id of a prefix list, read or not."""
    name = draw(st.sampled_from(("read", "unread")))
    listed = {each["PrefixListId"] for each in scenario.items("ec2:DescribeManagedPrefixLists")}
    if shapes.prefix_list_id(name) not in listed:
        cidrs = draw(st.lists(CIDRS, min_size=1, max_size=3, unique=True))
        scenario.prefix_list(name, *cidrs, read=name == "read")
    return shapes.prefix_list_id(name)


@st.composite
def useful_permissions(draw: st.DrawFn, port: int | tuple[int, int], group: str) -> Json:
    """One permission that opens a port to its proper peers, in one of the ways people write it."""
    kind = draw(st.sampled_from(("group", "vpc", "subnets", "everything", "all-ports")))
    whole = list(SUBNETS.values())
    return {
        "group": permission(port, groups=[group_id("unrelated"), group_id(group)]),
        "vpc": permission(port, cidrs=["10.0.0.0/24"]),
        "subnets": permission(port, cidrs=whole),
        "everything": permission(cidrs=["0.0.0.0/0"]),
        "all-ports": permission((0, 65535), cidrs=["10.0.0.0/25", "10.0.0.128/25"]),
    }[kind]


def _some(scenario: Scenario) -> st.SearchStrategy[list[Json]]:
    return st.lists(permissions(scenario), min_size=1, max_size=3)


def vary_trigger_egress(draw: st.DrawFn, scenario: Scenario) -> None:
    scenario.egress(scenario.trigger_group, *draw(_some(scenario)))


def close_trigger_egress(draw: st.DrawFn, scenario: Scenario) -> None:
    scenario.egress(
        scenario.trigger_group, *draw(st.sampled_from(([], [permission(80, cidrs=["0.0.0.0/0"])])))
    )


def restrict_trigger_egress(draw: st.DrawFn, scenario: Scenario) -> None:
    """Exactly what is needed, each in one of the usual ways."""
    broker = "msk" if scenario.trigger_group == "msk" else "broker"
    ports = (9092, 14100)
    scenario.egress(
        scenario.trigger_group,
        draw(useful_permissions(443, "endpoint")),
        draw(useful_permissions(ports, broker)),
    )


def vary_endpoint_ingress(draw: st.DrawFn, scenario: Scenario) -> None:
    scenario.ingress("endpoint", *draw(_some(scenario)))


def close_endpoint_ingress(draw: st.DrawFn, scenario: Scenario) -> None:
    closed = permission(443, groups=[group_id(draw(st.sampled_from(("unrelated", "default", "broker"))))])
    scenario.ingress("endpoint", closed)


def open_endpoint_ingress(draw: st.DrawFn, scenario: Scenario) -> None:
    scenario.ingress("endpoint", draw(useful_permissions(443, scenario.trigger_group)))


def vary_broker_ingress(draw: st.DrawFn, scenario: Scenario) -> None:
    name = "msk" if scenario.trigger_group == "msk" else "broker"
    scenario.ingress(name, *draw(_some(scenario)))


def close_broker_ingress(draw: st.DrawFn, scenario: Scenario) -> None:
    name = "msk" if scenario.trigger_group == "msk" else "broker"
    scenario.ingress(name, *draw(st.sampled_from(([], [permission(22, cidrs=["0.0.0.0/0"])]))))


def leave_a_prefix_list_unread(draw: st.DrawFn, scenario: Scenario) -> None:
    """A group that opens by nothing but a prefix list whose entries were not read."""
    scenario.prefix_list("secret", read=False)
    listed = permission((443, 14100), prefix_lists=[shapes.prefix_list_id("secret")])
    broker = "msk" if scenario.trigger_group == "msk" else "broker"
    match draw(st.sampled_from(("egress", "endpoint", "broker"))):
        case "egress":
            scenario.egress(scenario.trigger_group, listed)
        case "endpoint":
            scenario.ingress("endpoint", listed)
        case _:
            scenario.ingress(broker, listed)


def add_a_second_trigger_group(draw: st.DrawFn, scenario: Scenario) -> None:
    """The poller carries two groups, whose permissions are united."""
    scenario.group("second", egress=draw(_some(scenario)))
    if scenario.trigger_group == "trigger":
        scenario.trigger_groups("trigger", "second")


def use_the_default_group_for_endpoints(draw: st.DrawFn, scenario: Scenario) -> None:
    """Endpoints that were created without a group carry the VPC's default group."""
    default = [{"GroupId": group_id("default"), "GroupName": "default"}]
    listed = draw(st.sampled_from(([], default)))
    for endpoint in scenario.items("ec2:DescribeVpcEndpoints"):
        if endpoint["VpcEndpointType"] == "Interface":
            endpoint["Groups"] = list(listed)
            for identifier in endpoint["NetworkInterfaceIds"]:
                scenario.change(identifier, Groups=list(default))
    if draw(st.booleans()):
        scenario.ingress("default", draw(useful_permissions(443, scenario.trigger_group)))


EPHEMERAL = ((1024, 65535), (32768, 65535), (1024, 32767), (1024, 60999), (0, 65535))


@st.composite
def acl_entries(draw: st.DrawFn) -> list[Json]:
    """Entries around the usual ones: low-numbered denies, split ranges, other protocols, IPv6."""
    found = [
        entry(
            draw(st.sampled_from((10, 50, 90, 110, 200, 300))) + number,
            draw(st.sampled_from(("allow", "deny"))),
            egress=draw(st.booleans()),
            cidr=draw(CIDRS),
            ports=draw(st.sampled_from((*EPHEMERAL, (443, 443), (9092, 9098), (444, 2000), None))),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    if draw(st.booleans()):
        found.append(entry(20, "deny", egress=draw(st.booleans()), cidr="::/0"))
    if draw(st.booleans()):
        found.append(entry(21, "deny", egress=draw(st.booleans()), ports=(0, 65535), protocol="17"))
    return found


def vary_an_acl(draw: st.DrawFn, scenario: Scenario) -> None:
    subnets = draw(st.lists(st.sampled_from(sorted(SUBNETS)), min_size=1, max_size=3, unique=True))
    found = {each["SubnetId"] for each in scenario.items("ec2:DescribeSubnets")}
    there = [each for each in subnets if shapes.subnet_id(each) in found]
    opening = draw(st.sampled_from((shapes.open_entries(), shapes.open_entries(), shapes.open_entries(), [])))
    scenario.acl("own", [*draw(acl_entries()), *opening], there)


def vary_the_default_acl(draw: st.DrawFn, scenario: Scenario) -> None:
    scenario.acl_entry("default", *draw(acl_entries()))


def close_an_acl(draw: st.DrawFn, scenario: Scenario) -> None:
    """An ACL that names everything but the one leg that is missing."""
    side = draw(st.sampled_from(("trigger", "endpoint", "broker")))
    egress = draw(st.booleans())
    ports = draw(st.sampled_from(((443, 443), (1024, 65535), None)))
    names = [each for each in SUBNETS if each.startswith(side)]
    found = {each["SubnetId"] for each in scenario.items("ec2:DescribeSubnets")}
    entries = [entry(50, "deny", egress=egress, ports=ports), *shapes.open_entries()]
    scenario.acl("closed", entries, [each for each in names if shapes.subnet_id(each) in found])


def leave_return_ports_out(draw: st.DrawFn, scenario: Scenario) -> None:
    """The trigger subnets let only part of the ephemeral ports back in."""
    low, high = draw(st.sampled_from(((32768, 65535), (1024, 65534), (1025, 65535), (49152, 65535))))
    entries = [entry(100, "allow", egress=True), entry(100, "allow", egress=False, ports=(low, high))]
    found = {each["SubnetId"] for each in scenario.items("ec2:DescribeSubnets")}
    names = [each for each in SUBNETS if each.startswith("trigger")]
    scenario.acl("return", entries, [each for each in names if shapes.subnet_id(each) in found])


def forget_acl_associations(draw: st.DrawFn, scenario: Scenario) -> None:
    """A subnet without association uses the default ACL."""
    scenario.change(shapes.acl_id("default"), Associations=[])
    if draw(st.booleans()):
        scenario.acl_entry("default", entry(90, "deny", egress=draw(st.booleans()), cidr=draw(CIDRS)))


VARIATIONS = (
    vary_trigger_egress,
    vary_trigger_egress,
    close_trigger_egress,
    restrict_trigger_egress,
    vary_endpoint_ingress,
    vary_endpoint_ingress,
    close_endpoint_ingress,
    open_endpoint_ingress,
    vary_broker_ingress,
    vary_broker_ingress,
    close_broker_ingress,
    leave_a_prefix_list_unread,
    leave_a_prefix_list_unread,
    add_a_second_trigger_group,
    use_the_default_group_for_endpoints,
    vary_an_acl,
    vary_an_acl,
    vary_an_acl,
    vary_the_default_acl,
    close_an_acl,
    leave_return_ports_out,
    forget_acl_associations,
)
