"""Opening never closes, closing never opens."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.laws.engine import judgements
from tests.laws.profile import networks_tried
from tests.networks.builder import Scenario
from tests.networks.shapes import entry, group_id
from tests.networks.strategies import Network, networks
from tests.networks.transformations import items, with_lowest_deny, with_permission
from tests.networks.vary_filters import CIDRS, EPHEMERAL, permissions

RANK = {"NON_COMPLIANT": 0, "UNKNOWN": 1, "COMPLIANT": 2}
FOUR_ENDPOINTS = ("lambda", "sts", "secretsmanager", "destination")
ON_ENDPOINTS_AND_BROKERS = [
    *(f"kafka-trigger-{service}-endpoint" for service in FOUR_ENDPOINTS),
    "kafka-trigger-broker-access",
]


@networks_tried(300)
@given(networks(), st.data())
def test_adding_an_allow_to_a_group_never_closes_a_path(network: Network, data: st.DataObject) -> None:
    """No finding gets worse; a NAT instance's group is left out, because opening NAT is no improvement."""
    groups = sorted(
        each["GroupId"]
        for each in items(network.document, "ec2:DescribeSecurityGroups")
        if each["GroupId"] != group_id("nat")
    )
    if not groups:
        return
    group = data.draw(st.sampled_from(groups))
    side = data.draw(st.sampled_from(("IpPermissions", "IpPermissionsEgress")))
    added = data.draw(permissions(Scenario()))
    before = judgements(network.document, network.parameters)
    after = judgements(with_permission(network.document, group, side, added), network.parameters)
    worse = {
        rule: (before[key], after[key])
        for key in before
        for rule in [key[1]]
        if RANK.get(after[key][0], 3) < RANK.get(before[key][0], 3)
    }
    assert not worse, (network.made_of, group, side, added, worse)


@networks_tried(300)
@given(networks(), st.data())
def test_a_deny_at_the_lowest_acl_number_never_opens_a_path(network: Network, data: st.DataObject) -> None:
    """No finding of a rule that judges network ACLs gets better."""
    acls = sorted(each["NetworkAclId"] for each in items(network.document, "ec2:DescribeNetworkAcls"))
    if not acls:
        return
    acl = data.draw(st.sampled_from(acls))
    ports = data.draw(st.sampled_from((*EPHEMERAL, (443, 443), (9092, 9098), None)))
    added = entry(1, "deny", egress=data.draw(st.booleans()), cidr=data.draw(CIDRS), ports=ports)
    before = judgements(network.document, network.parameters)
    after = judgements(with_lowest_deny(network.document, acl, added), network.parameters)
    better = {
        key[1]: (before[key], after[key])
        for key in before
        if key[1] in ON_ENDPOINTS_AND_BROKERS and RANK.get(after[key][0], 3) > RANK.get(before[key][0], 3)
    }
    assert not better, (network.made_of, acl, added, better)
