"""What may go wrong at any hop of an organization: each fault changes one thing, wherever it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.networks.corpora_estate import Estate, identifier_of
from tests.networks.corpora_shapes import Json, admit, entry, route_item, tgw_route

Draw = Callable[[st.SearchStrategy[Any]], Any]
Fault = Callable[[Estate, Draw], None]
BLOCKS = (
    "10.1.0.0/16",
    "10.1.1.0/24",
    "10.1.2.128/25",
    "10.1.255.0/24",
    "10.2.0.0/16",
    "10.2.0.0/24",
    "10.2.1.8/29",
    "10.3.0.0/16",
    "10.3.1.0/24",
    "10.3.0.20/32",
    "10.0.0.0/8",
    "100.64.0.0/24",
    "10.2.77.0/24",
    "0.0.0.0/0",
)
PORTS = (None, (443, 443), (9094, 9094), (1024, 4999), (1024, 65535), (32768, 61000))


def _one(draw: Draw, things: list[Any]) -> Any:
    return draw(st.sampled_from(things)) if things else None


def _names(estate: Estate, operation: str) -> list[str]:
    own = identifier_of(operation)
    return sorted({each[own] for each in estate.all(operation)})


def _routes(estate: Estate) -> list[tuple[Json, Json]]:
    """Every route that somebody wrote, with its table."""
    return [
        (table, route)
        for table in estate.all("DescribeRouteTables")
        for route in table["Routes"]
        if route.get("GatewayId") != "local"
    ]


def _tables(estate: Estate) -> list[tuple[str, Json]]:
    """Every transit gateway route table: its gateway's name and what a search of it answers."""
    return [
        ("far" if name == "tgw-rtb-all" else "org", answer)
        for account in estate.accounts.values()
        for name, answer in account.get("ec2:SearchTransitGatewayRoutes", {}).items()
    ]


def _seen_by_all(estate: Estate, operation: str, draw: Draw) -> list[Json]:
    """One object, as every account that sees it lists it."""
    name = _one(draw, _names(estate, operation))
    return estate.found(operation, name) if name else []


# -- the routes of VPCs ---------------------------------------------------------------------------------


def route_is_missing(estate: Estate, draw: Draw) -> None:
    found = _one(draw, _routes(estate))
    if found:
        found[0]["Routes"].remove(found[1])


def route_is_a_blackhole(estate: Estate, draw: Draw) -> None:
    found = _one(draw, _routes(estate))
    if found:
        found[1]["State"] = "blackhole"


def route_is_too_narrow(estate: Estate, draw: Draw) -> None:
    found = _one(draw, [pair for pair in _routes(estate) if "DestinationCidrBlock" in pair[1]])
    if found:
        found[1]["DestinationCidrBlock"] = found[1]["DestinationCidrBlock"].replace(".0.0/16", ".0.0/24")


def route_leads_elsewhere(estate: Estate, draw: Draw) -> None:
    """A further route, to the target of some other route of the VPC, or to an internet gateway."""
    table = _one(draw, estate.all("DescribeRouteTables"))
    keys = ("TransitGatewayId", "VpcPeeringConnectionId")
    vpc = table["VpcId"]
    own = [r for t, r in _routes(estate) if t["VpcId"] == vpc]
    targets = sorted({r[key] for r in own for key in keys if key in r} | {"igw-1"})
    written = {each.get("DestinationCidrBlock") for each in table["Routes"]}
    block = draw(st.sampled_from([each for each in BLOCKS if each not in written]))
    if not _inside_own(table, block):
        table["Routes"].append(route_item(block, draw(st.sampled_from(targets))))


def _inside_own(table: Json, block: str) -> bool:
    """AWS lets nothing more specific than `local` lead to a gateway. vpc/latest/userguide/VPC_Route_Tables"""
    own = [each["DestinationCidrBlock"] for each in table["Routes"] if each.get("GatewayId") == "local"]
    return any(block.startswith(each.removesuffix(".0.0/16") + ".") for each in own)


def subnet_has_a_table_of_its_own(estate: Estate, draw: Draw) -> None:
    """With local routes only, or with what its VPC's main table has."""
    subnet = _one(draw, estate.all("DescribeSubnets"))
    name = subnet["VpcId"].removeprefix("vpc-")
    own = f"own-{subnet['SubnetId']}"
    if estate.found("DescribeRouteTables", f"rtb-{own}"):
        return
    estate.table(own, name, subnet["SubnetId"].removeprefix("subnet-"))
    if draw(st.booleans()):
        (main,) = estate.found("DescribeRouteTables", f"rtb-{name}")
        (made,) = estate.found("DescribeRouteTables", f"rtb-{own}")
        made["Routes"] = [dict(each) for each in main["Routes"]]


