"""What must be done so that a service's name leads to an endpoint: create, switch on, associate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kafka_trigger_guard.network.answers import Answer
from kafka_trigger_guard.network.endpoints import Defect, Serving
from kafka_trigger_guard.network.model import Endpoint, Resource, Vpc
from kafka_trigger_guard.network.ranges import dotted
from kafka_trigger_guard.network.security_groups import HTTPS
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.remedies.aws_commands import (
    Value,
    Variable,
    ec2,
    kept,
    option,
    permissions,
    profiles,
    ram,
    route53,
    structured,
)
from kafka_trigger_guard.rules.remedies.gateways import led_to_gateway, new_gateway
from kafka_trigger_guard.rules.remedies.wanting import Remedy
from kafka_trigger_guard.triggers.trigger import Call, Need, Service

_ENDPOINT = "AWS::EC2::VPCEndpoint"
_VPC = "AWS::EC2::VPC"
_PROFILE = "AWS::Route53Profiles::Profile"
_REPLACED = frozenset({"failed", "rejected", "expired"})
_GONE = frozenset({"deleted", "deleting"})
_ZONE = "AWS::Route53::HostedZone"
_NAME = "kafka-trigger-guard"
_LOOK_AGAIN = "Then judge the trigger again: its groups, network ACLs and routes may still be closed to it."
_FORWARD = "The VPC's own DNS servers must forward the service's name to Amazon's resolver besides."
_IN_FORCE = (
    "This puts every private DNS name of the VPC in force: see first that those endpoints let the VPC in."
)
_TAKES_OVER = "This takes the name over for the whole VPC: see first that the endpoint lets the VPC in."
_WAIT = "Wait until {id} is available; if it does not become so, delete it and create it again."
_INSTEAD = (
    "Point the service's name in {zone} at an endpoint of the service, or take {zone} off the trigger's VPC."
)
_REWRITE = (
    'Allow the call in the endpoint policy with "Resource": "*", and take it out of every statement with '
    '"Effect": "Deny", which no other statement overrules.'
)
_ARN = re.compile(r"[\w+=,.@:/-]+", re.ASCII)


def endpoint_remedies(case: Case, need: Need, rule: str) -> Iterator[Remedy]:
    """What would let an endpoint serve the name, by the accounts that own what must change."""
    serving, vpc = case.ground.serving(need), case.situation.vpc
    if vpc is None:
        return
    if serving.in_use and serving.endpoint is not None:
        yield from _of_serving(case, need, rule, serving, serving.endpoint)
    elif serving.defect is Defect.VPC_DNS_DISABLED:
        yield from _dns_switched_on(rule, vpc)
    elif serving.endpoint is not None:
        yield from _mended(case, rule, vpc, serving, serving.endpoint)
    elif serving.captured is not None:
        yield from _pointed(case, need, rule, serving.captured)
    elif serving.doubt is None:
        make = new_gateway if need.service is Service.S3 else _created
        yield from make(case, need, rule, vpc)


def _of_serving(case: Case, need: Need, rule: str, serving: Serving, endpoint: Endpoint) -> Iterator[Remedy]:
    """An endpoint that serves, though not every call or not from every subnet."""
    if endpoint.type == "Gateway":
        yield from led_to_gateway(case, rule, endpoint)
    yield from _policy(case, need, rule, endpoint)
    if serving.zone is not None and serving.strays:
        yield from _without_strays(case, need, rule, serving.zone, serving)


# -- no endpoint ---------------------------------------------------------------------------------------------


def association_remedies(case: Case, need: Need, rule: str) -> Iterator[Remedy]:
    """A central endpoint's zone: its owner authorizes, the VPC's owner associates.
    Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts"""
    serving, absent, vpc = case.ground.serving(need), case.ground.absent_answer(need), case.situation.vpc
    if absent is None or vpc is None or serving.endpoint or serving.captured or serving.doubt:
        return
    leading, endpoint = absent
    why = f"{leading.id}, which leads to {endpoint.id}, is not associated with {vpc.id}"
    if leading.type == _PROFILE:
        yield from _profile_associated(case, rule, vpc, leading, why)
        return
    zone, where = (
        option("hosted-zone-id", leading.id),
        structured("vpc", {"VPCRegion": vpc.region, "VPCId": vpc.id}),
    )
    if leading.account != vpc.account:
        authorize = route53("create-vpc-association-authorization", zone, where)
        yield Remedy((rule,), leading.account, leading, why, (authorize,))
    yield Remedy(
        (rule,), vpc.account, leading, why, (route53("associate-vpc-with-hosted-zone", zone, where),)
    )


def _profile_associated(case: Case, rule: str, vpc: Vpc, profile: Resource, why: str) -> Iterator[Remedy]:
    """A Profile of another account is shared first. Route53/latest/DeveloperGuide/profiles"""
    if profile.account != vpc.account:
        partition = case.trigger.arn.split(":")[1]
        arn = f"arn:{partition}:route53profiles:{vpc.region}:{profile.account}:profile/{profile.id}"
        shared = ram(
            vpc.region,
            "create-resource-share",
            option("name", _NAME),
            option("resource-arns", arn),
            option("principals", vpc.account),
        )
        advice = f"This is not needed if it is shared with account {vpc.account} already."
        yield Remedy((rule,), profile.account, profile, why, (shared,), advice)
    named, found = option("name", _NAME), option("profile-id", profile.id)
    command = profiles(vpc.region, "associate-profile", named, found, option("resource-id", vpc.id))
    yield Remedy((rule,), vpc.account, profile, why, (command,))


def _created(case: Case, need: Need, rule: str, vpc: Vpc) -> Iterator[Remedy]:
    """The endpoint that the document would create, were the VPC the trigger's own."""
    if need.region != vpc.region:
        return
    resource = Resource(vpc.id, _VPC, vpc.account)
    service, group = need.service.value, Variable("GROUP")
    subnets = {o.subnet.zone: o.subnet.id for o in reversed(case.ground.origins)}
    created = ec2(
        vpc.region,
        "create-security-group",
        option("group-name", f"kafka-trigger-guard-{service}"),
        option("description", f"Lets Kafka triggers in to {service}"),
        option("vpc-id", vpc.id),
    )
    admitted = permissions(HTTPS.numbers, vpc.cidrs)
    commands = (
        *_dns_attributes(vpc),
        kept(group, "GroupId", created),
        ec2(vpc.region, "authorize-security-group-ingress", option("group-id", group), admitted),
        ec2(
            vpc.region,
            "create-vpc-endpoint",
            option("vpc-endpoint-type", "Interface"),
            option("vpc-id", vpc.id),
            option("service-name", _service_name(need)),
            option("subnet-ids", *(subnets[zone] for zone in sorted(subnets))),
            option("security-group-ids", group),
            option("private-dns-enabled"),
        ),
    )
    why = f"no endpoint for {service} in {vpc.id}"
    doubt = case.ground.reach.names.private_dns_doubt(vpc)
    advice = _LOOK_AGAIN if doubt is None else _FORWARD
    yield Remedy((rule,), vpc.account, resource, why, commands, advice)


