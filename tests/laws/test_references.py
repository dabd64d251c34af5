"""A group reference equals the /32 of the one interface that carries the group."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.laws.engine import judgements
from tests.laws.profile import networks_tried
from tests.networks.shapes import Json, group_id, permission, security_group
from tests.networks.strategies import VARIATIONS, Network, networks
from tests.networks.transformations import items, with_permission
from tests.networks.vary_routes import insert_an_appliance

WITHOUT_APPLIANCES = tuple(each for each in VARIATIONS if each is not insert_an_appliance)


def with_a_group_of_its_own(document: Json, interface: str) -> Json:
    """The document in which one more group is carried by exactly one interface."""
    for each in document["responses"]["ec2:DescribeNetworkInterfaces"]["NetworkInterfaces"]:
        if each["NetworkInterfaceId"] == interface:
            each["Groups"] = [*each["Groups"], {"GroupId": group_id("solo"), "GroupName": "solo"}]
    items(document, "ec2:DescribeSecurityGroups").append(security_group("solo"))
    return document


@networks_tried(300)
@given(networks(variations=WITHOUT_APPLIANCES), st.data())
def test_a_reference_equals_the_single_address_of_its_only_member(
    network: Network, data: st.DataObject
) -> None:
    """In any group's egress, a reference to a one-member group and that member's /32 say the same."""
    document = network.copy()
    interfaces = [
        each
        for each in document["responses"]["ec2:DescribeNetworkInterfaces"]["NetworkInterfaces"]
        if each["Groups"] and len(each.get("PrivateIpAddresses", [1])) == 1 and not each.get("Ipv4Prefixes")
    ]
    groups = sorted(each["GroupId"] for each in items(document, "ec2:DescribeSecurityGroups"))
    if not interfaces or not groups:
        return
    member = data.draw(st.sampled_from(interfaces))
    document = with_a_group_of_its_own(document, member["NetworkInterfaceId"])
    ports = data.draw(st.sampled_from((443, (9000, 14100), None)))
    by_group = permission(ports, groups=[group_id("solo")])
    by_address = permission(ports, cidrs=[f"{member['PrivateIpAddress']}/32"])
    for group in groups:
        one = with_permission(document, group, "IpPermissionsEgress", by_group)
        other = with_permission(document, group, "IpPermissionsEgress", by_address)
        assert judgements(one, network.parameters) == judgements(other, network.parameters), (
            network.made_of,
            group,
            member["NetworkInterfaceId"],
        )
