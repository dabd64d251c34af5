"""How a subnet's traffic to public addresses leaves: by NAT, by a central egress, or not at all.

vpc/latest/userguide/vpc-nat-gateway; lambda/latest/dg/with-msk-cluster-network: a poller has no public
address, so an internet gateway route alone never helps it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kafka_trigger_guard.network.answers import Answer, Doubt, DoubtKind
from kafka_trigger_guard.network.crossings import Crossing
from kafka_trigger_guard.network.hops import Axis, Hop, HopKind, Outcome, Share, outcome
from kafka_trigger_guard.network.model import NatGateway, Resource, Route, RouteTable, RouteTarget, Subnet
from kafka_trigger_guard.network.nat import Nats, Sender
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.ranges import PUBLIC_IPV4, RangeSet
from kafka_trigger_guard.network.routes import Choice, Routes
from kafka_trigger_guard.network.security_groups import Peer
from kafka_trigger_guard.network.ways import Ways


class ExitKind(Enum):
    """By what public addresses are left for."""

    NAT = "nat"
    CENTRAL = "central"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Exit:
    """A subnet's way to public addresses; `through` says how much of it works and what decides.

    For a central egress `through` is ALL only if the far NAT was read and works.
    """

    kind: ExitKind
    resource: Resource
    through: Outcome
    hops: tuple[Hop, ...]

    @property
    def carries(self) -> bool:
        """Whether some traffic may leave."""
        return self.through.share is not Share.NONE


_CENTRAL = frozenset(
    {
        RouteTarget.TRANSIT_GATEWAY,
        RouteTarget.PEERING,
        RouteTarget.VPN_GATEWAY,
        RouteTarget.CORE_NETWORK,
        RouteTarget.ENDPOINT,
        RouteTarget.OTHER,
    }
)
_NATS = frozenset({RouteTarget.NAT_GATEWAY, RouteTarget.INTERFACE})


class Internet:
    """The exits of one network's subnets, each worked out once."""

    def __init__(self, network: Network, routes: Routes, ways: Ways, nats: Nats) -> None:
        self._network = network
        self._routes = routes
        self._ways = ways
        self._nats = nats
        self._exits: dict[Sender, Exit] = {}

    def exit(self, sender: Sender, *, depth: int = 0) -> Exit:
        """The sender's exit towards public addresses."""
        found = self._exits.get(sender)
        if found is None:
            found = self._exits[sender] = self._exit(sender, depth)
        return found

    def _exit(self, sender: Sender, depth: int) -> Exit:
        subnet = sender.subnet
        vpc = self._network.vpc_of(subnet)
        table, choices = self._routes.choose(subnet, PUBLIC_IPV4 - vpc.cidrs)
        exits = [self._by(sender, table, c, depth) for c in choices if not c.to_gateway_endpoint]
        kinds = {found.kind for found in exits}
        if len(kinds) == 1:
            return exits[0] if len(exits) == 1 else _united(exits)
        return self._by_parts(sender, _resource(table, subnet), exits)

    def _by_parts(self, sender: Sender, where: Resource, exits: list[Exit]) -> Exit:
        """Parts of the public addresses leave differently, and nobody knows which part is the service's; what
        is denied in every part, or by the sender's own ACL, is denied all the same."""
        shut = [found.through for found in exits if found.through.share in (Share.NONE, Share.SOME)]
        if exits and len(shut) == len(exits):
            hop = next((through.hop for through in shut if through.share is Share.SOME), shut[0].hop)
            return Exit(ExitKind.UNKNOWN, where, Outcome(Share.SOME, hop), exits[0].hops)
        text = f"{where.id} sends only part of the public addresses to a NAT"
        doubt = Doubt(DoubtKind.NOT_MODELLED, text, where.id, where.type, where.account)
        route = Hop(HopKind.ROUTE, Answer.UNKNOWN, where, text, doubt=doubt)
        hops = (route, *self._nats.own_acl_hops(sender))
        return Exit(ExitKind.UNKNOWN, where, outcome(hops), hops)

    def _by(self, sender: Sender, table: RouteTable | None, choice: Choice, depth: int) -> Exit:
        route, where = choice.route, _resource(table, sender.subnet)
        if isinstance(route, Doubt):
            return _unknown(where, route)
        if route is None:
            return _none(_vpc(sender.subnet), f"{where.id} has no route to public addresses")
        if not route.active:
            return _none(where, f"the route of {where.id} to public addresses is a blackhole")
        if route.target in _NATS:
            return self._by_nat(sender, where, route)
        if route.target in _CENTRAL:
            return self._by_centre(sender, where, route, choice.addresses, depth)
        text = f"{where.id} leads to {route.target_id}, which serves only interfaces with a public address"
        return _none(_vpc(sender.subnet), text)

    def _by_nat(self, sender: Sender, table: Resource, route: Route) -> Exit:
        hops = self._nats.hops(sender, table, route)
        through = outcome(hops)
        resource = Resource(route.target_id, route.target.value, table.account)
        if through.hop is None or through.share is Share.SOME:
            return Exit(ExitKind.NAT, resource, through, hops)
        if through.share is Share.UNKNOWN:
            return Exit(ExitKind.UNKNOWN, through.hop.resource, through, hops)
        return Exit(ExitKind.NONE, through.hop.resource, through, hops)

    def _by_centre(
        self, sender: Sender, table: Resource, route: Route, addresses: RangeSet, depth: int
    ) -> Exit:
        """By transit gateway, peering, VPN, Cloud WAN or an appliance: the far NAT must be known."""
        crossings = self._ways.arrive(sender.subnet, addresses)
        via = crossings[0].via if len(crossings) == 1 else ()
        here = Resource(route.target_id, route.target.value, table.account)
        resource = next((passed for passed in via if passed.id == route.target_id), here)
        far = self._far_exit(sender, crossings, depth)
        if far is not None and far.kind is ExitKind.NAT and far.through.share is Share.ALL:
            text = f"{table.id} leads over {resource.id} to {far.resource.id}"
            last = Hop(HopKind.ROUTE, Answer.ALLOW, far.resource, text, via=via)
        else:
            last = _in_doubt(table, resource, far, crossings, via)
        near = (*self._near_acls(sender, crossings, depth), last)
        return Exit(
            ExitKind.CENTRAL, resource, outcome(near), (*near, *(far.hops if far is not None else ()))
        )

    def _near_acls(self, sender: Sender, crossings: tuple[Crossing, ...], depth: int) -> tuple[Hop, ...]:
        """The ACLs of the sender's VPC: answers come out of the attachment in the zone of the far NAT."""
        entered = {subnet.id: subnet for crossing in crossings for subnet in crossing.exit_subnets}
        landing = {
            subnet.id: subnet
            for crossing in crossings
            for zone in self._answering_zones(sender, crossing, depth)
            for subnet in crossing.home_landing(zone)
        }
        return self._nats.attachment_acl_hops(sender, tuple(entered.values()), tuple(landing.values()))

    def _answering_zones(self, sender: Sender, crossing: Crossing, depth: int) -> set[str]:
        """The zones of the NAT gateways to which a transit gateway brings the sender's packets."""
        if depth > 1:
            return {sender.subnet.zone}
        exits = [self.exit(passing, depth=depth + 1) for passing in _landed(sender, crossing)]
        gateways = [self._network.parts.nat_gateways.get(found.resource.id) for found in exits]
        homes = [self._home_of(e.resource.id, g) for e, g in zip(exits, gateways, strict=True)]
        return {home.zone for home in homes if home is not None} or {sender.subnet.zone}

    def _far_exit(self, sender: Sender, crossings: tuple[Crossing, ...], depth: int) -> Exit | None:
        """The exit beyond a transit gateway: the far VPC's NAT, if it can also answer."""
        if depth > 1 or len(crossings) != 1:
            return None
        senders = _landed(sender, crossings[0])
        if not senders:
            doubt = crossings[0].doubt
            return _unknown(crossings[0].resource, doubt) if doubt is not None else None
        exits = [self.exit(passing, depth=depth + 1) for passing in senders]
        for found in exits:
            if found.kind is not ExitKind.NAT or found.through.share is not Share.ALL:
                return found
        backs = [self._way_back(found.resource.id, sender) for found in exits]
        shut = next((hop for hop in backs if hop.answer is not Answer.ALLOW), None)
        return exits[0] if shut is None else Exit(ExitKind.NONE, shut.resource, outcome((shut,)), (shut,))

    def _way_back(self, nat_id: str, sender: Sender) -> Hop:
        gateway = self._network.parts.nat_gateways.get(nat_id)
        home = self._home_of(nat_id, gateway)
        if home is None:
            resource = Resource(nat_id, RouteTarget.NAT_GATEWAY.value, sender.subnet.account)
            text = f"the subnet of {nat_id} was not read"
            doubt = Doubt(DoubtKind.NOT_COLLECTED, text, nat_id, resource.type, resource.account)
            return Hop(HopKind.ROUTE, Answer.UNKNOWN, resource, text, doubt=doubt, back=True)
        return self._ways.hop(home, sender.subnet.vpc_id, Peer(sender.addresses), Axis.SOURCE, back=True)

    def _home_of(self, nat_id: str, gateway: NatGateway | None) -> Subnet | None:
        interface = self._network.parts.interfaces.get(nat_id)
        subnet_id = gateway.subnet_id if gateway is not None else interface.subnet_id if interface else None
        return self._network.parts.subnets.get(subnet_id or "")


