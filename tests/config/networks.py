"""Canned accounts from the hand-written networks, and what is read of them."""

import json
from copy import deepcopy
from typing import Any

from tests.aws.canned_aws import LISTS, CannedAws
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy, healthy_msk
from tests.networks.shapes import Json, group_id, nat_gateway_id, permission, subnet_id, vpc_id
from tests.networks.triggers import UUID, mapping, self_managed_source

NAT = nat_gateway_id()
TRIGGER_GROUP = group_id("trigger")
OWN_VPC, OTHER_VPC = vpc_id("main"), vpc_id("other")
OTHER_UUID = "7a1b6a4e-0000-4000-8000-000000000002"


def canned(document: Json) -> CannedAws:
    """A canned account from a snapshot document."""
    aws = CannedAws()
    for operation, response in deepcopy(document)["responses"].items():
        if operation in LISTS and LISTS[operation] in response:
            aws.items[operation] = response[LISTS[operation]]
        elif operation == "ec2:DescribeVpcBlockPublicAccessOptions":
            aws.answers[operation] = {"": response}
        else:
            aws.answers[operation] = response
    return aws


def behind_nat() -> Scenario:
    """A trigger with a NAT gateway and no endpoint."""
    scenario = healthy().nat()
    for service in ("lambda", "sts", "secretsmanager", "sqs"):
        scenario.without_endpoint(service)
    return scenario


def in_two_vpcs() -> Scenario:
    """The trigger behind NAT, and one of another function in another VPC that reaches nothing at all."""
    scenario = behind_nat().vpc("other", "10.1.0.0/24").subnet("other-a", "10.1.0.0/28", "a", "other")
    scenario.group("other", egress=[permission(cidrs=["0.0.0.0/0"])], vpc_name="other")
    source = self_managed_source(["10.1.0.9:9092"], [subnet_id("other-a")], [group_id("other")])
    function = mapping()["FunctionArn"].replace(":orders", ":payments")
    other: dict[str, Any] = {**mapping(OTHER_UUID), **source, "FunctionArn": function}
    return scenario.add("lambda:ListEventSourceMappings", other)


def without_triggers() -> Scenario:
    """An account in which every trigger was deleted."""
    return behind_nat().remove(UUID)


def with_narrow_policy() -> Scenario:
    """A healthy trigger whose Secrets Manager endpoint admits one role only."""
    role = {"AWS": "arn:aws:iam::111122223333:role/orders-role"}
    allowed = {
        "Effect": "Allow",
        "Principal": role,
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
    }
    scenario = healthy()
    endpoint = next(
        e for e in scenario.items("ec2:DescribeVpcEndpoints") if "secretsmanager" in e["ServiceName"]
    )
    endpoint["PolicyDocument"] = json.dumps({"Statement": [allowed]})
    return scenario


SCENARIOS = {
    "healthy": healthy,
    "behind-nat": behind_nat,
    "msk": healthy_msk,
    "narrow-policy": with_narrow_policy,
}
