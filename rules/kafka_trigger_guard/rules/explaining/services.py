"""The ways to an AWS service: through its endpoint, and by NAT where no endpoint is in use."""

from __future__ import annotations

from dataclasses import replace

from kafka_trigger_guard.network.answers import Answer, Doubt
from kafka_trigger_guard.network.endpoints import Defect, Serving
from kafka_trigger_guard.network.hops import Hop, HopKind, Share, outcome
from kafka_trigger_guard.network.internet import Exit, ExitKind
from kafka_trigger_guard.network.model import Endpoint, Resource
from kafka_trigger_guard.network.nat import Sender
from kafka_trigger_guard.network.paths import Origin, Path
from kafka_trigger_guard.network.ranges import dotted
from kafka_trigger_guard.network.security_groups import HTTPS, named
from kafka_trigger_guard.rules import (
    destination_endpoint,
    egress,
    endpoint_ingress,
    lambda_endpoint,
    secretsmanager_endpoint,
    sts_endpoint,
)
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.endpoint_question import allows_nat, stray_hop
from kafka_trigger_guard.rules.explaining.journeys import (
    ALLOWANCE,
    NAME,
    Leg,
    Step,
    Way,
    grouped,
    step,
    steps_of,
)
from kafka_trigger_guard.rules.explaining.journeys import unknown_opening as _unknown_opening
from kafka_trigger_guard.triggers.trigger import Need, Service

_ENDPOINT = "AWS::EC2::VPCEndpoint"
_PUBLIC = "public addresses"
RULE_OF_SERVICE = {
    Service.LAMBDA: lambda_endpoint.RULE.name,
    Service.STS: sts_endpoint.RULE.name,
    Service.SECRETS_MANAGER: secretsmanager_endpoint.RULE.name,
    Service.SQS: destination_endpoint.RULE.name,
    Service.SNS: destination_endpoint.RULE.name,
    Service.S3: destination_endpoint.RULE.name,
}
"""The endpoint rule that asks for each service."""
_DEFECTS = {
    Defect.NOT_AVAILABLE: ("is not available", "Bring {id} to state available or replace it."),
    Defect.PRIVATE_DNS_DISABLED: ("has private DNS off", "Turn on the private DNS of {id}."),
    Defect.VPC_DNS_DISABLED: (
        "is not found: the DNS attributes of {vpc} are off",
        "Turn on enableDnsSupport and enableDnsHostnames of {vpc}.",
    ),
}


def service_ways(case: Case, egress_case: Case, need: Need) -> tuple[Way, ...]:
    """The ways to a needed service.

    `case` carries the endpoint rule's parameters, `egress_case` those of the egress rule, which may count
    other ways.
    """
    ways = _Ways(case, egress_case, need)
    serving = ways.serving
    if serving.in_use:
        return ways.through_endpoint(serving)
    if serving.endpoint is not None:
        only = serving.captured is not None or serving.doubt is not None
        return ways.through_endpoint(serving) if only else (*ways.through_endpoint(serving), ways.by_exit())
    if serving.doubt is not None and serving.defect is not None:
        return (ways.unasked(serving.doubt), ways.by_exit())
    if serving.doubt is not None:
        return (ways.unknown(serving.doubt),)
    if serving.captured is not None:
        return (ways.captured(serving.captured),)
    return (ways.by_exit(),)


