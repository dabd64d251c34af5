"""What an operation that was not collected might have said: other contents for each, all of them possible."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

from tests.networks import shapes
from tests.networks.builder import COLLECTIONS
from tests.networks.shapes import Json

Change = Callable[[Json], None]

ABSENT_MEANS_THE_DEFAULT = ("ec2:DescribeDhcpOptions", "ec2:DescribeVpcBlockPublicAccessOptions")


def completions(document: Json, operation: str) -> Iterator[Json]:
    """The document as it is, and with other contents of one operation."""
    yield document
    for change in CHANGES.get(operation, ()):
        changed = copy.deepcopy(document)
        change(changed["responses"][operation])
        yield changed


def _nothing(operation: str) -> Change:
    def change(answer: Json) -> None:
        answer[COLLECTIONS[operation][0]] = []

    return change


def _each(operation: str, **fields: object) -> Change:
    def change(answer: Json) -> None:
        for item in answer[COLLECTIONS[operation][0]]:
            item.update(copy.deepcopy(fields))

    return change


def _only_local_routes(answer: Json) -> None:
    for table in answer["RouteTables"]:
        table["Routes"] = [each for each in table["Routes"] if each.get("GatewayId") == "local"]


def _a_dead_route_everywhere(answer: Json) -> None:
    for table in answer["RouteTables"]:
        dead = {"NetworkInterfaceId": shapes.interface_id("gone"), "State": "blackhole"}
        table["Routes"].append(shapes.route("10.0.0.0/25", **dead))


def _every_value(**fields: object) -> Change:
    def change(answers: Json) -> None:
        for key in answers:
            answers[key] = copy.deepcopy(fields)

    return change


def _without_the_first(operation: str) -> Change:
    def change(answer: Json) -> None:
        del answer[COLLECTIONS[operation][0]][:1]

    return change


CLOSED = shapes.closing_entries()
OPEN = [*shapes.open_entries(), *shapes.closing_entries()]
CHANGES: dict[str, tuple[Change, ...]] = {
    "ec2:DescribeNetworkAcls": (
        _each("ec2:DescribeNetworkAcls", Entries=CLOSED),
        _each("ec2:DescribeNetworkAcls", Entries=OPEN),
    ),
    "ec2:DescribeRouteTables": (_only_local_routes, _a_dead_route_everywhere),
    "ec2:DescribeNatGateways": (
        _nothing("ec2:DescribeNatGateways"),
        _each("ec2:DescribeNatGateways", State="failed"),
        _each("ec2:DescribeNatGateways", ConnectivityType="private"),
    ),
    "ec2:DescribeInternetGateways": (_nothing("ec2:DescribeInternetGateways"),),
    "ec2:DescribeVpcEndpoints": (
        _nothing("ec2:DescribeVpcEndpoints"),
        _each("ec2:DescribeVpcEndpoints", State="pending"),
        _each("ec2:DescribeVpcEndpoints", PrivateDnsEnabled=False),
    ),
    "ec2:DescribeVpcAttribute": (
        _every_value(**shapes.vpc_attributes(support=False)),
        _every_value(**shapes.vpc_attributes()),
    ),
    "ec2:DescribeNetworkInterfaces": (_without_the_first("ec2:DescribeNetworkInterfaces"),),
    "ec2:DescribeSecurityGroups": (
        _each("ec2:DescribeSecurityGroups", IpPermissions=[], IpPermissionsEgress=[]),
        _each(
            "ec2:DescribeSecurityGroups",
            IpPermissions=[shapes.permission(cidrs=["0.0.0.0/0"])],
            IpPermissionsEgress=[shapes.permission(cidrs=["0.0.0.0/0"])],
        ),
    ),
    "ec2:GetManagedPrefixListEntries": (
        _every_value(Entries=[]),
        _every_value(Entries=[{"Cidr": "0.0.0.0/0", "Description": ""}]),
    ),
    "ec2:DescribeVpcBlockPublicAccessExclusions": (_nothing("ec2:DescribeVpcBlockPublicAccessExclusions"),),
    "kafka:ListClustersV2": (_nothing("kafka:ListClustersV2"),),
    "kafka:ListNodes": (_every_value(NodeInfoList=[]),),
    "lambda:GetFunctionConfiguration": (_every_value(Role="arn:aws:iam::111122223333:role/other"),),
    "route53:ListHostedZonesByVPC": (_every_value(HostedZoneSummaries=[]),),
}
