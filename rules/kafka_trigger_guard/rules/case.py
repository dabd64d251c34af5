"""A case: one trigger at one placement, with everything its rules ask of the network."""

from __future__ import annotations

from dataclasses import dataclass

from kafka_trigger_guard.network.answers import Doubt, DoubtKind, all_of
from kafka_trigger_guard.network.conditions import Context
from kafka_trigger_guard.network.endpoints import Defect, ServiceName, Serving
from kafka_trigger_guard.network.hops import Hop, HopKind
from kafka_trigger_guard.network.model import Endpoint, Resource, RouteTarget, Subnet
from kafka_trigger_guard.network.paths import Origin, Path, Target
from kafka_trigger_guard.network.policies import Caller, Request, permits
from kafka_trigger_guard.network.ranges import RangeSet
from kafka_trigger_guard.network.reach import Reach
from kafka_trigger_guard.network.security_groups import Ports
from kafka_trigger_guard.rules.parameters import Parameters
from kafka_trigger_guard.rules.situation import Situation
from kafka_trigger_guard.triggers.trigger import Broker, Call, Need, Service, Trigger

_LAMBDA = "lambda.amazonaws.com"
_ENDPOINT = "AWS::EC2::VPCEndpoint"
_ABSENT_FOR_SERVICES = frozenset(
    {
        "aws:principalorgid",
        "aws:principalaccount",
        "aws:principalorgpaths",
        "aws:principaltag/",
        "aws:sourceip",
    }
)
_ABSENT_FOR_ROLES = frozenset({"aws:principalservicename", "aws:principalservicenameslist", "aws:sourceip"})


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule judges: a trigger at one placement of a network, under the rule's parameters."""

    reach: Reach
    trigger: Trigger
    situation: Situation
    parameters: Parameters

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The trigger subnets with the groups that pollers carry."""
        return self.situation.origins

    # -- services ------------------------------------------------------------------------------------

    def serving(self, need: Need) -> Serving:
        """How the needed service's name is served in the trigger's VPC."""
        vpc = self.situation.vpc
        assert vpc is not None  # only cases inside a VPC ask for services
        name = ServiceName.of(need.service.value, need.region, self.trigger.region)
        serving = self.reach.endpoints.serving(vpc, name)
        if need.service is not Service.S3 or serving.in_use or serving.captured or serving.endpoint:
            return serving
        gateways = self.reach.endpoints.gateway_for(vpc, name)
        led = any(
            self._gateway_route(origin.subnet, gateway) for gateway in gateways for origin in self.origins
        )
        if gateways and (led or serving.doubt is None):
            up = gateways[0].available
            return Serving(gateways[0], in_use=led and up, defect=None if up else Defect.NOT_AVAILABLE)
        return serving

    def service_paths(self, need: Need, serving: Serving) -> dict[str, tuple[Path, ...]]:
        """The paths from each trigger subnet, by its id, to the candidate endpoint of a service."""
        endpoint = serving.endpoint
        if endpoint is None:
            return {}
        if endpoint.type == "Gateway":
            return {o.subnet.id: self._gateway_paths(o, endpoint) for o in self.origins}
        targets = self.reach.targets.at_endpoint(endpoint, serving.numbers)
        return {
            o.subnet.id: tuple(self.reach.paths.path(o, target) for target in targets) for o in self.origins
        }

    def _gateway_paths(self, origin: Origin, endpoint: Endpoint) -> tuple[Path, ...]:
        prefix_list_id = self._gateway_route(origin.subnet, endpoint)
        return (self.reach.paths.to_gateway(origin, endpoint, prefix_list_id),) if prefix_list_id else ()

    def _gateway_route(self, subnet: Subnet, endpoint: Endpoint) -> str | None:
        """The prefix list by which the subnet's table leads to a gateway endpoint."""
        table = self.reach.network.route_table_of(subnet)
        if isinstance(table, Doubt):
            return None
        routes = (r for r in table.routes if r.target is RouteTarget.ENDPOINT and r.target_id == endpoint.id)
        return next((r.prefix_list_id for r in routes if r.active and r.prefix_list_id), None)

    # -- endpoint policies ---------------------------------------------------------------------------

    def policy_hop(self, need: Need, endpoint: Endpoint) -> Hop | None:
        """The hop at the endpoint's policy; None where it is AWS's open default."""
        if endpoint.policy is None or endpoint.policy.open:
            return None
        answers = [
            permits(endpoint.policy, self._request(call), self._context(call, need, endpoint))
            for call in need.calls
        ]
        resource = Resource(endpoint.id, _ENDPOINT, endpoint.account)
        actions = " and ".join(call.action for call in need.calls)
        text = f"the policy of {endpoint.id} on {actions}"
        doubt = Doubt(
            DoubtKind.NOT_MODELLED, f"{text} cannot be evaluated", endpoint.id, _ENDPOINT, endpoint.account
        )
        if self.trigger.role_arn is None and any(not call.by_service for call in need.calls):
            operation = f"lambda:GetFunctionConfiguration {self.trigger.function_arn}"
            doubt = Doubt(DoubtKind.NOT_COLLECTED, f"{operation} was not read, and {text} names roles")
        return Hop(HopKind.POLICY, all_of(answers), resource, text, doubt=doubt)

    def _request(self, call: Call) -> Request:
        if call.by_service:
            return Request(call.action, call.resources, Caller(self.trigger.account, service=_LAMBDA))
        caller = Caller(self.trigger.account, role_arn=self.trigger.role_arn)
        return Request(call.action, call.resources, caller, whole=False)

    def _context(self, call: Call, need: Need, endpoint: Endpoint) -> Context:
        """IAM/latest/UserGuide/reference_policies_condition-keys: service principals carry no organization."""
        known = {
            "aws:sourcevpc": (endpoint.vpc_id,),
            "aws:sourcevpce": (endpoint.id,),
            "aws:securetransport": ("true",),
            "aws:requestedregion": (need.region,),
            "aws:principalisawsservice": ("true" if call.by_service else "false",),
        }
        if call.by_service:
            known["aws:principalservicename"] = (_LAMBDA,)
            return Context(known, _ABSENT_FOR_SERVICES)
        known["aws:principalaccount"] = (self.trigger.account,)
        if self.trigger.role_arn is not None:
            known["aws:principalarn"] = (self.trigger.role_arn,)
        return Context(known, _ABSENT_FOR_ROLES)

    # -- brokers -------------------------------------------------------------------------------------

    def broker_paths(self, broker: Broker) -> tuple[Path, ...]:
        """The paths from every trigger subnet to one broker."""
        return tuple(
            self.reach.paths.path(origin, target)
            for origin in self.origins
            for target in self._targets(origin, broker)
        )

    def broker_addresses(self, broker: Broker) -> tuple[int, ...] | Doubt:
        """The addresses of a broker that has a host."""
        vpc = self.situation.vpc
        assert vpc is not None  # only cases inside a VPC resolve names
        return self.reach.names.addresses_of_host(vpc, broker.host or "")

    def _targets(self, origin: Origin, broker: Broker) -> tuple[Target, ...]:
        doubt = Doubt(DoubtKind.NOT_COLLECTED, broker.unread) if broker.unread else None
        ports = Ports(RangeSet.of(broker.ports), doubt)
        targets = self.reach.targets
        if broker.host is None:
            subnets = [self.reach.network.parts.subnets.get(subnet_id) for subnet_id in broker.subnet_ids]
            known = tuple(subnet for subnet in subnets if subnet is not None)
            groups = broker.security_group_ids or self.situation.group_ids
            return targets.somewhere(broker.name, known, groups, ports, doubt)
        addresses = self.broker_addresses(broker)
        if isinstance(addresses, Doubt):
            return (targets.nowhere(broker.name, ports, addresses),)
        groups = broker.security_group_ids
        return tuple(targets.at_address(origin, broker.name, number, ports, groups) for number in addresses)
