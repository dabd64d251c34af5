"""How the poller reaches an AWS service: by an endpoint in use, by NAT, by somewhere else, or not at all."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from functools import partial

from tests.oracle.account import Account, Json, groups_of, number
from tests.oracle.answers import (
    ALLOW,
    Answer,
    Kind,
    NotCollectedError,
    along,
    ask,
    deny,
    over_packets,
    over_paths,
    unknown,
)
from tests.oracle.internet import Internet
from tests.oracle.packets import HTTPS, Packets, Place
from tests.oracle.policies import Call, policy_answer
from tests.oracle.sources import Trigger, records

DEFECTS = ("endpoint-not-available", "private-dns-disabled", "vpc-dns-disabled")
ACTIONS = {
    "lambda": ("lambda:InvokeFunction",),
    "sts": ("sts:AssumeRole",),
    "secretsmanager": ("secretsmanager:GetSecretValue",),
    "sqs": ("sqs:SendMessage",),
    "sns": ("sns:Publish",),
    "s3": ("s3:PutObject", "s3:ListBucket"),
}
CALLED_BY_LAMBDA = ("lambda", "sts")


@dataclass(slots=True)
class Way:
    """How a service is reached: the endpoint in use, else the NAT paths and a defective endpoint."""

    endpoint: Json | None = None
    serves: Answer = ALLOW
    defect: str = ""
    internet: list[Answer] = field(default_factory=list)

    @property
    def in_use(self) -> bool:
        return self.endpoint is not None and self.serves.kind is not Kind.DENY

    @property
    def unsure_whether_nat_carries(self) -> bool:
        """Whether it is not known if the endpoint or another way is what counts."""
        return self.serves.kind is Kind.UNKNOWN or any(
            each.kind is Kind.UNKNOWN and each.reason != "central-egress" for each in self.internet
        )

    @property
    def candidate(self) -> Json | None:
        """The endpoint in use, else the one whose defect the endpoint rule blames."""
        no_other_way = all(each.kind is Kind.DENY for each in self.internet)
        return self.endpoint if no_other_way else None


class Services:
    """Answers about the services of one trigger."""

    def __init__(self, account: Account, packets: Packets, trigger: Trigger) -> None:
        self.account = account
        self.packets = packets
        self.trigger = trigger
        self.sources = trigger.sources(account)
        self.internet = Internet(account, packets, trigger)
        self._ways: dict[str, Way] = {}
        owners = {(account.subnet(each) or {}).get("OwnerId") for each in trigger.subnets}
        self.shared = owners != {account.account}

    def needed(self) -> dict[str, str]:
        """The services of the trigger, with the resource each is called for."""
        found = {"lambda": self.trigger.mapping["FunctionArn"], "sts": "the execution role"}
        if self.trigger.secret:
            found["secretsmanager"] = self.trigger.secret
        if self.trigger.destination:
            found[self.trigger.destination.split(":")[2]] = self.trigger.destination
        return found

    # Which endpoint

    def way(self, service: str) -> Way:
        """How a service is reached; raises NotCollectedError."""
        if service not in self._ways:
            self._ways[service] = self._find_way(service)
        return self._ways[service]

    def _find_way(self, service: str) -> Way:
        endpoints = self._endpoints(service)
        judged = [(each, self._serves(each, service)) for each in endpoints]
        for kind in (Kind.ALLOW, Kind.UNKNOWN):
            for endpoint, serves in judged:
                if serves.kind is kind and serves.reason != "not-collected":
                    unsure = kind is Kind.UNKNOWN
                    return Way(endpoint, serves, internet=self.internet.answers() if unsure else [])
        self._elsewhere()
        for _, serves in judged:
            if serves.kind is Kind.UNKNOWN:
                raise NotCollectedError(serves.by)
        blamed = [(DEFECTS.index(serves.reason), each) for each, serves in judged if serves.reason in DEFECTS]
        first = max(blamed, key=lambda pair: pair[0], default=None)
        way = Way(serves=deny("no-path", ""))
        if first is not None:
            way.defect, way.endpoint = DEFECTS[first[0]], first[1]
        way.internet = self.internet.answers()
        return way

    def _endpoints(self, service: str) -> list[Json]:
        """The endpoints in the trigger's VPC that could serve: of the right name, type and Region."""
        names = [f"com.amazonaws.{self.account.region}.{service}"]
        if self.account.region.startswith("cn-"):
            names.append(f"cn.{names[0]}")
        types = ("interface", "gateway") if service == "s3" else ("interface",)
        arn = self.trigger.destination or ""
        if arn.split(":")[2:3] == [service] and arn.split(":")[3] not in ("", self.account.region):
            return []
        found = [
            each
            for each in self.account.listed("ec2:DescribeVpcEndpoints", "VpcEndpoints")
            if each["VpcId"] == self.trigger.vpc
            and each["ServiceName"] in names
            and each["VpcEndpointType"].lower() in types
            and each.get("ServiceRegion", self.account.region) == self.account.region
        ]
        return sorted(found, key=lambda each: each["VpcEndpointType"].lower() == "gateway")

    def _serves(self, endpoint: Json, service: str) -> Answer:
        """Whether the service's name resolves, or routes lead, to the endpoint."""
        own = endpoint["VpcEndpointId"]
        if endpoint["State"].lower() != "available":
            return deny("endpoint-not-available", own)
        if endpoint["VpcEndpointType"].lower() == "gateway":
            return self._routes_lead_to(own)
        options = endpoint.get("DnsOptions") or {}
        inbound_only = options.get("PrivateDnsOnlyForInboundResolverEndpoint")
        if endpoint.get("PrivateDnsEnabled") and not inbound_only:
            return ask(self._vpc_resolves)
        by_zone = self._zone_leads_to(endpoint, service) and ask(self._vpc_resolves)
        if by_zone and by_zone.kind is not Kind.DENY:
            return by_zone
        return deny("private-dns-disabled", own)

    def _zone_leads_to(self, endpoint: Json, service: str) -> bool:
        """Whether a private hosted zone of the VPC answers for the service's name with this endpoint."""
        own = {each["DnsName"] for each in endpoint["DnsEntries"]}
        try:
            values = records(self.account, self.trigger.vpc, f"{service}.{self.account.region}.amazonaws.com")
            own |= {str(ipaddress.IPv4Address(place.address)) for place in self.places(endpoint)}
        except NotCollectedError:
            return False
        return any(value in own for value in values)

    def _vpc_resolves(self) -> Answer:
        if not self._vpc_dns():
            return deny("vpc-dns-disabled", self.trigger.vpc)
        if self.account.custom_resolvers(self.trigger.vpc):
            return unknown("not-modelled", (self.account.vpc(self.trigger.vpc) or {})["DhcpOptionsId"])
        return ALLOW

    def _vpc_dns(self) -> bool:
        attributes = self.account.keyed("ec2:DescribeVpcAttribute", self.trigger.vpc)
        return bool(attributes["EnableDnsSupport"]["Value"] and attributes["EnableDnsHostnames"]["Value"])

    def _routes_lead_to(self, gateway: str) -> Answer:
        """Whether any trigger subnet's route table sends some prefix list to the gateway endpoint."""
        tables = {self.packets.table_of(subnet)["RouteTableId"] for subnet in self.trigger.subnets}
        leads = tables & self.packets.gateway_tables(gateway)
        return ALLOW if leads else deny("no-path", gateway)

    def _elsewhere(self) -> None:
        """Hosted zones and profiles matter where no endpoint is in use; raises NotCollectedError."""
        self.account.listed("route53profiles:ListProfileAssociations", "ProfileAssociations")
        self.account.keyed("route53:ListHostedZonesByVPC", self.trigger.vpc)

    # The endpoint rules

    def reached(self, service: str, resource: str, allow_nat: bool) -> Answer:
        """The answer of a service's endpoint rule; the reason of an allow is given too."""
        way = self.way(service)
        if way.in_use and way.endpoint is not None:
            answer = self._by_endpoint(way, way.endpoint, service, resource, allow_nat)
            return Answer(Kind.ALLOW, "endpoint") if answer.kind is Kind.ALLOW else answer
        return without_endpoint(way, allow_nat)

    def _by_endpoint(self, way: Way, endpoint: Json, service: str, resource: str, allow_nat: bool) -> Answer:
        if way.serves.kind is Kind.UNKNOWN:
            return way.serves
        policy = self._policy(endpoint, service, resource)
        if endpoint["VpcEndpointType"].lower() == "gateway":
            return over_paths(self.internet.by_gateway(endpoint["VpcEndpointId"], policy, allow_nat))
        return over_paths([*path, policy] for path in self._exchanges(endpoint))

    def _exchanges(self, endpoint: Json) -> list[list[Answer]]:
        try:
            places = self.places(endpoint)
        except NotCollectedError as missing:
            return [[unknown("not-collected", str(missing))]]
        return [
            self.packets.exchange(source, place, HTTPS, port)
            for place in places
            for source in self.sources
            for port in (self.packets.return_ports if place.subnet != source.subnet else [HTTPS])
        ]

    def places(self, endpoint: Json) -> list[Place]:
        """The interfaces of an interface endpoint."""
        interfaces = [self.account.interface(each) for each in endpoint["NetworkInterfaceIds"]]
        return [
            Place(
                number(each["PrivateIpAddress"]),
                each["SubnetId"],
                groups_of(each),
                each["NetworkInterfaceId"],
            )
            for each in interfaces
            if each is not None
        ]

    def _policy(self, endpoint: Json, service: str, resource: str) -> Answer:
        return along(
            ask(partial(self._one_call, endpoint, service, action, resource)) for action in ACTIONS[service]
        )

    def _one_call(self, endpoint: Json, service: str, action: str, resource: str) -> Answer:
        call = Call(
            action=action,
            resource=self._role if service == "sts" else lambda: resource,
            region=self.account.region,
            account=self.trigger.mapping["FunctionArn"].split(":")[4],
            vpc=self.trigger.vpc,
            endpoint=endpoint["VpcEndpointId"],
            role=None if service in CALLED_BY_LAMBDA else self._role,
        )
        kind = policy_answer(endpoint.get("PolicyDocument"), call)
        if kind is Kind.DENY:
            return deny("endpoint-policy-denies", endpoint["VpcEndpointId"])
        return ALLOW if kind is Kind.ALLOW else unknown("not-modelled", endpoint["VpcEndpointId"])

    def _role(self) -> str:
        role: str = self.account.keyed(
            "lambda:GetFunctionConfiguration", self.trigger.mapping["FunctionArn"]
        )["Role"]
        return role


def without_endpoint(way: Way, allow_nat: bool) -> Answer:
    """The answer of an endpoint rule where no endpoint is in use."""
    found = {each.kind: each for each in way.internet}
    unsure = [each for each in way.internet if each.kind is Kind.UNKNOWN and each.reason != "central-egress"]
    central = next((each for each in way.internet if each.reason == "central-egress"), None)
    shut = frozenset(reason for each in way.internet for reason in each.also)
    fault = Answer(Kind.DENY, way.defect or "no-path", "", shut)
    if not allow_nat:
        if Kind.ALLOW in found:
            return deny("nat-path", found[Kind.ALLOW].by)
        if unsure:
            return unsure[0]
        return deny("central-egress", central.by) if central else fault
    answer = over_packets(way.internet)
    if answer.kind is Kind.DENY:
        return answer if answer.reason == "partial" else fault
    if answer.kind is Kind.UNKNOWN:
        return unsure[0] if unsure else unknown("not-modelled", answer.by)
    return Answer(Kind.ALLOW, "nat-allowed")