class _Ways:
    """The ways of one need, with what they have in common."""

    def __init__(self, case: Case, egress_case: Case, need: Need) -> None:
        self._case = case
        self._need = need
        self._service = need.service.value
        self._rule = RULE_OF_SERVICE[need.service]
        self._nat = allows_nat(case, need.service)
        self._egress_needed = allows_nat(egress_case, need.service)
        self._groups = case.situation.group_ids
        self.serving = case.ground.serving(need)

    # -- through an endpoint

    def through_endpoint(self, serving: Serving) -> tuple[Way, ...]:
        """The way through the candidate endpoint; one without routes to it is no way."""
        endpoint = serving.endpoint
        assert endpoint is not None  # the caller asks for servings with a candidate
        first = _name_step(serving, endpoint, self._service, self._rule)
        policy = self._case.policy_hop(self._need, endpoint)
        legs = []
        for origin in self._case.ground.origins:
            paths = self._case.ground.service_paths(serving).get(origin.subnet.id, ())
            legs += [self._leg(path, endpoint, first, policy) for path in paths]
            if not paths and serving.in_use:
                legs.append(self._exit_leg(origin))
            legs += self._stray_legs(origin, serving)
        state = "" if serving.in_use else ", which is not in use"
        title = f"through {endpoint.id}{state}"
        return (Way(title, _resource(endpoint), grouped(legs)),) if legs else ()

    def _stray_legs(self, origin: Origin, serving: Serving) -> list[Leg]:
        if serving.zone is None or not serving.in_use:
            return []
        opening, legs = f"Take the address out of {serving.zone.id}.", []
        for number in sorted(serving.strays):
            hop = stray_hop(serving.zone, number)
            at_zone = Step(NAME, hop.answer, hop.resource, hop.text, self._rule, opening=opening)
            legs.append(Leg(origin.subnet.id, dotted(number), (at_zone,)))
        return legs

    def _leg(self, path: Path, endpoint: Endpoint, first: Step, policy: Hop | None) -> Leg:
        owners = dict.fromkeys((HopKind.ROUTE, HopKind.NETWORK_ACL, HopKind.ARRIVAL), self._rule)
        owners |= {HopKind.EGRESS: egress.RULE.name, HopKind.INGRESS: endpoint_ingress.RULE.name}
        steps = steps_of(path, owners, self._groups)
        forth = tuple(found for found in steps if not found.back)
        back = tuple(found for found in steps if found.back)
        at_policy = (step(policy, self._rule, path, self._groups),) if policy is not None else ()
        where = named(path.target.addresses) if endpoint.type == "Interface" else f"{self._service} addresses"
        return Leg(path.subnet.id, where, (first, *forth, *at_policy, *back))

    # -- by NAT, or not at all

    def by_exit(self) -> Way:
        """The way to the service's public addresses, of which NAT paths count only where they are allowed."""
        legs = [self._exit_leg(origin) for origin in self._case.ground.origins]
        exits = {self._exit(origin).resource: None for origin in self._case.ground.origins}
        by = next(iter(exits)) if len(exits) == 1 else None
        return Way("without an endpoint, to public addresses", by, grouped(legs))

    def _exit(self, origin: Origin) -> Exit:
        return self._case.ground.reach.internet.exit(Sender(origin.subnet, origin.group_ids))

    def _exit_leg(self, origin: Origin) -> Leg:
        found = self._exit(origin)
        path = self._case.ground.reach.paths.to_public(origin, self._service)
        steps = [step(hop, self._rule, path, self._groups) for hop in found.hops]
        if found.through.share is not Share.ALL:
            steps = [self._with_endpoint_opening(s) if s.answer is Answer.DENY else s for s in steps]
        if self._egress_needed:
            steps = [*steps_of(path, {HopKind.EGRESS: egress.RULE.name}, self._groups), *steps]
        leaving = {ExitKind.NAT} if self.serving.in_use else {ExitKind.NAT, ExitKind.CENTRAL}
        if not self._nat and found.kind in leaving:
            steps.append(self._not_allowed(found))
        return Leg(origin.subnet.id, _PUBLIC, tuple(steps))

    def _with_endpoint_opening(self, found: Step) -> Step:
        vpc = self._case.situation.vpc
        where = vpc.id if vpc is not None else "the VPC"
        return replace(found, opening=f"Create the interface endpoint for {self._service} in {where}.")

    def _not_allowed(self, found: Exit) -> Step:
        vpc = self._case.situation.vpc
        where = vpc.id if vpc is not None else "the VPC"
        return Step(
            ALLOWANCE,
            Answer.DENY,
            found.resource,
            f"{found.resource.id} carries every byte of {self._service}, and AllowNat is false",
            self._rule,
            opening=f"Create the interface endpoint for {self._service} in {where}.",
        )

    # -- names that lead nowhere

    def unknown(self, doubt: Doubt) -> Way:
        """The way where nobody knows what serves the name."""
        return self._to_nobody_knows(doubt, _doubtful(doubt, self._rule))

    def unasked(self, doubt: Doubt) -> Way:
        """The way where the VPC asks no private zone, and nobody knows which endpoint it would lead to."""
        vpc = self._case.situation.vpc
        assert vpc is not None  # only cases inside a VPC ask for services
        what, opening = _DEFECTS[Defect.VPC_DNS_DISABLED]
        text = f"a private name of {self._service} {what.format(vpc=vpc.id)}"
        resource = Resource(vpc.id, "AWS::EC2::VPC", vpc.account)
        first = Step(NAME, Answer.DENY, resource, text, self._rule, opening=opening.format(vpc=vpc.id))
        return self._to_nobody_knows(doubt, first, _doubtful(doubt, endpoint_ingress.RULE.name))

    def _to_nobody_knows(self, doubt: Doubt, *first: Step) -> Way:
        legs = [
            Leg(origin.subnet.id, "an address that is not known", (*first, *self._anywhere(origin, doubt)))
            for origin in self._case.ground.origins
        ]
        return Way("where its name resolves", None, grouped(legs))

    def _anywhere(self, origin: Origin, doubt: Doubt) -> tuple[Step, ...]:
        target = self._case.ground.reach.targets.nowhere(self._service, HTTPS, doubt)
        path = self._case.ground.reach.paths.path(origin, target)
        hops = tuple(hop for hop in path.hops if hop.kind is HopKind.EGRESS)
        if outcome(hops).share is Share.NONE and not self._egress_needed:
            hops = tuple(replace(hop, answer=Answer.UNKNOWN, doubt=doubt) for hop in hops)
        return tuple(step(hop, egress.RULE.name, path, self._groups) for hop in hops)

    def captured(self, by: Resource) -> Way:
        """The way where a zone answers for the name with something that does not serve it."""
        text = f"{by.id} answers for {self._service} with no endpoint"
        opening = f"Point the record of {self._service} at its endpoint, or remove it from {by.id}."
        found = Step(NAME, Answer.DENY, by, text, self._rule, opening=opening)
        legs = [
            Leg(origin.subnet.id, "no address of the service", (found,))
            for origin in self._case.ground.origins
        ]
        return Way("where its name resolves", by, grouped(legs))


