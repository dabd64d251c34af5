"""The ground of a case: one placement in the network, with its ways to services and brokers found once."""

from __future__ import annotations

import re
from dataclasses import replace

from kafka_trigger_guard.network.answers import Answer, Doubt, DoubtKind
from kafka_trigger_guard.network.endpoints import Defect, ServiceName, Serving
from kafka_trigger_guard.network.hops import Hop, HopKind
from kafka_trigger_guard.network.internet import Exit, ExitKind
from kafka_trigger_guard.network.model import Endpoint, Resource, RouteTarget, Subnet
from kafka_trigger_guard.network.nat import Sender
from kafka_trigger_guard.network.paths import Origin, Path, Target
from kafka_trigger_guard.network.ranges import RangeSet, dotted
from kafka_trigger_guard.network.reach import Reach
from kafka_trigger_guard.network.security_groups import Ports
from kafka_trigger_guard.rules.situation import Situation
from kafka_trigger_guard.triggers.trigger import Broker, Need, Service

_OWNER = re.compile(r"arn:[\w-]+:kafka:[\w-]*:(\d{12}):")
SubnetPaths = dict[str, tuple[Path, ...]]
"""The paths from each trigger subnet, by the subnet's id."""


class Ground:
    """A situation with everything that rules ask of the network; triggers that stand alike share it."""

    def __init__(self, reach: Reach, situation: Situation) -> None:
        self.reach = reach
        self.situation = situation
        self._servings: dict[tuple[Service, str], Serving] = {}
        self._service_paths: dict[str, SubnetPaths] = {}
        self._broker_paths: dict[Broker, tuple[Path, ...]] = {}

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The trigger subnets with the groups that pollers carry."""
        return self.situation.origins

    # -- services ------------------------------------------------------------------------------------

    def serving(self, need: Need) -> Serving:
        """How the needed service's name is served in the trigger's VPC."""
        key = (need.service, need.region)
        found = self._servings.get(key)
        if found is None:
            found = self._servings[key] = self._serving(need)
        return found

    def service_name(self, need: Need) -> ServiceName:
        """The needed service as the trigger's network knows it."""
        return ServiceName.of(need.service.value, need.region, self.situation.region)

    def _serving(self, need: Need) -> Serving:
        vpc = self.situation.vpc
        assert vpc is not None  # only cases inside a VPC ask for services
        name = self.service_name(need)
        serving = self._settled(self.reach.endpoints.serving(vpc, name), name)
        if need.service is not Service.S3 or serving.in_use or serving.captured:
            return serving
        return self._by_gateway(self.reach.endpoints.gateway_for(vpc, name), serving)

    def _settled(self, serving: Serving, name: ServiceName) -> Serving:
        """A zone's wrong addresses: where routes lead there and nothing that serves stands there, no doubt is
        left."""
        if not serving.strays:
            return serving
        found = [self._at_stray(number, name) for number in sorted(serving.strays)]
        doubt = next((each for each in found if isinstance(each, Doubt)), None)
        if doubt is not None or not all(found):
            return replace(serving, doubt=doubt or serving.doubt)
        endpoint, numbers = serving.endpoint, serving.numbers
        if serving.defect is Defect.VPC_DNS_DISABLED:
            return replace(serving, doubt=None, strays=frozenset()) if endpoint is not None else Serving()
        if endpoint is not None and endpoint.available:
            strays = serving.strays
            return Serving(endpoint, in_use=True, numbers=numbers, strays=strays, zone=serving.zone)
        return Serving(captured=serving.zone)

    def _at_stray(self, number: int, name: ServiceName) -> bool | Doubt:
        """Whether packets to the address surely find nothing that serves, from every trigger subnet that has
        a way there, if any has; or what was not read to tell."""
        network, ways, found = self.reach.network, self.reach.ways, False
        for origin in self.origins:
            crossing = ways.arrive(origin.subnet, RangeSet.single(number))[0]
            vpc = network.parts.vpcs.get(crossing.vpc_id or "")
            if crossing.answer is Answer.DENY:
                continue
            if crossing.answer is not Answer.ALLOW or vpc is None:
                return crossing.doubt or False
            interface = network.interface_at(vpc.id, number)
            lists = "ec2:DescribeNetworkInterfaces" if interface is None else "ec2:DescribeVpcEndpoints"
            unread = network.vpc_gap(vpc, lists) or self.reach.endpoints.relay(vpc.id, number)
            if unread is not None:
                return unread
            if interface is not None and self.reach.endpoints.is_seat(interface.id, name):
                return False
            found = True
        return found

    def _by_gateway(self, gateways: tuple[Endpoint, ...], otherwise: Serving) -> Serving:
        """The gateway endpoint to which routes lead; one without routes, if there is no other endpoint."""
        led = [g for g in gateways if any(self._gateway_route(o.subnet, g) for o in self.origins)]
        if led and led[0].available:
            return Serving(led[0], in_use=True)
        if not gateways or otherwise.endpoint is not None or (otherwise.doubt is not None and not led):
            return otherwise
        chosen = (led or gateways)[0]
        return Serving(chosen, defect=None if chosen.available else Defect.NOT_AVAILABLE)

    def absent_answer(self, need: Need) -> tuple[Resource, Endpoint] | None:
        """The hosted zone or Profile that would lead to an endpoint, were it associated with the VPC."""
        vpc = self.situation.vpc
        if vpc is None or need.region != self.situation.region:
            return None
        name = self.service_name(need)
        return self.reach.endpoints.absent_answer(vpc, name)

    def endpoint_elsewhere(self, need: Need) -> tuple[str, tuple[str, ...]] | None:
        """The service's name, and the addresses of some endpoint for it that serves, in whichever VPC."""
        name = self.service_name(need)
        for endpoint in self.reach.endpoints.serving_anywhere(name):
            seats = self.reach.endpoints.seats(endpoint)
            numbers = tuple(dotted(number) for seat in seats for number in seat.numbers)
            if numbers:
                return name.dns_name, numbers
        return None

    def exits(self) -> tuple[Exit, ...]:
        """How each trigger subnet leaves for public addresses."""
        exit_of = self.reach.internet.exit
        return tuple(exit_of(Sender(origin.subnet, origin.group_ids)) for origin in self.origins)

    def candidate(self, need: Need) -> Serving:
        """The endpoint in use, else the one whose defect the endpoint rule blames: not where a NAT or a
        central egress takes the traffic, and unknown where nobody knows whether one does."""
        serving = self.serving(need)
        if serving.in_use or serving.captured is not None or (serving.endpoint or serving.defect) is None:
            return serving
        exits = self.exits()
        if serving.doubt is not None and serving.defect is None:
            carried = any(found.carries for found in exits)
            return Serving(doubt=serving.doubt) if carried else serving
        if any(found.kind in (ExitKind.NAT, ExitKind.CENTRAL) and found.carries for found in exits):
            return Serving()
        return Serving(doubt=doubt) if (doubt := doubt_of(exits)) is not None else serving

    def service_paths(self, serving: Serving) -> SubnetPaths:
        """The paths from each trigger subnet to the candidate endpoint of a service."""
        endpoint = serving.endpoint
        if endpoint is None:
            return {}
        found = self._service_paths.get(endpoint.id)
        if found is None:
            found = self._service_paths[endpoint.id] = self._to_endpoint(endpoint, serving)
        return found

    def _to_endpoint(self, endpoint: Endpoint, serving: Serving) -> SubnetPaths:
        if endpoint.type == "Gateway":
            return {origin.subnet.id: self._to_gateway(origin, endpoint) for origin in self.origins}
        targets = self.reach.targets.at_endpoint(endpoint, serving.numbers)
        path = self.reach.paths.path
        return {
            origin.subnet.id: tuple(path(origin, target) for target in targets) for origin in self.origins
        }

    def _to_gateway(self, origin: Origin, endpoint: Endpoint) -> tuple[Path, ...]:
        prefix_list_id = self._gateway_route(origin.subnet, endpoint)
        return (self.reach.paths.to_gateway(origin, endpoint, prefix_list_id),) if prefix_list_id else ()

    def _gateway_route(self, subnet: Subnet, endpoint: Endpoint) -> str | None:
        """The prefix list by which the subnet's table leads to a gateway endpoint."""
        table = self.reach.network.route_table_of(subnet)
        if isinstance(table, Doubt):
            return None
        routes = (r for r in table.routes if r.target is RouteTarget.ENDPOINT and r.target_id == endpoint.id)
        return next((r.prefix_list_id for r in routes if r.active and r.prefix_list_id), None)

    # -- brokers -------------------------------------------------------------------------------------

    def unread(self, text: str) -> Doubt:
        """The doubt about what was not read of the source, in the account that its ARN names, or its own."""
        owner = _OWNER.search(text)
        account = owner[1] if owner is not None else self.situation.account
        return Doubt(DoubtKind.NOT_COLLECTED, text, account=account)

    def broker_paths(self, broker: Broker) -> tuple[Path, ...]:
        """The paths from every trigger subnet to one broker."""
        found = self._broker_paths.get(broker)
        if found is None:
            found = self._broker_paths[broker] = tuple(
                self.reach.paths.path(origin, target)
                for origin in self.origins
                for target in self._targets(origin, broker)
            )
        return found

    def broker_addresses(self, broker: Broker) -> tuple[int, ...] | Doubt:
        """The addresses of a broker that has a host."""
        vpc = self.situation.vpc
        assert vpc is not None  # only cases inside a VPC resolve names
        return self.reach.names.addresses_of_host(vpc, broker.host or "")

    def _targets(self, origin: Origin, broker: Broker) -> tuple[Target, ...]:
        doubt = self.unread(broker.unread) if broker.unread else None
        ports, targets = Ports(RangeSet.of(broker.ports), doubt), self.reach.targets
        if broker.host is None:
            return self._in_subnets(broker, ports, doubt)
        addresses = self.broker_addresses(broker)
        if isinstance(addresses, Doubt):
            return (targets.nowhere(broker.name, ports, addresses),)
        return tuple(targets.at_address(origin, broker.name, number, ports) for number in addresses)

    def _in_subnets(self, broker: Broker, ports: Ports, doubt: Doubt | None) -> tuple[Target, ...]:
        subnets = [self.reach.network.parts.subnets.get(subnet_id) for subnet_id in broker.subnet_ids]
        known = tuple(subnet for subnet in subnets if subnet is not None)
        if not known or len(known) < len(subnets):
            unread = doubt or self.unread(f"ec2:DescribeSubnets: the subnets of {broker.name} were not read")
            return (self.reach.targets.nowhere(broker.name, ports, unread),)
        if broker.anywhere:
            groups = broker.security_group_ids or self.situation.group_ids
            return self.reach.targets.everywhere(broker.name, known, groups, ports, self._shut(broker))
        unread = doubt or self.unread(f"the address of {broker.name} was not read")
        return self.reach.targets.somewhere(broker.name, known, ports, unread)

    def _shut(self, broker: Broker) -> Hop | None:
        """What keeps a broker from answering although its subnets are known."""
        if broker.unavailable is None:
            return None
        shut = broker.unavailable
        resource = Resource(shut.arn, "AWS::MSK::VpcConnection", self.situation.account)
        return Hop(HopKind.ARRIVAL, Answer.DENY, resource, f"{shut.arn} is {shut.state}")


def doubt_of(exits: tuple[Exit, ...]) -> Doubt | None:
    """Why it is unknown whether some exit carries, if it is."""
    hops = (found.through.hop for found in exits if found.kind is ExitKind.UNKNOWN)
    return next((hop.doubt for hop in hops if hop is not None), None)