def _service_name(need: Need) -> str:
    return f"com.amazonaws.{need.region}.{need.service.value}"


def _pointed(case: Case, need: Need, rule: str, zone: Resource) -> Iterator[Remedy]:
    """A zone that answers with nothing, or nothing that serves: address records of an endpoint that would."""
    why = f"{zone.id} answers for {need.service.value} with no endpoint"
    found = case.ground.endpoint_elsewhere(need)
    if found is None or zone.type != _ZONE:
        yield Remedy((rule,), zone.account, zone, why, (), _INSTEAD.format(zone=zone.id))
        return
    yield Remedy((rule,), zone.account, zone, why, (_address_records(zone, *found),))


def _without_strays(case: Case, need: Need, rule: str, zone: Resource, serving: Serving) -> Iterator[Remedy]:
    """The endpoint's own addresses alone, where the zone answers others beside them."""
    strays = ", ".join(dotted(number) for number in sorted(serving.strays))
    why = f"{zone.id} answers {strays} too, which no endpoint has"
    numbers = tuple(dotted(number) for number in sorted(serving.numbers - serving.strays))
    if not numbers or zone.type != _ZONE:
        yield Remedy((rule,), zone.account, zone, why, (), _INSTEAD.format(zone=zone.id))
        return
    name = case.ground.service_name(need).dns_name
    yield Remedy((rule,), zone.account, zone, why, (_address_records(zone, name, numbers),))


def _address_records(zone: Resource, name: str, numbers: Sequence[str]) -> str:
    """The name's own address records, which win over those of a wildcard.
    Route53/latest/APIReference/API_ChangeResourceRecordSets"""
    values: list[Value] = [{"Value": number} for number in numbers]
    records: dict[str, Value] = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": values}
    change: Value = {"Action": "UPSERT", "ResourceRecordSet": records}
    batch = structured("change-batch", {"Changes": [change]})
    return route53("change-resource-record-sets", option("hosted-zone-id", zone.id), batch)


# -- an endpoint that does not serve -------------------------------------------------------------------------


def _dns_switched_on(rule: str, vpc: Vpc) -> Iterator[Remedy]:
    why, resource = f"the DNS attributes of {vpc.id} are off", Resource(vpc.id, _VPC, vpc.account)
    yield Remedy((rule,), vpc.account, resource, why, _dns_attributes(vpc), _IN_FORCE)


