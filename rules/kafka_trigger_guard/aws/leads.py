"""Leads: what triggers need to be known that lies in accounts, or in networks, that were not read yet.

Pure: from recorded answers to what to read next. Each lead is one step further along a path that some trigger
takes, so that nothing is read that no trigger needs.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from kafka_trigger_guard.aws.destinations import Destinations, chosen, routes_of
from kafka_trigger_guard.aws.needs import Needs, by_vpc, together
from kafka_trigger_guard.aws.reads.dns import (
    associated_zones,
    profile_endpoints,
    profile_zones,
    profiles_of,
    service_names,
    wanted_names,
)
from kafka_trigger_guard.aws.reads.endpoint import is_narrowed, unserved_services
from kafka_trigger_guard.aws.reads.kafka import needs_in
from kafka_trigger_guard.aws.recorded import Attachment, Item, Recorded, Records, Scope
from kafka_trigger_guard.aws.zone_answers import ZoneAnswers, answers_of

_MOST_GATEWAYS = 3
"""Peerings of gateways that are followed one after the other, within one Region."""


class LeadKind(Enum):
    """What there is to read in an account and Region."""

    SHARED_VPC = "a VPC in which another account's triggers stand"
    FAR_VPC = "a VPC behind a peering or transit gateway"
    GATEWAY = "a transit gateway's attachments"
    ROUTE_TABLE = "the routes of a transit gateway route table"
    ZONE = "a private hosted zone's records"
    ENDPOINT = "a VPC endpoint, if it is in this account, with its VPC"
    FUNCTION = "the execution role of a function"


@dataclass(frozen=True, slots=True)
class Lead:
    """One thing to read, by id or ARN, and where."""

    account: str
    region: str
    kind: LeadKind
    id: str

    @property
    def scope(self) -> Scope:
        """The account and Region."""
        return self.account, self.region


@dataclass(frozen=True, slots=True)
class _Stand:
    """A VPC in which triggers stand, with its owner, and what these triggers need."""

    vpc_id: str
    owner: str
    region: str
    needs: Needs

    @property
    def scope(self) -> Scope:
        return self.owner, self.region


def leads(records: Records, asked: Collection[Lead]) -> dict[Lead, Needs]:
    """What to read next, each with the needs of the triggers that it is read for."""
    found: dict[Lead, list[Needs]] = {}
    for stand in _stands(records):
        for lead in _Trail(records, asked, stand).leads():
            found.setdefault(lead, []).append(stand.needs)
    return {lead: together(needs) for lead, needs in found.items() if lead not in asked}


def _stands(records: Records) -> Iterator[_Stand]:
    """One for each VPC, whichever accounts its triggers are in."""
    found: dict[tuple[str, str, str], list[Needs]] = {}
    for place in records.places.values():
        subnets = place.items("ec2:DescribeSubnets")
        owners = {s.get("VpcId"): str(s.get("OwnerId") or place.account) for s in subnets}
        for vpc_id, needs in by_vpc(needs_in(place), subnets).items():
            found.setdefault((vpc_id, owners[vpc_id], place.region), []).append(needs)
    for (vpc_id, owner, region), needs_of_all in found.items():
        yield _Stand(vpc_id, owner, region, together(needs_of_all))


class _Trail:
    """The paths from one VPC as far as they are known."""

    def __init__(self, records: Records, asked: Collection[Lead], stand: _Stand) -> None:
        self._records = records
        self._asked = asked
        self._stand = stand

    def leads(self) -> Iterator[Lead]:
        """The next steps; names come first, as they tell what addresses paths lead to."""
        stand, home = self._stand, self._records.places.get(self._stand.scope)
        if home is None or not self._records.owns(stand.scope, stand.vpc_id):
            yield self._lead(stand.owner, LeadKind.SHARED_VPC, stand.vpc_id)
            return
        names = wanted_names(home, stand.vpc_id, stand.needs)
        if names and self._zones_unread(home):
            yield self._lead(stand.owner, LeadKind.SHARED_VPC, stand.vpc_id)
            return
        zones = self._zones(home, names)
        unread = [self._lead(owner, LeadKind.ZONE, zone_id) for zone_id, owner in sorted(zones)]
        unread = [lead for lead in unread if lead.id not in self._records.zones and self._is_open(lead)]
        if unread:
            yield from unread
            return
        yield from self._beyond_names(home, answers_of(self._records.zones, zones, names))

    def _beyond_names(self, home: Recorded, answers: ZoneAnswers) -> Iterator[Lead]:
        stand = self._stand
        endpoints = dict(answers.endpoints)
        for profile_id in profiles_of(home, [stand.vpc_id]):
            endpoints |= dict(profile_endpoints(home, profile_id))
        known = [e for e in endpoints if e in self._records.endpoints]
        unknown = {e: owner for e, owner in endpoints.items() if e not in self._records.endpoints}
        for endpoint_id in known:
            yield from self._endpoint(endpoint_id)
        yield from self._narrowed(home, known)
        addresses = stand.needs.broker_addresses | answers.addresses | self._addresses(known)
        unserved = unserved_services(home, stand.vpc_id, stand.needs)
        internet = any(not service_names(s, stand.region) & answers.names for s in unserved)
        wanted = Destinations.of(addresses, internet=internet)
        routes = routes_of(home, stand.vpc_id, stand.needs.subnet_ids)
        for route in chosen(routes, wanted, self._records):
            yield from self._follow(route, wanted)
        yield from self._search(unknown, routes)

    # -- names ---------------------------------------------------------------------------------------

    def _zones_unread(self, home: Recorded) -> bool:
        operation, vpc_id = "route53:ListHostedZonesByVPC", self._stand.vpc_id
        return vpc_id not in home.answers(operation) and not home.failed(f"{operation} {vpc_id}")

    def _zones(self, home: Recorded, names: Collection[str]) -> set[tuple[str, str]]:
        if not names:
            return set()
        found = associated_zones(home, self._stand.vpc_id, names)
        for profile_id in profiles_of(home, [self._stand.vpc_id]):
            found |= profile_zones(home, profile_id)
        return {(zone_id, owner or home.account) for zone_id, owner in found}

    def _is_open(self, lead: Lead) -> bool:
        """Whether it makes sense to ask: not if it was asked already, by whichever way."""
        tried = self._records.refused(lead.scope, f"route53:ListResourceRecordSets {lead.id}")
        return lead not in self._asked and not tried

    # -- endpoints -----------------------------------------------------------------------------------

    def _endpoint(self, endpoint_id: str) -> Iterator[Lead]:
        """The VPC of an endpoint that was found."""
        place, endpoint = self._records.endpoints[endpoint_id]
        owner, vpc_id = str(endpoint.get("OwnerId") or place.account), str(endpoint.get("VpcId"))
        if not self._records.owns((owner, place.region), vpc_id):
            yield Lead(owner, place.region, LeadKind.FAR_VPC, vpc_id)

    def _addresses(self, endpoint_ids: Collection[str]) -> frozenset[str]:
        endpoints = (self._records.endpoints[endpoint_id][1] for endpoint_id in endpoint_ids)
        ids = (i for endpoint in endpoints for i in endpoint.get("NetworkInterfaceIds", []))
        interfaces = (self._records.interfaces.get(interface_id, {}) for interface_id in ids)
        return frozenset(str(i["PrivateIpAddress"]) for i in interfaces if i.get("PrivateIpAddress"))

    def _narrowed(self, home: Recorded, endpoint_ids: Collection[str]) -> Iterator[Lead]:
        """Functions whose execution role an endpoint's policy may refuse."""
        needs = self._stand.needs
        found = [self._records.endpoints[endpoint_id] for endpoint_id in endpoint_ids]
        places = [(place, {str(endpoint.get("VpcId"))}) for place, endpoint in found]
        if not any(is_narrowed(place, needs, ids) for place, ids in [(home, {self._stand.vpc_id}), *places]):
            return
        for arn in sorted(needs.function_arns):
            lead = self._lead(arn.split(":")[4], LeadKind.FUNCTION, arn)
            place = self._records.places.get(lead.scope)
            if place is None or arn not in place.answers("lambda:GetFunctionConfiguration"):
                yield lead

    def _search(self, endpoints: dict[str, str], routes: Sequence[Item]) -> Iterator[Lead]:
        """First where the zone or Profile is; then in all accounts to which routes lead."""
        for endpoint_id, owner in sorted(endpoints.items()):
            first = self._lead(owner, LeadKind.ENDPOINT, endpoint_id)
            if first not in self._asked:
                yield first
                continue
            for route in routes:
                yield from self._behind(route, endpoint_id)

    def _behind(self, route: Item, endpoint_id: str) -> Iterator[Lead]:
        """Also behind a peering that does not carry: what it would lead to tells that it is to blame."""
        far = self._far_side(str(route.get("VpcPeeringConnectionId")), carrying=False)
        if far is not None:
            yield Lead(*self._scope_of(far), LeadKind.ENDPOINT, endpoint_id)
        gateway_id = str(route.get("TransitGatewayId"))
        owner = self._records.gateway_owners.get(gateway_id)
        if owner is not None:
            yield from self._gateway(owner, gateway_id)
            attachments = self._records.attachments.get(gateway_id, [])
            for account in sorted({owner, *(attachment.owner for attachment in attachments)}):
                yield self._lead(account, LeadKind.ENDPOINT, endpoint_id)

    # -- ways ----------------------------------------------------------------------------------------

    def _follow(self, route: Item, wanted: Destinations) -> Iterator[Lead]:
        """Where a route of the VPC leads."""
        far = self._far_side(str(route.get("VpcPeeringConnectionId")))
        if far is not None and not self._records.owns(self._scope_of(far), far["VpcId"]):
            yield Lead(*self._scope_of(far), LeadKind.FAR_VPC, far["VpcId"])
        gateway_id = str(route.get("TransitGatewayId"))
        owner = self._records.gateway_owners.get(gateway_id)
        if owner is not None:
            yield from self._gateway(owner, gateway_id)
            yield from self._over_gateway(owner, gateway_id, wanted)

    def _far_side(self, peering_id: str, *, carrying: bool = True) -> Item | None:
        """The far VPC of a peering, which must be active unless it need not be `carrying`."""
        peering = self._records.peerings.get(peering_id, {})
        if carrying and (peering.get("Status") or {}).get("Code") != "active":
            return None
        sides = [peering.get(name) or {} for name in ("RequesterVpcInfo", "AccepterVpcInfo")]
        return next((side for side in sides if side.get("VpcId") not in (None, self._stand.vpc_id)), None)

    def _scope_of(self, side: Item) -> Scope:
        return str(side.get("OwnerId")), str(side.get("Region") or self._stand.region)

    def _gateway(self, owner: str, gateway_id: str) -> Iterator[Lead]:
        if not self._records.has_gateway((owner, self._stand.region), gateway_id):
            yield self._lead(owner, LeadKind.GATEWAY, gateway_id)

    def _over_gateway(self, owner: str, gateway_id: str, wanted: Destinations) -> Iterator[Lead]:
        yield from self._through(owner, gateway_id, self._stand.vpc_id, wanted, _MOST_GATEWAYS)

    def _through(
        self, owner: str, gateway_id: str, entered_from: str, wanted: Destinations, most: int
    ) -> Iterator[Lead]:
        """Where a gateway takes what enters from a VPC or a peered gateway, over at most so many more."""
        attachments = self._records.attachments.get(gateway_id, [])
        table_id = _table_of(attachments, entered_from)
        yield from self._table(owner, table_id)
        routes = self._records.route_tables.get(table_id, {}).get("Routes", [])
        for route in chosen(routes, wanted, self._records):
            for target in route.get("TransitGatewayAttachments", []):
                far = str(target.get("ResourceId"))
                if target.get("ResourceType") != "peering":
                    yield from self._attached(owner, attachments, target)
                elif most and far in self._records.gateway_owners:
                    yield from self._table(owner, _table_of(attachments, far))
                    yield from self._gateway(self._records.gateway_owners[far], far)
                    further = self._records.gateway_owners[far]
                    yield from self._through(further, far, gateway_id, wanted, most - 1)

    def _attached(self, owner: str, attachments: Sequence[Attachment], target: Item) -> Iterator[Lead]:
        """The VPC at the far side, and the table by which its answers come back."""
        far = next((a for a in attachments if a.vpc_id == target.get("ResourceId")), None)
        if far is None or far.vpc_id == self._stand.vpc_id:
            return
        if not self._records.owns((far.owner, self._stand.region), far.vpc_id):
            yield self._lead(far.owner, LeadKind.FAR_VPC, far.vpc_id)
        yield from self._table(owner, _table_of(attachments, far.vpc_id))

    def _table(self, owner: str, table_id: str) -> Iterator[Lead]:
        if table_id and table_id not in self._records.route_tables:
            yield self._lead(owner, LeadKind.ROUTE_TABLE, table_id)

    def _lead(self, account: str, kind: LeadKind, wanted: str) -> Lead:
        return Lead(account, self._stand.region, kind, wanted)


def _table_of(attachments: Sequence[Attachment], vpc_id: str) -> str:
    return next((a.route_table_id for a in attachments if a.vpc_id == vpc_id), "")
