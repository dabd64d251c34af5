"""Specification of the number of AWS calls: it follows from networks and sources, not from triggers."""

import math
from collections import Counter

import pytest

from kafka_trigger_guard.aws.collect import collect
from tests.aws.accounts import add_vpc, endpoint, managed, self_managed
from tests.aws.canned_aws import ACCOUNT, REGION, CannedAws
from tests.conftest import Figure

TRIGGERS, VPCS, CLUSTERS = 1000, 50, 40
KINDS = {
    "ec2:DescribeSubnets": 1000,
    "ec2:DescribeRouteTables": 100,
    "ec2:DescribeVpcEndpoints": 1000,
    "ec2:DescribeVpcs": 1000,
    "ec2:DescribeNetworkAcls": 1000,
    "ec2:DescribeSecurityGroups": 1000,
    "ec2:DescribeNetworkInterfaces": 1000,
    "ec2:DescribeNatGateways": 1000,
    "ec2:DescribeInternetGateways": 1000,
    "ec2:DescribeDhcpOptions": 1000,
}
"""The kinds that every network has, and the items that AWS serves on one page."""


def large_account(triggers: int, *, served: int) -> CannedAws:
    """Triggers spread over 50 VPCs, half of self-managed Kafka and half of 40 MSK clusters.

    The first `served` VPCs have endpoints for all services, so that hosted zones do not matter there.
    """
    aws = CannedAws()
    nat = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "active"}
    for vpc in range(VPCS):
        add_vpc(aws, f"vpc-{vpc}", nat)
    aws.items["ec2:DescribeDhcpOptions"] = [{"DhcpOptionsId": "dopt-1"}]
    aws.items["ec2:DescribeVpcEndpoints"] = [
        endpoint(f"vpc-{vpc}", service)
        for vpc in range(served)
        for service in ("lambda", "sts", "secretsmanager")
    ]
    arns = [f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/c{n}/{n}" for n in range(CLUSTERS)]
    aws.items["kafka:ListClustersV2"] = [
        {
            "ClusterArn": arn,
            "ClusterType": "PROVISIONED",
            "Provisioned": {"BrokerNodeGroupInfo": {"ClientSubnets": [f"subnet-vpc-{n}-a"]}},
        }
        for n, arn in enumerate(arns)
    ]
    aws.items["lambda:ListEventSourceMappings"] = [
        managed(n, arns[n // 2 % CLUSTERS])
        if n % 2
        else self_managed(n, [f"subnet-vpc-{n // 2 % VPCS}-{'abc'[n % 3]}"], [f"10.0.1.{n % 200}:9092"])
        for n in range(triggers)
    ]
    groups = (
        {"GroupId": f"sg-trigger-{n}", "GroupName": f"t{n}", "VpcId": f"vpc-{n % VPCS}"}
        for n in range(triggers)
    )
    aws.items["ec2:DescribeSecurityGroups"] += groups
    return aws


def budget(aws: CannedAws, *, triggers: int, unserved: int) -> dict[str, int]:
    """The contract: the pages of the listings, one paged describe per kind, two per VPC and cluster.

    One more for each VPC whose hosted zones matter, and one that tells whose account it is.
    """
    listed = {"lambda:ListEventSourceMappings": math.ceil(triggers / 100), "kafka:ListClustersV2": 1}
    kinds = {kind: max(1, math.ceil(len(aws.items.get(kind, [])) / page)) for kind, page in KINDS.items()}
    block_public_access = {
        "ec2:DescribeVpcBlockPublicAccessOptions": 1,
        "ec2:DescribeVpcBlockPublicAccessExclusions": 1,
    }
    per_vpc = {"ec2:DescribeVpcAttribute": 2 * VPCS}
    per_cluster = {"kafka:GetBootstrapBrokers": CLUSTERS, "kafka:ListNodes": CLUSTERS}
    names = {"route53:ListHostedZonesByVPC": unserved, "route53profiles:ListProfileAssociations": 1}
    whose = {"sts:GetCallerIdentity": 1}
    return whose | listed | kinds | block_public_access | per_vpc | per_cluster | (names if unserved else {})


@pytest.mark.parametrize("served", [0, 40, 50])
def test_a_thousand_triggers_in_fifty_vpcs_are_read_within_the_budget(served: int, figure: Figure) -> None:
    aws, calls = large_account(TRIGGERS, served=served), Counter[str]()
    snapshot = collect(aws.session(), REGION, progress=lambda operation: calls.update([operation]))
    assert snapshot.errors == {}
    assert len(snapshot.responses["lambda:ListEventSourceMappings"]["EventSourceMappings"]) == TRIGGERS
    network = f"{TRIGGERS} triggers, {VPCS} VPCs ({served} with endpoints), {CLUSTERS} clusters"
    figure(f"{network}: {calls.total()} API calls")
    assert calls == budget(aws, triggers=TRIGGERS, unserved=VPCS - served)
    assert calls == Counter(aws.attempts)


def test_ten_times_the_triggers_cost_only_the_pages_that_list_them() -> None:
    few, many = large_account(100, served=50), large_account(1000, served=50)
    for aws in (few, many):
        collect(aws.session(), REGION)
    more = Counter(many.attempts) - Counter(few.attempts)
    assert more == {"lambda:ListEventSourceMappings": 9, "ec2:DescribeSecurityGroups": 1}
