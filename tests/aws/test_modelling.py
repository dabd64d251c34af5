"""One network from any number of snapshots: whose word counts, and what is merged."""

from __future__ import annotations

import copy

import pytest

from kafka_trigger_guard.aws.modelling.network import model
from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.network.network import Network
from tests.networks.healthy import healthy
from tests.networks.judging import reasons
from tests.networks.organization import HUB_ACCOUNT, HUBS_TABLE, SPOKES_TABLE, Organization, central_endpoints
from tests.networks.shapes import ACCOUNT, Json, vpc_id


def network(*documents: Json) -> Network:
    return model([from_document(each) for each in documents])[0]


def test_no_snapshot_is_an_empty_network() -> None:
    """Nothing was read, so nothing is known."""
    assert network().parts.scopes == frozenset()


def test_every_snapshot_s_triggers_come_back_in_order() -> None:
    """One tuple for each snapshot."""
    _, triggers = model([from_document(each) for each in central_endpoints().documents()])
    assert [len(found) for found in triggers] == [1, 0]


def test_an_owner_s_word_wins_over_a_participant_s_in_any_order() -> None:
    """Both list a shared VPC, but only the owner sees all of it."""
    owner, participant = healthy().document(), healthy().document()
    participant["account"] = HUB_ACCOUNT
    participant["responses"]["ec2:DescribeVpcs"]["Vpcs"][0]["CidrBlockAssociationSet"] = []
    participant["responses"]["ec2:DescribeVpcs"]["Vpcs"][0]["CidrBlock"] = "10.9.0.0/16"
    for order in ((owner, participant), (participant, owner)):
        found = network(*order).parts.vpcs[vpc_id()]
        assert (found.account, found.blocks) == (ACCOUNT, network(owner).parts.vpcs[vpc_id()].blocks)


def test_an_attachment_is_one_from_what_both_accounts_and_both_calls_tell() -> None:
    """The association from the gateway's owner, the subnets from either."""
    organization: Organization = central_endpoints().over_transit()
    documents = organization.documents()
    for order in (documents, documents[::-1]):
        attachments = {a.resource_id: a for a in network(*order).parts.transit_attachments}
        assert len(attachments) == 2
        spoke, hub = attachments[vpc_id()], attachments[vpc_id("hub")]
        assert (spoke.route_table_id, hub.route_table_id) == (SPOKES_TABLE, HUBS_TABLE)
        assert (spoke.account, spoke.transit_gateway_account) == (ACCOUNT, HUB_ACCOUNT)
        assert (len(spoke.subnet_ids or ()), len(hub.subnet_ids or ())) == (3, 2)


def test_a_participant_alone_does_not_know_the_association() -> None:
    """Only the gateway's owner sees it; its absence there means that there is none."""
    documents = central_endpoints().over_transit().documents()
    (alone,) = network(documents[0]).parts.transit_attachments
    assert (alone.association_known, alone.route_table_id) == (False, None)


def test_gaps_belong_to_the_account_that_left_them() -> None:
    """What one account refused is no doubt about another's answer."""
    organization = central_endpoints().peered()
    organization.hub.not_collected("ec2:DescribeNatGateways")
    found = network(*organization.documents())
    assert found.gap(HUB_ACCOUNT, "us-east-1", "ec2:DescribeNatGateways") is not None
    assert found.gap(ACCOUNT, "us-east-1", "ec2:DescribeNatGateways") is None
    doubt = found.gap("123456789012", "us-east-1", "ec2:DescribeNatGateways")
    assert doubt is not None
    assert "123456789012" in doubt.text


def test_operations_that_the_format_does_not_know_are_ignored() -> None:
    """A newer collector may record more."""
    document = healthy().document()
    document["responses"]["ec2:DescribeFlowLogs"] = {"FlowLogs": "anything"}
    assert reasons([document]) == reasons(healthy())


@pytest.mark.parametrize(
    "operation", ["kafka:ListClustersV2", "ec2:DescribeVpcPeeringConnections", "ec2:DescribeTransitGateways"]
)
def test_what_no_finding_depends_on_may_be_absent(operation: str) -> None:
    """Absent, refused or malformed: the self-managed trigger at home is decided as usual."""
    usual, document = reasons(healthy()), healthy().document()
    for answer in (None, {}, "none", {"x": [1]}):
        changed = copy.deepcopy(document)
        if answer is None:
            del changed["responses"][operation]
        else:
            changed["responses"][operation] = answer
        assert reasons([changed]) == usual