def _mended(case: Case, rule: str, vpc: Vpc, serving: Serving, endpoint: Endpoint) -> Iterator[Remedy]:
    resource = Resource(endpoint.id, _ENDPOINT, endpoint.account)
    if endpoint.type == "Gateway" and serving.defect is None:
        yield from led_to_gateway(case, rule, endpoint)
        return
    if serving.defect is Defect.PRIVATE_DNS_DISABLED:
        why, commands = f"{endpoint.id} has private DNS off", _private_dns(endpoint, vpc.region)
        advice = _TAKES_OVER
    else:
        why, commands = f"{endpoint.id} is {endpoint.state or 'not available'}", _anew(endpoint, vpc.region)
        advice = "" if commands else _WAIT.format(id=endpoint.id)
    yield Remedy((rule,), resource.account, resource, why, commands, advice)


def _dns_attributes(vpc: Vpc) -> tuple[str, ...]:
    """One attribute a call, support first: host names need it. ec2 API ModifyVpcAttribute"""
    switches = (("enable-dns-support", vpc.dns_support), ("enable-dns-hostnames", vpc.dns_hostnames))
    return tuple(
        ec2(vpc.region, "modify-vpc-attribute", option("vpc-id", vpc.id), option(name, "Value=true"))
        for name, is_on in switches
        if is_on is False
    )


def _private_dns(endpoint: Endpoint, region: str) -> tuple[str, ...]:
    found, switch = option("vpc-endpoint-id", endpoint.id), option("private-dns-enabled")
    if endpoint.inbound_resolver_only:
        switch = option("dns-options", "PrivateDnsOnlyForInboundResolverEndpoint=false")
    return (ec2(region, "modify-vpc-endpoint", found, switch),)


def _anew(endpoint: Endpoint, region: str) -> tuple[str, ...]:
    """The same endpoint again; one that is still being created is waited for."""
    if endpoint.state not in _REPLACED | _GONE or not endpoint.subnet_ids:
        return ()
    created = ec2(
        region,
        "create-vpc-endpoint",
        option("vpc-endpoint-type", "Interface"),
        option("vpc-id", endpoint.vpc_id),
        option("service-name", endpoint.service_name),
        option("subnet-ids", *endpoint.subnet_ids),
        *([option("security-group-ids", *endpoint.group_ids)] if endpoint.group_ids else []),
        option("private-dns-enabled" if endpoint.private_dns_enabled else "no-private-dns-enabled"),
    )
    deleted = ec2(region, "delete-vpc-endpoints", option("vpc-endpoint-ids", endpoint.id))
    return (created,) if endpoint.state in _GONE else (deleted, created)


# -- an endpoint whose policy refuses ------------------------------------------------------------------------


def _policy(case: Case, need: Need, rule: str, endpoint: Endpoint) -> Iterator[Remedy]:
    """One more statement beside those that are there; what a Deny takes away no statement gives back."""
    hop = case.policy_hop(need, endpoint)
    if hop is None or hop.answer is not Answer.DENY:
        return
    policy = endpoint.policy
    denies = policy is None or any(not statement.allow for statement in policy.statements)
    statements = [] if denies else [_statement(case, call) for call in need.calls]
    commands: tuple[str, ...] = ()
    if statements and all(statements):
        commands = _with_statements(endpoint, need.region, ",".join(statements))
    yield Remedy((rule,), endpoint.account, hop.resource, hop.text, commands, "" if commands else _REWRITE)


def _with_statements(endpoint: Endpoint, region: str, statements: str) -> tuple[str, ...]:
    found, policy = option("vpc-endpoint-ids", endpoint.id), Variable("POLICY")
    read = kept(policy, "'VpcEndpoints[0].PolicyDocument'", ec2(region, "describe-vpc-endpoints", found))
    joined = f"POLICY=$(printf %s \"$POLICY\" | jq -c '.Statement += [{statements}]')"
    own = option("vpc-endpoint-id", endpoint.id)
    return read, joined, ec2(region, "modify-vpc-endpoint", own, option("policy-document", policy))


def _statement(case: Case, call: Call) -> str:
    """A statement as AWS asks for it; empty for a role that is not known or not written as ARNs are.
    lambda/latest/dg/with-msk-cluster-network"""
    role = case.trigger.role_arn or ""
    if not call.by_service and not _ARN.fullmatch(role):
        return ""
    who = '"Service":"lambda.amazonaws.com"' if call.by_service else f'"AWS":"{role}"'
    return f'{{"Effect":"Allow","Principal":{{{who}}},"Action":"{call.action}","Resource":"*"}}'