# -- transit gateways and peerings ----------------------------------------------------------------------


def transit_route_is_missing(estate: Estate, draw: Draw) -> None:
    found = _one(draw, [routes for _, table in _tables(estate) if (routes := table["Routes"])])
    if found:
        found.remove(draw(st.sampled_from(found)))


def transit_route_is_a_blackhole(estate: Estate, draw: Draw) -> None:
    found = _one(draw, _tables(estate))
    kind, block = draw(st.sampled_from(["static", "propagated"])), draw(st.sampled_from(BLOCKS))
    if found and not any(_same(each, block, kind) for each in found[1]["Routes"]):
        found[1]["Routes"].append(tgw_route(block, "", "vpc", "", kind, False))


def transit_route_leads_elsewhere(estate: Estate, draw: Draw) -> None:
    found = _one(draw, _tables(estate))
    attached = _names(estate, "DescribeTransitGatewayVpcAttachments")
    kind, block = draw(st.sampled_from(["static", "propagated"])), draw(st.sampled_from(BLOCKS))
    here = [each for each in attached if found and each.startswith(f"tgw-attach-{found[0]}-")]
    if found and here and not any(_same(each, block, kind) for each in found[1]["Routes"]):
        name = draw(st.sampled_from(here))
        vpc = f"vpc-{name.rpartition('-')[2]}"
        found[1]["Routes"].append(tgw_route(block, name, "vpc", vpc, kind, True))


def _same(route: Json, block: str, kind: str) -> bool:
    return bool(route["DestinationCidrBlock"] == block and route["Type"] == kind)


def attachment_is_in_no_table(estate: Estate, draw: Draw) -> None:
    for each in _seen_by_all(estate, "DescribeTransitGatewayAttachments", draw):
        each.pop("Association", None)


def attachment_is_in_another_table(estate: Estate, draw: Draw) -> None:
    table = draw(st.sampled_from(["spokes", "shared"]))
    for each in _seen_by_all(estate, "DescribeTransitGatewayAttachments", draw):
        if "Association" in each and each["TransitGatewayId"] == "tgw-org":
            each["Association"]["TransitGatewayRouteTableId"] = f"tgw-rtb-{table}"


def attachment_lacks_a_zone(estate: Estate, draw: Draw) -> None:
    keep = draw(st.integers(0, 1))
    for each in _seen_by_all(estate, "DescribeTransitGatewayVpcAttachments", draw):
        each["SubnetIds"] = each["SubnetIds"][keep:][:1] or each["SubnetIds"]


def attachment_is_not_available(estate: Estate, draw: Draw) -> None:
    name = _one(draw, _names(estate, "DescribeTransitGatewayAttachments"))
    state = draw(st.sampled_from(["pendingAcceptance", "deleting", "failed"]))
    for operation in ("DescribeTransitGatewayAttachments", "DescribeTransitGatewayVpcAttachments"):
        for each in estate.found(operation, name) if name else []:
            each["State"] = state


def references_are_off(estate: Estate, draw: Draw) -> None:
    operation = draw(st.sampled_from(["DescribeTransitGateways", "DescribeTransitGatewayVpcAttachments"]))
    for each in _seen_by_all(estate, operation, draw):
        each["Options"]["SecurityGroupReferencingSupport"] = "disable"


def peering_is_not_active(estate: Estate, draw: Draw) -> None:
    state = draw(st.sampled_from(["pending-acceptance", "deleted", "expired"]))
    for each in _seen_by_all(estate, "DescribeVpcPeeringConnections", draw):
        each["Status"] = {"Code": state}


# -- filters --------------------------------------------------------------------------------------------


def network_acl_denies(estate: Estate, draw: Draw) -> None:
    """An entry before all others, in an ACL of one subnet's own or in the one it shares."""
    subnet = _one(draw, estate.all("DescribeSubnets"))
    name = f"acl-own-{subnet['SubnetId']}"
    vpc = subnet["VpcId"].removeprefix("vpc-")
    if draw(st.booleans()) and not estate.found("DescribeNetworkAcls", name):
        estate.acl(name.removeprefix("acl-"), vpc, [subnet["SubnetId"].removeprefix("subnet-")])
    acls = estate.found("DescribeNetworkAcls", name) or estate.found("DescribeNetworkAcls", f"acl-{vpc}")
    number = draw(st.integers(1, 900))
    found = entry(
        number,
        draw(st.sampled_from(["deny", "deny", "allow"])),
        egress=draw(st.booleans()),
        cidr=draw(st.sampled_from(BLOCKS)),
        ports=draw(st.sampled_from(PORTS)),
    )
    taken = {(each["RuleNumber"], each["Egress"]) for each in acls[0]["Entries"]}
    if (number, found["Egress"]) not in taken:
        acls[0]["Entries"].append(found)


