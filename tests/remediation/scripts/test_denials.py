"""Reads that are denied: what the document's role lacks ends it, what others keep to themselves does not."""

from __future__ import annotations

import pytest

from remediation.scripts.diagnosis import Decision
from tests.networks import triggers
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy, healthy_msk, healthy_vpc_connection
from tests.networks.shapes import permission, prefix_list_id, vpc_id
from tests.networks.vary_endpoints import add_zone
from tests.remediation.scripts.asking import ask, permissions, refused

_ROLE = "arn:aws:iam::111122223333:role/repairs/Own-Role"
_OWNER = "444455556666"
_LACKED = "User: x is not authorized to perform: y because no identity-based policy allows the y action"
_KEPT = "User: x is not authorized to access this resource"


def denied(network: Scenario, call: str, message: str, code: str = "AccessDenied") -> Scenario:
    """The network, of which one call is denied."""
    network.responses.pop(call, None)
    network.errors[call] = {"code": code, "message": message}
    return network


@pytest.mark.parametrize(
    ("rule", "call"),
    [
        ("sts", "ec2:DescribeSubnets"),
        ("sts", "ec2:DescribeNetworkAcls"),
        ("sts", "ec2:DescribeDhcpOptions"),
        ("sts", "ec2:DescribeNetworkInterfaces"),
        ("sts", "route53:ListHostedZonesByVPC"),
        ("sts", "route53resolver:ListResolverEndpoints"),
        ("egress", "ec2:DescribeVpcEndpoints"),
        ("endpoint_ingress", "ec2:DescribeNetworkInterfaces"),
        ("broker_access", "ec2:DescribeRouteTables"),
    ],
)
@pytest.mark.parametrize("message", [_LACKED, _KEPT])
def test_an_action_that_the_role_lacks_ends_a_repair_that_would_go_on(
    rule: str, call: str, message: str
) -> None:
    """Whatever AWS says of the reason: these calls concern nothing of other accounts."""
    broken = healthy().egress("trigger").ingress("broker").ingress("endpoint").without_endpoint("sts")
    sentence = refused(ask(rule, denied(broken, call, message), AutomationAssumeRole=_ROLE))
    assert sentence == (
        f"{call} (AccessDenied) is denied to the role Own-Role: whoever manages it must give it this action, "
        "or lift what denies it."
    )


def test_the_quotas_prefix_is_iams() -> None:
    sentence = refused(
        ask("egress", denied(healthy().egress("trigger"), "servicequotas:GetServiceQuota", _LACKED))
    )
    assert sentence.startswith("servicequotas:GetServiceQuota (AccessDenied)")


@pytest.mark.parametrize("rule", ["egress", "broker_access"])
def test_the_listeners_of_an_own_cluster_are_not_guessed(rule: str) -> None:
    broken = denied(healthy_msk().egress("msk"), "kafka:GetBootstrapBrokers", _KEPT, "ForbiddenException")
    assert "kafka:GetBootstrapBrokers (ForbiddenException)" in refused(ask(rule, broken))


def at_anothers_cluster(message: str) -> Scenario:
    """A trigger of a VPC connection to a cluster over there, whose bootstrap servers are denied."""
    network = healthy_vpc_connection().without_endpoint("sts")
    return denied_of(network, "kafka:GetBootstrapBrokers", triggers.OTHER_CLUSTER_ARN, message)


def denied_of(network: Scenario, call: str, key: str, message: str) -> Scenario:
    """The network, of which one call for one object is denied."""
    network.responses.get(call, {}).pop(key, None)
    network.errors[f"{call} {key}"] = {"code": "AccessDenied", "message": message}
    return network


def test_what_a_cluster_of_another_account_keeps_to_itself_does_not_stop_the_endpoint() -> None:
    kept = "User: x is not authorized because no resource-based policy allows the action"
    assert ask("sts", at_anothers_cluster(kept)).decision is Decision.APPLY
    assert "the role" not in refused(ask("egress", at_anothers_cluster(kept).egress("msk")))


def test_what_the_role_lacks_for_a_cluster_of_another_account_is_told() -> None:
    sentence = refused(ask("egress", at_anothers_cluster(_LACKED).egress("msk")))
    assert "kafka:GetBootstrapBrokers (AccessDenied) is denied to the role" in sentence


def named_in_anothers_zone(message: str) -> Scenario:
    """A broker named in a private zone of which the records are denied; nobody is let out."""
    network = healthy().egress("trigger").bootstrap_servers("broker.kafka.internal:9092")
    add_zone(network, "ZTHEIRS", "kafka.internal.", [])
    return denied_of(network, "route53:ListResourceRecordSets", "ZTHEIRS", message)


def test_a_zone_of_another_account_is_a_doubt_where_it_matters_only() -> None:
    assert "ZTHEIRS" in refused(ask("egress", named_in_anothers_zone(_KEPT)))
    without_sts = named_in_anothers_zone(_KEPT).without_endpoint("sts")
    assert ask("sts", without_sts).decision is Decision.APPLY
    assert "is denied to the role" in refused(ask("egress", named_in_anothers_zone(_LACKED)))


def admitting_anothers_list(message: str) -> Scenario:
    """The brokers' group admits a prefix list whose entries are denied, and nobody else."""
    network = healthy().prefix_list("theirs", read=False)
    network.ingress("broker", permission(9092, prefix_lists=[prefix_list_id("theirs")]))
    return denied_of(network, "ec2:GetManagedPrefixListEntries", prefix_list_id("theirs"), message)


def test_entries_of_anothers_prefix_list_are_a_doubt_where_they_matter_only() -> None:
    assert "the role" not in refused(ask("broker_access", admitting_anothers_list(_KEPT)))
    assert permissions(ask("egress", admitting_anothers_list(_KEPT).egress("trigger")))
    assert "is denied to the role" in refused(ask("broker_access", admitting_anothers_list(_LACKED)))


def test_the_zones_of_a_shared_vpc_are_its_owners_to_tell() -> None:
    """The trigger's rule is a matter of its owner; the brokers' rule asks no zone."""
    shared = denied(
        healthy().bootstrap_servers("broker.kafka.internal:9092"), "route53:ListHostedZonesByVPC", _KEPT
    )
    shared.change(vpc_id(), OwnerId=_OWNER)
    assert "the role" not in refused(ask("broker_access", shared))
