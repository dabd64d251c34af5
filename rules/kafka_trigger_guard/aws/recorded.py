"""What several snapshots tell together of networks, as far as it decides where else to read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from kafka_trigger_guard.aws.listings import LISTINGS
from kafka_trigger_guard.aws.snapshot import Snapshot

Scope: TypeAlias = tuple[str, str]
"""An account and a Region."""
Item: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One snapshot's answers, asked as if they were still being read."""

    snapshot: Snapshot

    @property
    def region(self) -> str:
        """The Region that was read."""
        return self.snapshot.region

    @property
    def account(self) -> str:
        """The account that was read."""
        return self.snapshot.account

    def items(self, operation: str) -> list[dict[str, Any]]:
        """The items of a listing; none if it was not collected."""
        found: list[dict[str, Any]] = self.answers(operation).get(LISTINGS[operation].items, [])
        return found

    def answers(self, operation: str) -> dict[str, Any]:
        """The answers of an operation that is read by resource, by key."""
        found: dict[str, Any] = self.snapshot.responses.get(operation, {})
        return found

    def failed(self, operation: str) -> bool:
        """Whether an operation (with its key, if it has one) was asked for and failed."""
        return operation in self.snapshot.errors


@dataclass(frozen=True, slots=True)
class Attachment:
    """A VPC's attachment to a transit gateway; `route_table_id` is empty where nothing told it.

    Of a peering, `vpc_id` is the other gateway's id and `owner` its owner.
    """

    gateway_id: str
    vpc_id: str
    owner: str
    route_table_id: str = ""


class Records:
    """All snapshots' answers by what paths ask for: VPC, route table, endpoint, zone, attachment."""

    def __init__(self, snapshots: Sequence[Snapshot]) -> None:
        self.places: dict[Scope, Recorded] = {(s.account, s.region): Recorded(s) for s in snapshots}
        self.peerings = self._by_id("ec2:DescribeVpcPeeringConnections", "VpcPeeringConnectionId")
        self.endpoints = {
            str(item.get("VpcEndpointId")): (place, item)
            for place, item in self._items("ec2:DescribeVpcEndpoints")
        }
        self.interfaces = self._by_id("ec2:DescribeNetworkInterfaces", "NetworkInterfaceId")
        self.zones = self._keyed("route53:ListResourceRecordSets")
        self.route_tables = self._keyed("ec2:SearchTransitGatewayRoutes")
        self.prefix_lists = self._keyed("ec2:GetManagedPrefixListEntries")
        self.gateway_owners = dict(self._gateway_owners())
        self.attachments = self._attachments()

    def owns(self, scope: Scope, vpc_id: str) -> bool:
        """Whether a VPC was read (or asked for in vain) in its owner's account."""
        place = self.places.get(scope)
        if place is None:
            return False
        operation = "ec2:DescribeVpcs"
        return place.failed(operation) or any(v.get("VpcId") == vpc_id for v in place.items(operation))

    def has_gateway(self, scope: Scope, gateway_id: str) -> bool:
        """Whether a transit gateway was read (or asked for in vain) in an account and Region."""
        place, operation = self.places.get(scope), "ec2:DescribeTransitGateways"
        return place is not None and (
            place.failed(operation)
            or any(gateway.get("TransitGatewayId") == gateway_id for gateway in place.items(operation))
        )

    def refused(self, scope: Scope, operation: str) -> bool:
        """Whether an operation was asked for in an account and Region, and failed."""
        place = self.places.get(scope)
        return place is not None and place.failed(operation)

    def _items(self, operation: str) -> Iterator[tuple[Recorded, Item]]:
        for place in self.places.values():
            for item in place.items(operation):
                yield place, item

    def _by_id(self, operation: str, name: str) -> dict[str, Item]:
        return {str(item.get(name)): item for _, item in self._items(operation)}

    def _keyed(self, operation: str) -> dict[str, Any]:
        return {
            key: answer for place in self.places.values() for key, answer in place.answers(operation).items()
        }

    def _gateway_owners(self) -> Iterator[tuple[str, str]]:
        for _, item in self._items("ec2:DescribeTransitGatewayAttachments"):
            if item.get("TransitGatewayOwnerId"):
                yield str(item.get("TransitGatewayId")), str(item["TransitGatewayOwnerId"])
            if item.get("ResourceType") == "peering" and item.get("ResourceOwnerId"):
                yield str(item.get("ResourceId")), str(item["ResourceOwnerId"])
        for place, item in self._items("ec2:DescribeTransitGateways"):
            yield str(item.get("TransitGatewayId")), str(item.get("OwnerId") or place.account)

    def _attachments(self) -> dict[str, list[Attachment]]:
        """Attachments of each transit gateway; those that tell their route table come first."""
        found = [*self._told_by_gateways(), *self._told_by_vpcs()]
        by_gateway: dict[str, list[Attachment]] = {}
        for attachment in sorted(found, key=lambda a: not a.route_table_id):
            by_gateway.setdefault(attachment.gateway_id, []).append(attachment)
        return by_gateway

    def _told_by_gateways(self) -> Iterable[Attachment]:
        for place, item in self._items("ec2:DescribeTransitGatewayAttachments"):
            association = item.get("Association") or {}
            if item.get("ResourceType", "vpc") in ("vpc", "peering"):
                yield Attachment(
                    str(item.get("TransitGatewayId")),
                    str(item.get("ResourceId")),
                    str(item.get("ResourceOwnerId") or place.account),
                    str(association.get("TransitGatewayRouteTableId") or ""),
                )

    def _told_by_vpcs(self) -> Iterable[Attachment]:
        for place, item in self._items("ec2:DescribeTransitGatewayVpcAttachments"):
            owner = str(item.get("VpcOwnerId") or place.account)
            yield Attachment(str(item.get("TransitGatewayId")), str(item.get("VpcId")), owner)
