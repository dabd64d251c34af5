"""One network and its triggers from any number of snapshots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, TypeVar

from kafka_trigger_guard.aws.modelling import dns, gateways, kafka
from kafka_trigger_guard.aws.modelling import vpc as vpcs
from kafka_trigger_guard.aws.modelling.reading import Reader
from kafka_trigger_guard.aws.snapshot import Snapshot
from kafka_trigger_guard.network.model import (
    BlockPublicAccess,
    HostedZone,
    Parts,
    Peering,
    PrefixList,
    Profile,
    Record,
    TransitAttachment,
    TransitRouteTable,
)
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.triggers.resolve import resolve
from kafka_trigger_guard.triggers.trigger import Trigger


class _Owned(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def account(self) -> str: ...


O = TypeVar("O", bound=_Owned)  # noqa: E741


@dataclass
class _Draft:
    """Parts while they are put together; what an owner's snapshot says wins over a participant's."""

    parts: dict[str, dict[Any, Any]] = field(default_factory=dict)

    def add(self, kind: str, items: Iterable[O], account: str) -> None:
        known = self.parts.setdefault(kind, {})
        for item in items:
            if item.id not in known or item.account == account:
                known[item.id] = item

    def put(self, kind: str, key: object, value: object) -> None:
        self.parts.setdefault(kind, {}).setdefault(key, value)

    def unite(self, kind: str, key: object, items: tuple[object, ...]) -> None:
        """Add to what other accounts told: each sees its own part."""
        known = self.parts.setdefault(kind, {})
        known[key] = tuple(dict.fromkeys((*known.get(key, ()), *items)))


def model(snapshots: Sequence[Snapshot]) -> tuple[Network, tuple[tuple[Trigger, ...], ...]]:
    """The network of all snapshots, and the triggers of each snapshot in order."""
    readers = [Reader(snapshot) for snapshot in snapshots]
    draft = _Draft()
    attachments: list[TransitAttachment] = []
    triggers = []
    for reader in readers:
        _read_vpcs(reader, draft)
        _read_gateways(reader, draft)
        _read_dns(reader, draft)
        triggers.append(_read_triggers(reader, readers))
    for reader in readers:  # their routes may name prefix lists of any account
        attachments += _read_transit(reader, draft)
    gaps = {key: gap for reader in readers for key, gap in reader.gaps.items()}
    network = Network(
        Parts(
            frozenset(reader.scope for reader in readers),
            gaps,
            transit_attachments=tuple(_merged(attachments)),
            **draft.parts,
        )
    )
    return network, tuple(triggers)


def _read_triggers(reader: Reader, readers: Sequence[Reader]) -> tuple[Trigger, ...]:
    sources = kafka.sources(reader, [other for other in readers if other is not reader])
    account, region = reader.scope
    return tuple(resolve(found, sources, account, region) for found in kafka.mappings(reader))


def _read_vpcs(reader: Reader, draft: _Draft) -> None:
    account, region = reader.scope
    attributes = dict(reader.keyed("ec2:DescribeVpcAttribute"))
    items = reader.items
    draft.add(
        "vpcs",
        items("ec2:DescribeVpcs", "Vpcs", lambda i: vpcs.vpc(i, account, region, attributes.get(i["VpcId"]))),
        account,
    )
    draft.add(
        "subnets", items("ec2:DescribeSubnets", "Subnets", lambda i: vpcs.subnet(i, account, region)), account
    )
    draft.add(
        "route_tables",
        items("ec2:DescribeRouteTables", "RouteTables", lambda i: vpcs.route_table(i, account)),
        account,
    )
    draft.add(
        "network_acls",
        items("ec2:DescribeNetworkAcls", "NetworkAcls", lambda i: vpcs.network_acl(i, account)),
        account,
    )
    draft.add(
        "security_groups",
        items("ec2:DescribeSecurityGroups", "SecurityGroups", lambda i: vpcs.security_group(i, account)),
        account,
    )
    draft.add(
        "interfaces",
        items("ec2:DescribeNetworkInterfaces", "NetworkInterfaces", lambda i: vpcs.interface(i, account)),
        account,
    )


def _read_gateways(reader: Reader, draft: _Draft) -> None:
    account, region = reader.scope
    items = reader.items
    draft.add(
        "endpoints",
        items("ec2:DescribeVpcEndpoints", "VpcEndpoints", lambda i: gateways.endpoint(i, account, region)),
        account,
    )
    draft.add(
        "nat_gateways",
        items("ec2:DescribeNatGateways", "NatGateways", lambda i: gateways.nat_gateway(i, account)),
        account,
    )
    draft.add(
        "internet_gateways",
        items(
            "ec2:DescribeInternetGateways",
            "InternetGateways",
            lambda i: gateways.internet_gateway(i, account),
        ),
        account,
    )
    for found in items(
        "ec2:DescribeVpcPeeringConnections",
        "VpcPeeringConnections",
        lambda i: gateways.peering(i, account, region),
    ):
        _add_peering(draft, found)
    draft.add(
        "dhcp_options",
        items("ec2:DescribeDhcpOptions", "DhcpOptions", lambda i: gateways.dhcp_options(i, account)),
        account,
    )
    draft.add("prefix_lists", _prefix_lists(reader).values(), account)
    settings = _block_public_access(reader)
    if settings is not None:
        draft.put("block_public_access", reader.scope, settings)


def _add_peering(draft: _Draft, found: Peering) -> None:
    """Both sides list a peering; it carries only if neither says that it does not."""
    known = draft.parts.setdefault("peerings", {})
    other = known.get(found.id)
    known[found.id] = found if other is None or other.active else other


def _prefix_lists(reader: Reader) -> dict[str, PrefixList]:
    account, _ = reader.scope
    described = reader.items(
        "ec2:DescribeManagedPrefixLists", "PrefixLists", lambda i: (str(i["PrefixListId"]), i)
    )
    known = dict(described)
    entries = reader.keyed_items(
        "ec2:GetManagedPrefixListEntries", "Entries", lambda _, item: str(item["Cidr"])
    )
    found = {}
    for key, blocks in entries:
        parsed = reader.one(
            "ec2:GetManagedPrefixListEntries",
            key,
            known.get(key) or {},
            partial(gateways.prefix_list, key, blocks, account),
        )
        if parsed is not None:
            found[key] = parsed
    return found


def _block_public_access(reader: Reader) -> BlockPublicAccess | None:
    """What is absent means AWS's default; what failed stays unknown."""
    operations = ("ec2:DescribeVpcBlockPublicAccessOptions", "ec2:DescribeVpcBlockPublicAccessExclusions")
    responses = reader.snapshot.responses
    answers = [responses.get(operation) for operation in operations]
    if answers == [None, None]:
        return None
    return reader.one(
        operations[0], "", answers, lambda found: gateways.block_public_access(found[0], found[1])
    )