def _doubtful(doubt: Doubt, rule: str) -> Step:
    resource = Resource(doubt.resource_id, doubt.resource_type, doubt.account)
    hop = Hop(HopKind.ROUTE, Answer.UNKNOWN, resource, doubt.text, doubt=doubt)
    return Step(NAME, Answer.UNKNOWN, resource, doubt.text, rule, opening=_unknown_opening(hop))


def _name_step(serving: Serving, endpoint: Endpoint, service: str, rule: str) -> Step:
    resource = _resource(endpoint)
    if serving.in_use:
        how = "serves" if endpoint.type == "Interface" else "is the gateway endpoint of"
        return Step(NAME, Answer.ALLOW, resource, f"{endpoint.id} {how} {service}", rule)
    if serving.doubt is not None:
        hop = Hop(HopKind.ROUTE, Answer.UNKNOWN, resource, "", doubt=serving.doubt)
        text = f"whether {endpoint.id} serves {service} is not known"
        return Step(NAME, Answer.UNKNOWN, resource, text, rule, opening=_unknown_opening(hop))
    what, opening = _DEFECTS[serving.defect or Defect.NOT_AVAILABLE]
    names = {"id": endpoint.id, "vpc": endpoint.vpc_id}
    if serving.defect is Defect.VPC_DNS_DISABLED:
        resource = Resource(endpoint.vpc_id, "AWS::EC2::VPC", endpoint.account)
    text = f"{endpoint.id} {what.format(**names)}"
    return Step(NAME, Answer.DENY, resource, text, rule, opening=opening.format(**names))


def _resource(endpoint: Endpoint) -> Resource:
    return Resource(endpoint.id, _ENDPOINT, endpoint.account)
