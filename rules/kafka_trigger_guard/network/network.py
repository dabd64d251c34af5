"""One network from all that was read: look-ups by what packets ask for, and doubts where nothing was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from kafka_trigger_guard.network.answers import Doubt, DoubtKind
from kafka_trigger_guard.network.model import (
    Endpoint,
    Interface,
    NatGateway,
    NetworkAcl,
    Parts,
    Peering,
    RouteTable,
    SecurityGroup,
    Subnet,
    TransitAttachment,
    Vpc,
)
from kafka_trigger_guard.network.ranges import EMPTY, RangeSet

T = TypeVar("T")


class Network:
    """The read-only model; every look-up answers an object, None (it does not exist) or a Doubt."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    # -- what was read -------------------------------------------------------------------------------

    def gap(self, account: str, region: str, operation: str) -> Doubt | None:
        """The doubt that an operation leaves if that account and Region did not answer it."""
        gaps = self.parts.gaps
        gap = gaps.get((account, region, operation)) or gaps.get((account, region, operation.split(" ")[0]))
        if gap is not None:
            why = f" ({gap.why})" if gap.why else ""
            return Doubt(
                DoubtKind.NOT_COLLECTED, f"{operation} was not read{why}", operation, account=account
            )
        if (account, region) not in self.parts.scopes:
            text = f"{operation} in account {account}, {region} was not read"
            return Doubt(DoubtKind.NOT_COLLECTED, text, account=account)
        return None

    def failed(self, vpc: Vpc, operation: str) -> Doubt | None:
        """The doubt about an operation that was asked and not answered; None if nobody asked."""
        gap = self.parts.gaps.get((vpc.account, vpc.region, operation))
        return self.gap(vpc.account, vpc.region, operation) if gap is not None and gap.why else None

    def vpc_gap(self, vpc: Vpc, operation: str) -> Doubt | None:
        """The doubt about what a VPC's owner alone can describe: routes, ACLs, endpoints, gateways.

        Participants of a shared VPC "can't create, describe, modify, or delete" these.
        vpc/latest/privatelink/create-interface-endpoint; vpc/latest/userguide/vpc-sharing
        """
        if (vpc.account, vpc.region) not in self.parts.scopes and vpc.id in self._used_by_participants:
            text = f"account {vpc.account} owns {vpc.id}: read {operation} there"
            return Doubt(DoubtKind.SHARED_VPC, text, vpc.id, "AWS::EC2::VPC", vpc.account)
        return self.gap(vpc.account, vpc.region, operation)

    @cached_property
    def _used_by_participants(self) -> frozenset[str]:
        scopes = self.parts.scopes
        listed = {vpc.id for vpc in self.parts.vpcs.values() if (vpc.account, vpc.region) not in scopes}
        by_subnet = {s.vpc_id for s in self.parts.subnets.values() if (s.account, s.region) not in scopes}
        return frozenset(listed | by_subnet)

    # -- VPCs, subnets, tables -----------------------------------------------------------------------

    def vpc_of(self, subnet: Subnet) -> Vpc:
        """The subnet's VPC, as the subnet alone tells it if the VPC itself was not read."""
        vpc = self.parts.vpcs.get(subnet.vpc_id)
        if vpc is not None:
            return vpc
        blocks = tuple(s.addresses.spans[0] for s in self.subnets_by_vpc.get(subnet.vpc_id, (subnet,)))
        return Vpc(subnet.vpc_id, subnet.account, subnet.region, blocks, RangeSet.of(blocks))

    @cached_property
    def subnets_by_vpc(self) -> Mapping[str, tuple[Subnet, ...]]:
        """Subnets of each VPC."""
        return _grouped(self.parts.subnets.values(), lambda subnet: subnet.vpc_id)

    def route_table_of(self, subnet: Subnet) -> RouteTable | Doubt:
        """The subnet's own table, else the main one. vpc/latest/userguide/VPC_Route_Tables"""
        doubt = self.vpc_gap(self.vpc_of(subnet), "ec2:DescribeRouteTables")
        if doubt is not None:
            return doubt
        table = self._tables_by_subnet.get(subnet.id) or self._main_tables.get(subnet.vpc_id)
        return table or _unlisted("route table", subnet, "ec2:DescribeRouteTables")

    @cached_property
    def _tables_by_subnet(self) -> Mapping[str, RouteTable]:
        return {subnet_id: t for t in self.parts.route_tables.values() for subnet_id in t.subnet_ids}

    @cached_property
    def _main_tables(self) -> Mapping[str, RouteTable]:
        return {table.vpc_id: table for table in self.parts.route_tables.values() if table.main}

    def network_acl_of(self, subnet: Subnet) -> NetworkAcl | Doubt:
        """The subnet's ACL: associated, else the VPC's default. vpc/latest/userguide/vpc-network-acls"""
        doubt = self.vpc_gap(self.vpc_of(subnet), "ec2:DescribeNetworkAcls")
        if doubt is not None:
            return doubt
        acl = self._acls_by_subnet.get(subnet.id) or self._default_acls.get(subnet.vpc_id)
        return acl or _unlisted("network ACL", subnet, "ec2:DescribeNetworkAcls")

    @cached_property
    def _acls_by_subnet(self) -> Mapping[str, NetworkAcl]:
        return {subnet_id: acl for acl in self.parts.network_acls.values() for subnet_id in acl.subnet_ids}

    @cached_property
    def _default_acls(self) -> Mapping[str, NetworkAcl]:
        return {acl.vpc_id: acl for acl in self.parts.network_acls.values() if acl.default}

    def subnet_at(self, vpc_id: str, number: int) -> Subnet | None:
        """The subnet of the VPC in whose block an address lies."""
        subnets = self.subnets_by_vpc.get(vpc_id, ())
        return next((subnet for subnet in subnets if number in subnet.addresses), None)

    # -- groups, interfaces, endpoints ---------------------------------------------------------------

    @cached_property
    def default_groups(self) -> Mapping[str, str]:
        """The id of each VPC's default security group."""
        return {g.vpc_id: g.id for g in self.parts.security_groups.values() if g.name == "default"}

    def security_group(self, group_id: str) -> SecurityGroup | None:
        """A security group by id."""
        return self.parts.security_groups.get(group_id)

    def interface_at(self, vpc_id: str, number: int) -> Interface | None:
        """The interface of the VPC that has the address: primary, secondary or in an IPv4 prefix."""
        single, wide = self._interfaces_by_address.get(vpc_id, ({}, ()))
        return single.get(number) or next((i for i in wide if number in i.addresses), None)

    @cached_property
    def _interfaces_by_address(self) -> Mapping[str, tuple[dict[int, Interface], list[Interface]]]:
        index: dict[str, tuple[dict[int, Interface], list[Interface]]] = {}
        for interface in self.parts.interfaces.values():
            single, wide = index.setdefault(interface.vpc_id, ({}, []))
            for first, last in interface.addresses.spans:
                if last - first > 16:
                    wide.append(interface)
                else:
                    single.update(dict.fromkeys(range(first, last + 1), interface))
        return index

    @cached_property
    def interfaces_by_private_name(self) -> Mapping[str, tuple[Interface, ...]]:
        """Interfaces by their private DNS names, lower case."""
        named = ((name, i) for i in self.parts.interfaces.values() for name in i.private_dns_names)
        index: dict[str, list[Interface]] = {}
        for name, interface in named:
            index.setdefault(name, []).append(interface)
        return {name: tuple(interfaces) for name, interfaces in index.items()}

    @cached_property
    def endpoints_by_vpc(self) -> Mapping[str, tuple[Endpoint, ...]]:
        """Endpoints of each VPC."""
        return _grouped(self.parts.endpoints.values(), lambda endpoint: endpoint.vpc_id)

    def nat_gateway(self, vpc: Vpc, nat_gateway_id: str) -> NatGateway | Doubt | None:
        """A NAT gateway by id."""
        found = self.parts.nat_gateways.get(nat_gateway_id)
        return found or self.vpc_gap(vpc, "ec2:DescribeNatGateways")

    # -- what leads elsewhere ------------------------------------------------------------------------

    def peering(self, vpc: Vpc, peering_id: str) -> Peering | Doubt | None:
        """A peering connection by id."""
        found = self.parts.peerings.get(peering_id)
        return found or self.vpc_gap(vpc, "ec2:DescribeVpcPeeringConnections")

    @cached_property
    def attachments_by_gateway(self) -> Mapping[str, tuple[TransitAttachment, ...]]:
        """Transit gateway attachments by gateway."""
        return _grouped(self.parts.transit_attachments, lambda a: a.transit_gateway_id)

    def accounts_lacking(self, vpc: Vpc, operation: str) -> tuple[str, ...]:
        """Accounts joined with the VPC that did not answer an operation."""
        joined = self._joined(vpc)
        return tuple(a for a, region in joined if self.gap(a, region, operation) is not None)

    def accounts_joined(self, vpc: Vpc) -> tuple[str, ...]:
        """Other accounts joined with the VPC by peering or transit gateway, gateways' owners first."""
        return tuple(account for account, _ in self._joined(vpc))

    def _joined(self, vpc: Vpc) -> list[tuple[str, str]]:
        sides = (
            side
            for peering in self.parts.peerings.values()
            if peering.active and vpc.id in (peering.requester.vpc_id, peering.accepter.vpc_id)
            for side in (peering.requester, peering.accepter)
        )
        scopes, owners = {(side.account, side.region) for side in sides}, set()
        for attachments in self.attachments_by_gateway.values():
            if any(attachment.resource_id == vpc.id for attachment in attachments):
                owners |= {a.transit_gateway_account for a in attachments}
                accounts = {a.account for a in attachments} | owners
                scopes |= {(account, vpc.region) for account in accounts}
        others = {scope for scope in scopes if scope[0] not in ("", vpc.account)}
        return sorted(others, key=lambda scope: (scope[0] not in owners, scope))

    def prefix_list_addresses(self, prefix_list_id: str) -> RangeSet | None:
        """The addresses of a prefix list, None if its entries were not read."""
        found = self.parts.prefix_lists.get(prefix_list_id)
        return found.addresses if found is not None else None

    def group_doubt(self, group_id: str, account: str, region: str) -> Doubt | None:
        """The doubt about a group that no reading account listed."""
        if group_id in self.parts.security_groups:
            return None
        return self.gap(account, region, "ec2:DescribeSecurityGroups")

    def vpc_addresses(self, vpc_id: str) -> RangeSet:
        """All addresses of a VPC that was read; empty otherwise."""
        vpc = self.parts.vpcs.get(vpc_id)
        return vpc.cidrs if vpc is not None else EMPTY


def _unlisted(what: str, subnet: Subnet, operation: str) -> Doubt:
    text = f"{operation} lists no {what} for {subnet.id}"
    return Doubt(DoubtKind.NOT_COLLECTED, text, subnet.id, "AWS::EC2::Subnet", subnet.account)


def _grouped(items: Iterable[T], key: Callable[[T], str]) -> Mapping[str, tuple[T, ...]]:
    groups: dict[str, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return {name: tuple(members) for name, members in groups.items()}