def _landed(sender: Sender, crossing: Crossing) -> list[Sender]:
    """The sender's packets where they come out of a transit gateway."""
    entries = crossing.landing(sender.subnet.zone)
    return [Sender(entry, frozenset(), sender.port, sender.addresses) for entry in entries]


def _in_doubt(
    table: Resource,
    leads_to: Resource,
    far: Exit | None,
    crossings: tuple[Crossing, ...],
    via: tuple[Resource, ...],
) -> Hop:
    """The hop of a central egress that was not seen to work, by what stands in its way or was not read."""
    text = f"{table.id} sends public addresses to {leads_to.id}, beyond which nothing was read"
    where, cause = leads_to, None
    if far is not None and far.through.hop is not None:
        text, where, cause = far.through.hop.text, far.through.hop.resource, far.through.hop.doubt
    elif (shut := next((c for c in crossings if not c.entry_subnets), None)) is not None:
        text, where, cause = shut.text, shut.resource, shut.doubt
    unread = cause.account if cause is not None and cause.kind is not DoubtKind.NOT_MODELLED else ""
    at = where if where.id else leads_to
    doubt = Doubt(DoubtKind.NOT_MODELLED, text, at.id, at.type, at.account, unread_account=unread)
    return Hop(HopKind.ROUTE, Answer.UNKNOWN, at, text, doubt=doubt, via=via)


def _resource(table: RouteTable | None, subnet: Subnet) -> Resource:
    if table is None:
        return Resource(subnet.id, "AWS::EC2::Subnet", subnet.account)
    return Resource(table.id, "AWS::EC2::RouteTable", table.account)


def _vpc(subnet: Subnet) -> Resource:
    return Resource(subnet.vpc_id, "AWS::EC2::VPC", subnet.account)


def _none(where: Resource, text: str) -> Exit:
    hop = Hop(HopKind.ROUTE, Answer.DENY, where, text)
    return Exit(ExitKind.NONE, where, outcome((hop,)), (hop,))


def _unknown(where: Resource, doubt: Doubt) -> Exit:
    hop = Hop(HopKind.ROUTE, Answer.UNKNOWN, where, doubt.text, doubt=doubt)
    return Exit(ExitKind.UNKNOWN, where, outcome((hop,)), (hop,))


def _united(exits: list[Exit]) -> Exit:
    """Several exits of one kind: the one that works least decides."""
    order = (Share.NONE, Share.SOME, Share.UNKNOWN, Share.ALL)
    return min(exits, key=lambda found: order.index(found.through.share))
