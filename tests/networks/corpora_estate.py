"""Networks of many VPCs and accounts, put together object by object: what a public corpus is retold with.

Ids are made of names: VPC `hub` is `vpc-hub`, its main route table `rtb-hub`, its default network ACL
`acl-hub`, a subnet `subnet-a`. Every object stands in its owner's snapshot, and where AWS shows it to others
(shared subnets, shared transit gateways, peerings) in theirs too.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any, Self

from tests.networks.corpora_shapes import (
    LISTS,
    Json,
    acl,
    admit,
    attachment_item,
    document,
    endpoint_item,
    gateway_item,
    group_item,
    interface_item,
    internet_gateway_item,
    mapping_item,
    nat_item,
    peering_item,
    record,
    route_item,
    subnet_item,
    table_item,
    tgw_route,
    vpc_attachment_item,
    vpc_item,
    zone_summary,
)


class Estate:
    """Accounts and what each of them is told by AWS."""

    def __init__(self) -> None:
        self.accounts: dict[str, Json] = {}

    def documents(self, *without: str) -> list[Json]:
        """The snapshots, of all accounts but some; the first account's first."""
        chosen = {owner: found for owner, found in self.accounts.items() if owner not in without}
        return [document(owner, copy.deepcopy(found)) for owner, found in chosen.items()]

    # -- looking things up ---------------------------------------------------------------------------

    def responses(self, account: str) -> Json:
        """What an account answers; a new one answers every call and has nothing."""
        if account not in self.accounts:
            self.accounts[account] = {operation: {key: []} for operation, key in LISTS.items()}
        return self.accounts[account]

    def items(self, account: str, operation: str) -> list[Json]:
        """The list that an operation answers in an account."""
        found: list[Json] = self.responses(account)[f"ec2:{operation}"][LISTS[f"ec2:{operation}"]]
        return found

    def all(self, operation: str) -> list[Json]:
        """What all accounts list together; an object that several see occurs once for each."""
        return [each for account in self.accounts for each in self.items(account, operation)]

    def found(self, operation: str, identifier: str) -> list[Json]:
        """An object as each account that sees it lists it."""
        own = identifier_of(operation)
        return [each for each in self.all(operation) if each[own] == identifier]

    def keyed(self, account: str, operation: str) -> Json:
        """What an operation answers that is asked once for each resource."""
        answers: Json = self.responses(account).setdefault(operation, {})
        return answers

    def owner(self, vpc: str) -> str:
        """The account that owns a VPC."""
        owner: str = self.found("DescribeVpcs", f"vpc-{vpc}")[0]["OwnerId"]
        return owner

    # -- a VPC and what it holds ---------------------------------------------------------------------

    def vpc(self, name: str, account: str, *cidrs: str) -> Self:
        """A VPC with its main route table, an open default network ACL and a default group; DNS is on."""
        self.items(account, "DescribeVpcs").append(vpc_item(name, account, cidrs))
        self.items(account, "DescribeRouteTables").append(table_item(name, name, account, cidrs, None))
        self.items(account, "DescribeNetworkAcls").append(acl(name, name, account, default=True))
        on = {"EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": True}}
        self.keyed(account, "ec2:DescribeVpcAttribute")[f"vpc-{name}"] = on
        self.keyed(account, "route53:ListHostedZonesByVPC")[f"vpc-{name}"] = {"HostedZoneSummaries": []}
        return self

    def subnet(self, name: str, vpc: str, cidr: str, zone: str = "a", shared_with: str = "") -> Self:
        """A subnet in a zone; shared, the participant sees it and its VPC, and neither routes nor ACLs."""
        owner = self.owner(vpc)
        item = subnet_item(name, vpc, owner, cidr, zone)
        self.items(owner, "DescribeSubnets").append(item)
        if shared_with:
            seen = self.items(shared_with, "DescribeVpcs")
            if not any(each["VpcId"] == f"vpc-{vpc}" for each in seen):
                seen.extend(self.found("DescribeVpcs", f"vpc-{vpc}")[:1])
                attributes = self.keyed(owner, "ec2:DescribeVpcAttribute")[f"vpc-{vpc}"]
                self.keyed(shared_with, "ec2:DescribeVpcAttribute")[f"vpc-{vpc}"] = attributes
            self.items(shared_with, "DescribeSubnets").append(item)
        return self

    def table(self, name: str, vpc: str, *subnets: str) -> Self:
        """A route table of its own for these subnets, with the VPC's local routes."""
        cidrs = [
            each["CidrBlock"]
            for each in self.found("DescribeVpcs", f"vpc-{vpc}")[0]["CidrBlockAssociationSet"]
        ]
        owner, ids = self.owner(vpc), [f"subnet-{each}" for each in subnets]
        for other in self.items(owner, "DescribeRouteTables"):
            other["Associations"] = [e for e in other["Associations"] if e.get("SubnetId") not in ids]
        self.items(owner, "DescribeRouteTables").append(table_item(name, vpc, owner, cidrs, subnets))
        return self

    def route(self, table: str, destination: str, target: str, **fields: str) -> Self:
        """A route to what the target's id says: a peering, a transit gateway, an internet gateway."""
        (found,) = self.found("DescribeRouteTables", f"rtb-{table}")
        found["Routes"].append(route_item(destination, target) | fields)
        return self

    def prefix_list(self, name: str, account: str, *cidrs: str) -> Self:
        """A customer's prefix list and its entries."""
        found = {"PrefixListId": f"pl-{name}", "PrefixListName": name, "OwnerId": account}
        self.items(account, "DescribeManagedPrefixLists").append(found)
        entries = [{"Cidr": each, "Description": ""} for each in cidrs]
        self.keyed(account, "ec2:GetManagedPrefixListEntries")[f"pl-{name}"] = {"Entries": entries}
        return self

    def acl(self, name: str, vpc: str, subnets: Iterable[str], *entries: Json) -> Self:
        """A network ACL for these subnets, open behind the entries."""
        owner = self.owner(vpc)
        ids = [f"subnet-{each}" for each in subnets]
        for other in self.items(owner, "DescribeNetworkAcls"):
            other["Associations"] = [each for each in other["Associations"] if each["SubnetId"] not in ids]
        made = acl(name, vpc, owner, entries, ids)
        self.items(owner, "DescribeNetworkAcls").append(made)
        return self

    def group(
        self, name: str, vpc: str, ingress: Sequence[Json], egress: Sequence[Json] | None = None, by: str = ""
    ) -> Self:
        """A security group, of the VPC's owner or a participant; all goes out unless it is said what may."""
        account = by or self.owner(vpc)
        self.items(account, "DescribeSecurityGroups").append(
            group_item(name, vpc, account, ingress, [admit()] if egress is None else egress)
        )
        return self

    def interface(self, name: str, subnet: str, address: str, *groups: str, kind: str = "interface") -> Self:
        """A network interface in its subnet's owner's account."""
        home = self.found("DescribeSubnets", f"subnet-{subnet}")[0]
        account = home["OwnerId"]
        found = interface_item(name, home, account, address, groups, kind)
        self.items(account, "DescribeNetworkInterfaces").append(found)
        return self

    def nat(self, name: str, subnet: str, address: str) -> Self:
        """A public NAT gateway in a subnet."""
        home = self.found("DescribeSubnets", f"subnet-{subnet}")[0]
        self.items(home["OwnerId"], "DescribeNatGateways").append(nat_item(name, home, address))
        return self

    def internet_gateway(self, vpc: str) -> Self:
        """An internet gateway that is attached to a VPC; no routes yet."""
        found = internet_gateway_item(vpc, self.owner(vpc))
        self.items(self.owner(vpc), "DescribeInternetGateways").append(found)
        return self

    # -- endpoints and names -------------------------------------------------------------------------

    def endpoint(self, service: str, vpc: str, seats: dict[str, str], group: str, **fields: Any) -> Self:
        """An interface endpoint without private DNS: its address in each subnet."""
        account = self.owner(vpc)
        for subnet, address in seats.items():
            self.interface(f"{service}-{subnet}", subnet, address, group, kind="vpc_endpoint")
        found = endpoint_item(service, vpc, account, list(seats), group) | fields
        self.items(account, "DescribeVpcEndpoints").append(found)
        return self

    def zone(self, name: str, account: str, domain: str, records: Sequence[Json], *vpcs: str) -> Self:
        """A private hosted zone of an account that answers in these VPCs."""
        own = [record(domain, "SOA", "ns-0. hostmaster. 1"), record(domain, "NS", "ns-0.awsdns-00.com.")]
        sets = self.keyed(account, "route53:ListResourceRecordSets")
        sets[f"Z{name.upper()}"] = {"ResourceRecordSets": [*own, *records]}
        for vpc in vpcs:
            listed = self.keyed(self.owner(vpc), "route53:ListHostedZonesByVPC")[f"vpc-{vpc}"]
            listed["HostedZoneSummaries"].append(zone_summary(name, domain, account))
        return self

    def profile(self, name: str, vpc: str, *resource_arns: str) -> Self:
        """A Route 53 Profile that brings resources to a VPC."""
        account = self.owner(vpc)
        found = {"Id": f"rpa-{name}", "ProfileId": f"rp-{name}", "ResourceId": f"vpc-{vpc}"}
        listed = self.responses(account)["route53profiles:ListProfileAssociations"]["ProfileAssociations"]
        listed.append(found | {"Status": "COMPLETE"})
        brought = [
            {"Id": f"rpr-{n}", "ProfileId": f"rp-{name}", "ResourceArn": arn, "Status": "COMPLETE"}
            for n, arn in enumerate(resource_arns)
        ]
        answers = self.keyed(account, "route53profiles:ListProfileResourceAssociations")
        answers[f"rp-{name}"] = {"ProfileResourceAssociations": brought}
        return self

    # -- what joins VPCs -----------------------------------------------------------------------------

    def peering(self, name: str, requester: str, accepter: str, **fields: Any) -> Self:
        """A peering connection, active unless it is said otherwise; no routes yet."""
        sides = [self.found("DescribeVpcs", f"vpc-{each}")[0] for each in (requester, accepter)]
        item = peering_item(name, *sides) | fields
        for account in dict.fromkeys(side["OwnerId"] for side in sides):
            self.items(account, "DescribeVpcPeeringConnections").append(copy.deepcopy(item))
        return self

    def gateway(self, name: str, account: str, *tables: str, references: bool = True) -> Self:
        """A transit gateway with these route tables, all empty."""
        self.items(account, "DescribeTransitGateways").append(gateway_item(name, account, references))
        for table in tables:
            searched = {"Routes": [], "AdditionalRoutesAvailable": False}
            self.keyed(account, "ec2:SearchTransitGatewayRoutes")[f"tgw-rtb-{table}"] = searched
        return self

    def attach(
        self, gateway: str, vpc: str, subnets: Iterable[str], table: str = "", propagates: Iterable[str] = ()
    ) -> Self:
        """Attach a VPC by one subnet a zone, associate it with a table, and propagate its blocks to some."""
        owner, account = self._gateway_owner(gateway), self.owner(vpc)
        if account != owner:
            gateways = self.items(account, "DescribeTransitGateways")
            if not any(each["TransitGatewayId"] == f"tgw-{gateway}" for each in gateways):
                gateways.append(copy.deepcopy(self.found("DescribeTransitGateways", f"tgw-{gateway}")[0]))
            plain = attachment_item(gateway, owner, "vpc", f"vpc-{vpc}", account, "")
            self.items(account, "DescribeTransitGatewayAttachments").append(plain)
        seen = attachment_item(gateway, owner, "vpc", f"vpc-{vpc}", account, table)
        self.items(owner, "DescribeTransitGatewayAttachments").append(seen)
        ids = [f"subnet-{each}" for each in subnets]
        for seer in dict.fromkeys((owner, account)):
            detailed = vpc_attachment_item(gateway, vpc, account, ids)
            self.items(seer, "DescribeTransitGatewayVpcAttachments").append(detailed)
        blocks = self.found("DescribeVpcs", f"vpc-{vpc}")[0]["CidrBlockAssociationSet"]
        for name in propagates:
            for block in blocks:
                self.transit_route(name, block["CidrBlock"], gateway, vpc, kind="propagated")
        return self

    def transit_route(
        self, table: str, cidr: str, gateway: str, to_vpc: str = "", kind: str = "static"
    ) -> Self:
        """A route of a transit gateway's table to a VPC's attachment; a blackhole without one."""
        route = tgw_route(cidr, f"tgw-attach-{gateway}-{to_vpc}", "vpc", f"vpc-{to_vpc}", kind, to_vpc != "")
        self.searched(table)["Routes"].append(route)
        return self

    def peer_gateways(self, one: str, other: str, tables: tuple[str, str]) -> Self:
        """Peer two transit gateways; each associates the peering with one of its tables."""
        for near, far, table in ((one, other, tables[0]), (other, one, tables[1])):
            owner, far_owner = self._gateway_owner(near), self._gateway_owner(far)
            item = attachment_item(near, owner, "peering", f"tgw-{far}", far_owner, table)
            item["TransitGatewayAttachmentId"] = f"tgw-attach-{one}-{other}"
            self.items(owner, "DescribeTransitGatewayAttachments").append(item)
        return self

    def route_to_peer(self, table: str, cidr: str, pair: tuple[str, str], far: str) -> Self:
        """A static route of a table over the peering of a pair of gateways."""
        name = f"tgw-attach-{pair[0]}-{pair[1]}"
        self.searched(table)["Routes"].append(tgw_route(cidr, name, "peering", f"tgw-{far}", "static", True))
        return self

    def searched(self, table: str) -> Json:
        """What a search of a transit gateway route table answers."""
        operation = "ec2:SearchTransitGatewayRoutes"
        answers = (responses.get(operation, {}) for responses in self.accounts.values())
        found: Json = next(each[f"tgw-rtb-{table}"] for each in answers if f"tgw-rtb-{table}" in each)
        return found

    def _gateway_owner(self, gateway: str) -> str:
        owner: str = self.found("DescribeTransitGateways", f"tgw-{gateway}")[0]["OwnerId"]
        return owner

    # -- the trigger ---------------------------------------------------------------------------------

    def trigger(
        self,
        account: str,
        subnets: Iterable[str],
        group: str,
        brokers: Iterable[str],
        *,
        secret: bool = False,
    ) -> Self:
        """A self-managed Kafka trigger of an account in these subnets; brokers are `address:port`."""
        listed = self.responses(account)["lambda:ListEventSourceMappings"]["EventSourceMappings"]
        listed.append(mapping_item(account, subnets, group, brokers, secret))
        return self


def identifier_of(operation: str) -> str:
    """The field that tells the objects of an operation apart."""
    return {
        "DescribeVpcs": "VpcId",
        "DescribeSubnets": "SubnetId",
        "DescribeRouteTables": "RouteTableId",
        "DescribeNetworkAcls": "NetworkAclId",
        "DescribeSecurityGroups": "GroupId",
        "DescribeNetworkInterfaces": "NetworkInterfaceId",
        "DescribeVpcEndpoints": "VpcEndpointId",
        "DescribeNatGateways": "NatGatewayId",
        "DescribeInternetGateways": "InternetGatewayId",
        "DescribeVpcPeeringConnections": "VpcPeeringConnectionId",
        "DescribeTransitGateways": "TransitGatewayId",
        "DescribeTransitGatewayAttachments": "TransitGatewayAttachmentId",
        "DescribeTransitGatewayVpcAttachments": "TransitGatewayAttachmentId",
    }[operation]