def group_is_too_narrow(estate: Estate, draw: Draw) -> None:
    (group,) = _seen_by_all(estate, "DescribeSecurityGroups", draw)
    side = "IpPermissionsEgress" if group["GroupName"] == "poller" else "IpPermissions"
    port = 443 if group["GroupName"] == "ends" else 9094
    port = draw(st.sampled_from([443, 9094])) if side == "IpPermissionsEgress" else port
    others = [each.removeprefix("sg-") for each in _names(estate, "DescribeSecurityGroups")]
    groups = draw(st.lists(st.sampled_from(others), max_size=1))
    blocks = draw(st.lists(st.sampled_from(BLOCKS[:-2]), max_size=2, unique=True))
    group[side] = [admit(port, *blocks, groups=groups)]
    if side == "IpPermissionsEgress" and draw(st.booleans()):
        group[side].append(admit(443 if port == 9094 else 9094, "10.0.0.0/8"))


# -- names and destinations -----------------------------------------------------------------------------


def zone_is_not_associated(estate: Estate, draw: Draw) -> None:
    answers = [
        answer["HostedZoneSummaries"]
        for account in estate.accounts.values()
        for answer in account.get("route53:ListHostedZonesByVPC", {}).values()
        if answer["HostedZoneSummaries"]
    ]
    found = _one(draw, answers)
    if found:
        found.remove(draw(st.sampled_from(found)))


def record_is_wrong(estate: Estate, draw: Draw) -> None:
    """Gone, or an address more, or none of the endpoint's."""
    sets = [
        answer["ResourceRecordSets"]
        for account in estate.accounts.values()
        for answer in account.get("route53:ListResourceRecordSets", {}).values()
    ]
    records = _one(draw, sets)
    found = [each for each in records or [] if each["Type"] == "A"]
    if not found:
        return
    target = draw(st.sampled_from(found))
    if "ResourceRecords" in target and draw(st.booleans()):
        target["ResourceRecords"].append({"Value": "10.2.0.99"})
    else:
        records.remove(target)


def endpoint_is_failed(estate: Estate, draw: Draw) -> None:
    for each in _seen_by_all(estate, "DescribeVpcEndpoints", draw):
        each["State"] = draw(st.sampled_from(["failed", "pendingAcceptance"]))


def dns_of_the_spoke_is_off(estate: Estate, draw: Draw) -> None:
    attribute = draw(st.sampled_from(["EnableDnsSupport", "EnableDnsHostnames"]))
    for account in estate.accounts:
        found = estate.keyed(account, "ec2:DescribeVpcAttribute").get("vpc-spoke")
        if found:
            found[attribute] = {"Value": False}


def broker_is_gone(estate: Estate, draw: Draw) -> None:
    brokers = [
        each for each in estate.all("DescribeNetworkInterfaces") if "broker" in each["NetworkInterfaceId"]
    ]
    gone = _one(draw, brokers)
    if gone:
        estate.items(gone["OwnerId"], "DescribeNetworkInterfaces").remove(gone)


def nat_gateway_is_no_use(estate: Estate, draw: Draw) -> None:
    for each in _seen_by_all(estate, "DescribeNatGateways", draw):
        each |= draw(st.sampled_from([{"State": "failed"}, {"ConnectivityType": "private"}]))


def internet_gateway_is_detached(estate: Estate, draw: Draw) -> None:
    for each in _seen_by_all(estate, "DescribeInternetGateways", draw):
        each["Attachments"] = []


FAULTS: tuple[Fault, ...] = (
    route_is_missing,
    route_is_a_blackhole,
    route_is_too_narrow,
    route_leads_elsewhere,
    subnet_has_a_table_of_its_own,
    transit_route_is_missing,
    transit_route_is_a_blackhole,
    transit_route_leads_elsewhere,
    attachment_is_in_no_table,
    attachment_is_in_another_table,
    attachment_lacks_a_zone,
    attachment_is_not_available,
    references_are_off,
    peering_is_not_active,
    network_acl_denies,
    group_is_too_narrow,
    zone_is_not_associated,
    record_is_wrong,
    endpoint_is_failed,
    dns_of_the_spoke_is_off,
    broker_is_gone,
    nat_gateway_is_no_use,
    internet_gateway_is_detached,
)
