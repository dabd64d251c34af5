"""Organizations of many accounts: spokes with a trigger each, one network account, and accounts without any.

All spokes use the central endpoints of the network account over its transit gateway, as `central_endpoints()`
has it for one spoke; here each spoke has ids and addresses of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from typing import Any

from tests.aws.canned_organization import CannedOrganization
from tests.networks.builder import VPC_CIDR
from tests.networks.organization import HUBS_TABLE, Organization, attachment_id, central_endpoints
from tests.networks.shapes import ACCOUNT, REGION, Json, group_id, route_table_id, vpc_id

_ID = re.compile(r"(?<![-\w])(vpc|subnet|sg|eni|rtb|acl|rtbassoc|aclassoc|tgw-attach)-[0-9a-f]{17}\b")
_ANY_ID = re.compile(
    r"\b(vpc|vpce|subnet|sg|eni|rtb|acl|rtbassoc|aclassoc|tgw-attach|tgw-rtb|tgw)-[0-9a-f]{17}\b"
)


def spoke_account(number: int) -> str:
    """The account of a spoke."""
    return f"1{number:011}"


def fleet(spokes: int, idle: int, *regions: str) -> CannedOrganization:
    """So many accounts with a trigger, the network account, and so many accounts without trigger."""
    canned = CannedOrganization()
    for region in regions or (REGION,):
        canned.add(*(in_region(document, region) for document in documents(spokes)))
    return canned.join(*(f"3{number:011}" for number in range(idle)))


def documents(spokes: int) -> list[Json]:
    """The snapshots of the spokes, then the network account's."""
    organization = central_endpoints().over_transit()
    spoke = organization.spoke.document()
    return [*(_as_spoke(n, spoke) for n in range(spokes)), _hub(organization, spokes)]


def in_region(document: Json, region: str) -> Json:
    """The same account elsewhere: ids differ from Region to Region."""
    if region == REGION:
        return document
    text = json.dumps(document).replace(REGION, region).replace('"Z0', f'"Z0{region.upper()}')
    found: Json = json.loads(_ANY_ID.sub(lambda match: _renamed(match[0], match[1], region), text))
    return found


def _hub(organization: Organization, spokes: int) -> Json:
    """The network account with every spoke attached, routed to, and let in."""
    document = organization.hub_document()
    answers = document["responses"]
    for operation, name in (
        ("ec2:DescribeTransitGatewayAttachments", "TransitGatewayAttachments"),
        ("ec2:DescribeTransitGatewayVpcAttachments", "TransitGatewayVpcAttachments"),
    ):
        answers[operation][name] = _each(spokes, answers[operation][name], attachment_id("main"))
    routes = answers["ec2:SearchTransitGatewayRoutes"][HUBS_TABLE]
    routes["Routes"] = _each(spokes, routes["Routes"], VPC_CIDR)
    for table in answers["ec2:DescribeRouteTables"]["RouteTables"]:
        if table["RouteTableId"] == route_table_id("main-hub"):
            table["Routes"] = _each(spokes, table["Routes"], VPC_CIDR)
    for group in answers["ec2:DescribeSecurityGroups"]["SecurityGroups"]:
        if group["GroupId"] == group_id("hub-endpoint"):
            (permission,) = group["IpPermissions"]
            permission["IpRanges"] = _each(spokes, permission["IpRanges"], VPC_CIDR)
    assert vpc_id() not in json.dumps(document)
    return document


def _each(spokes: int, items: list[Any], marker: str) -> list[Any]:
    """What is about the one spoke, once for each; all else as it is."""
    own = [item for item in items if marker in json.dumps(item)]
    assert own, f"nothing is about {marker}"
    others = [item for item in items if item not in own]
    return [*others, *(_as_spoke(n, item) for n in range(spokes) for item in own)]


def _as_spoke(number: int, value: Any) -> Any:
    text = json.dumps(value).replace(ACCOUNT, spoke_account(number))
    text = text.replace("10.0.0.", f"10.{100 + number // 200}.{number % 200}.")
    return json.loads(_ID.sub(lambda match: _renamed(match[0], match[1], str(number)), text))


@cache
def _renamed(identifier: str, kind: str, salt: str) -> str:
    return f"{kind}-{hashlib.sha256(f'{identifier} {salt}'.encode()).hexdigest()[:17]}"