def _read_transit(reader: Reader, draft: _Draft) -> list[TransitAttachment]:
    account, region = reader.scope
    items = reader.items
    draft.add(
        "transit_gateways",
        items(
            "ec2:DescribeTransitGateways",
            "TransitGateways",
            lambda i: gateways.transit_gateway(i, account, region),
        ),
        account,
    )
    for key, answer in reader.keyed("ec2:SearchTransitGatewayRoutes"):
        table: TransitRouteTable | None = reader.one(
            "ec2:SearchTransitGatewayRoutes",
            key,
            answer,
            partial(gateways.transit_route_table, key, draft.parts.get("prefix_lists", {})),
        )
        if table is not None:
            draft.put("transit_route_tables", key, table)
    return [
        *items(
            "ec2:DescribeTransitGatewayAttachments",
            "TransitGatewayAttachments",
            lambda i: gateways.transit_attachment(i, account),
        ),
        *items(
            "ec2:DescribeTransitGatewayVpcAttachments",
            "TransitGatewayVpcAttachments",
            lambda i: gateways.transit_vpc_attachment(i, account),
        ),
    ]


def _merged(attachments: Iterable[TransitAttachment]) -> Iterable[TransitAttachment]:
    """One attachment from what its owner, the gateway's owner and both calls tell of it; a peering of two
    gateways has one id at both."""
    by_id: dict[tuple[str, str], TransitAttachment] = {}
    for found in attachments:
        key = (found.id, found.transit_gateway_id)
        known = by_id.get(key)
        by_id[key] = found if known is None else _both(known, found)
    return by_id.values()


def _both(one: TransitAttachment, other: TransitAttachment) -> TransitAttachment:
    detailed, plain = (one, other) if one.subnet_ids is not None else (other, one)
    told = one if one.association_known else other
    owners = {one.transit_gateway_account, other.transit_gateway_account} - {detailed.account}
    return replace(
        plain,
        transit_gateway_account=min(owners) if owners else plain.transit_gateway_account,
        available=one.available and other.available,
        state=one.state if not one.available else other.state,
        subnet_ids=detailed.subnet_ids,
        references=one.references or other.references,
        appliance_mode=detailed.appliance_mode,
        route_table_id=told.route_table_id,
        association_known=told.association_known,
    )


def _read_dns(reader: Reader, draft: _Draft) -> None:
    account, _ = reader.scope
    zones = reader.keyed_items(
        "route53:ListHostedZonesByVPC", "HostedZoneSummaries", lambda _, item: dns.hosted_zone(item, account)
    )
    for vpc_id, found in zones:
        known: tuple[HostedZone, ...] = tuple(zone for zone in found if zone is not None)
        draft.unite("zones_of_vpc", vpc_id, known)
        for zone in known:
            draft.put("zones", zone.id, zone)
    sets = reader.keyed_items(
        "route53:ListResourceRecordSets", "ResourceRecordSets", lambda _, item: dns.record(item)
    )
    for key, records in sets:
        kept: tuple[Record, ...] = tuple(records)
        draft.put("records", dns.zone_id(key), kept)
        name = dns.zone_name(kept)
        if name is not None:
            draft.put("zones", dns.zone_id(key), HostedZone(dns.zone_id(key), name, account))
    _read_profiles(reader, draft)


def _read_profiles(reader: Reader, draft: _Draft) -> None:
    associations = reader.items(
        "route53profiles:ListProfileAssociations", "ProfileAssociations", dns.profile_association
    )
    of_vpc: dict[str, list[str]] = {}
    for pair in associations:
        if pair is not None:
            of_vpc.setdefault(pair[0], []).append(pair[1])
    for vpc_id, profile_ids in of_vpc.items():
        draft.unite("profiles_of_vpc", vpc_id, tuple(profile_ids))
    resources = reader.keyed_items(
        "route53profiles:ListProfileResourceAssociations",
        "ProfileResourceAssociations",
        lambda _, item: dns.profile_resource(item),
    )
    for key, found in resources:
        profile: Profile = dns.profile(key, found, reader.scope[0])
        draft.put("profiles", key, profile)
