"""The plan for a service that no endpoint serves: wait for one, mend one, or create one.

vpc/latest/privatelink/create-interface-endpoint, vpc/latest/privatelink/manage-dns-names.
"""

from __future__ import annotations

from dataclasses import replace

from remediation.scripts.admission import RefusedError, admits, admitted, with_egress
from remediation.scripts.diagnosing import person, unsettled
from remediation.scripts.diagnosis import Decision, Diagnosis, EndpointPlan, Inputs
from remediation.scripts.exits import HTTPS
from remediation.scripts.grounds import Ground, candidate_of, exits_of, owner_of, service_paths
from remediation.scripts.hops import OPEN, Hop, deciding
from remediation.scripts.names import dns_attributes, foreign_resolvers, private_answer
from remediation.scripts.neighbours import affected_by
from remediation.scripts.permissions import quota
from remediation.scripts.policies import is_open, policy_hop
from remediation.scripts.pollers import Need
from remediation.scripts.reading import Item, UnreadError, spans_of
from remediation.scripts.serving import (
    Serving,
    dns_name,
    endpoint_groups,
    endpoints_of,
    has_private_dns,
    is_available,
    serves,
    service_names,
)
from remediation.scripts.spans import Spans
from remediation.scripts.ways import Target, path

MOST_ENDPOINTS = 50
"""Interface endpoints of a VPC by default. vpc/latest/privatelink/vpc-limits-endpoints"""


def plan_endpoint(ground: Ground, need: Need, serving: Serving, inputs: Inputs) -> Diagnosis:
    """The plan for a need that no endpoint serves, or why a person must act."""
    try:
        plan, sentence = _planned(ground, need, serving, inputs)
        affected = affected_by(ground.reading, plan, inputs)
        return Diagnosis(Decision.APPLY, sentence, "", endpoint=plan, affected=affected)
    except RefusedError as error:
        return person(str(error))
    except UnreadError as error:
        return unsettled(str(error))


def _planned(ground: Ground, need: Need, serving: Serving, inputs: Inputs) -> tuple[EndpointPlan, str]:
    reading, vpc_id, name = ground.reading, ground.vpc_id, need.service
    if name == "s3":
        raise RefusedError("The network team must give the trigger subnets a gateway endpoint for S3.")
    if need.region != reading.region:
        raise RefusedError(
            f"No endpoint here serves {name} of {need.region}: the network team must route it."
        )
    if owner_of(ground):
        raise RefusedError(
            f"Account {owner_of(ground)} owns {vpc_id}: its network team must serve {name} there."
        )
    support, hostnames = dns_attributes(reading, vpc_id)
    if not (support and hostnames):
        _check_dns_change(ground, need, serving, inputs)
    foreign = foreign_resolvers(reading, vpc_id)
    if foreign:
        raise RefusedError(f"{foreign}: the network team must forward {dns_name(need)} to Amazon's resolver.")
    plan = EndpointPlan(
        vpc_id,
        service_names(need)[0],
        name,
        False,
        enable_dns_support=not support,
        enable_dns_hostnames=not hostnames,
    )
    endpoint = _mendable(ground, need, serving)
    if endpoint is None:
        return _creation(ground, need, plan, inputs)
    return _mending(ground, need, serving._replace(endpoint=endpoint), plan, inputs)


def _check_dns_change(ground: Ground, need: Need, serving: Serving, inputs: Inputs) -> None:
    """DNS attributes put all private DNS of the VPC in force, so other services may be redirected too."""
    attributes = "enableDnsSupport and enableDnsHostnames"
    if inputs.get("AllowVpcDnsChange") != "true":
        said = f"turn on {attributes}, or set AllowVpcDnsChange=true"
        raise RefusedError(f"DNS attributes of {ground.vpc_id} are off: the network team must {said}.")
    if (
        serving.defect != "vpc-dns"
        and private_answer(ground.reading, ground.vpc_id, dns_name(need)) is not None
    ):
        said = f"a private hosted zone would answer for {dns_name(need)}"
        raise RefusedError(f"With {attributes} {said}: the network team must point it at an endpoint.")
    mended = serving.endpoint
    for endpoint in endpoints_of(ground.reading, ground.vpc_id):
        if is_available(endpoint) and has_private_dns(endpoint) and endpoint != mended:
            _check_lets_all_in(ground, endpoint, ground.reading.blocks(ground.vpc_id))
    if mended is not None and mended["VpcId"] != ground.vpc_id:
        _check_lets_all_in(ground, mended, ground.reading.blocks(ground.vpc_id))
    for other in ground.poller.needs if any(each.carries for each in exits_of(ground)) else ():
        listed = endpoints_of(ground.reading, ground.vpc_id)
        private = [
            e for e in listed if serves(ground.reading, e, other) and is_available(e) and has_private_dns(e)
        ]
        for endpoint in private if other != need else ():
            paths = service_paths(ground, Serving(endpoint))
            hops = [h for p in paths for h in (p.egress, *p.way, *p.ingress)]
            hop = deciding(hops)
            if hop.answer != OPEN:
                said = f"{endpoint['VpcEndpointId']} would take over {other.service}, and {hop.text}"
                raise RefusedError(f"With {attributes} on, {said}: the network team must open it first.")


def _check_lets_all_in(ground: Ground, endpoint: Item, blocks: Spans = ()) -> None:
    """Names that come to lead to an endpoint do so for every workload of the VPC, so its policy must leave
    all calls open, and its groups must let the VPC in where no group of our own does."""
    why = "" if is_open(endpoint) else "its policy is narrowed"
    if blocks and not admits(ground, endpoint_groups(ground.reading, endpoint), blocks):
        why = f"its groups do not let all of {ground.vpc_id} in on TCP 443"
    if why:
        said = f"{endpoint['VpcEndpointId']} would take over {endpoint['ServiceName']} for every workload"
        raise RefusedError(f"{said} of {ground.vpc_id}, and {why}: the network team must open it first.")


def _mendable(ground: Ground, need: Need, serving: Serving) -> Item | None:
    """The endpoint that can come to serve; None to create one. Raises RefusedError on conflicts."""
    if serving.defect == "vpc-dns":
        return serving.endpoint
    if serving.captured:
        if serving.endpoint is not None and _is_pending(serving.endpoint):
            return serving.endpoint
        said = f"point {dns_name(need)} at an endpoint that is available, or take the name out of it"
        raise RefusedError(f"{serving.captured} answers for {need.service}: its owner must {said}.")
    listed = endpoints_of(ground.reading, ground.vpc_id)
    alive = [e for e in listed if serves(ground.reading, e, need) and e["State"].lower() != "deleted"]
    usable = [each for each in alive if is_available(each) or _is_pending(each)]
    for each in alive:
        if each.get("PrivateDnsEnabled") and (each not in usable or not has_private_dns(each)):
            said = f"{each['VpcEndpointId']} ({each['State']}) holds the private DNS name of {need.service}"
            raise RefusedError(f"{said}: the network team must delete it first.")
    usable.sort(key=lambda each: (not has_private_dns(each), not is_available(each)))
    return usable[0] if usable else None


def _is_pending(endpoint: Item) -> bool:
    return str(endpoint.get("State")).lower() == "pending"


# -- mending -----------------------------------------------------------------------------------------


def _mending(
    ground: Ground, need: Need, serving: Serving, plan: EndpointPlan, inputs: Inputs
) -> tuple[EndpointPlan, str]:
    endpoint = serving.endpoint
    assert endpoint is not None
    name, here = endpoint["VpcEndpointId"], endpoint["VpcId"] == ground.vpc_id
    paths = service_paths(ground, serving)
    policy = policy_hop(ground.reading, ground.poller, need, endpoint)
    hop = deciding([policy, *(hop for each in paths for hop in each.way)])
    if hop.answer != OPEN:
        raise RefusedError(f"{name} would not be reached: {hop.text}. The network team must allow it first.")
    turned_on = here and not has_private_dns(endpoint) and not serving.captured
    if turned_on or _changes_vpc(plan):
        _check_lets_all_in(ground, endpoint)
    plan = replace(
        plan,
        service_name=endpoint["ServiceName"],
        endpoint_id=name,
        endpoint_pending=_is_pending(endpoint),
        enable_private_dns=turned_on,
    )
    if here and (turned_on or plan.enable_dns_support or plan.enable_dns_hostnames):
        plan = admitted(ground, plan, endpoint, inputs)
        if candidate_of(ground, need).endpoint is None:
            plan = with_egress(ground, plan, paths, inputs)
    done = ["wait until it is available"] if plan.endpoint_pending else []
    done += ["turn on its private DNS"] if turned_on else []
    done += [f"turn on the DNS attributes of {ground.vpc_id}"] if _changes_vpc(plan) else []
    return plan, f"{name} does not serve {need.service} yet: {' and '.join(done)}."


def _changes_vpc(plan: EndpointPlan) -> bool:
    return plan.enable_dns_support or plan.enable_dns_hostnames


# -- creating ----------------------------------------------------------------------------------------


def _creation(ground: Ground, need: Need, plan: EndpointPlan, inputs: Inputs) -> tuple[EndpointPlan, str]:
    reading = ground.reading
    interfaces = [
        each
        for each in endpoints_of(reading, ground.vpc_id)
        if each.get("VpcEndpointType") in ("Interface", "GatewayLoadBalancer")
    ]
    if len(interfaces) >= MOST_ENDPOINTS and len(interfaces) >= quota(reading, "L-29B6F2EB", MOST_ENDPOINTS):
        said = f"{ground.vpc_id} holds {len(interfaces)} interface endpoints, which is its quota"
        raise RefusedError(f"{said}: the network team must raise it or delete one.")
    service = _offered(ground, need)
    subnets = _seats(ground, need, service)
    targets = [_seat(subnet, need) for subnet in subnets]
    plan = replace(
        plan, service_name=service["ServiceName"], subnet_ids=tuple(s["SubnetId"] for s in subnets)
    )
    plan = admitted(ground, plan, None, inputs)
    group_id = plan.group_id or "new"
    seen = [each._replace(group_ids=(group_id,)) for each in targets]
    paths = [path(reading, subnet, ground.group_ids, each) for subnet in ground.subnets for each in seen]
    plan = with_egress(ground, plan, paths, inputs)
    also = f" and turn on the DNS attributes of {ground.vpc_id}" if _changes_vpc(plan) else ""
    where = ", ".join(plan.subnet_ids)
    return plan, f"No endpoint serves {need.service} in {ground.vpc_id}: create one in {where}{also}."


def _offered(ground: Ground, need: Need) -> Item:
    """The endpoint service, with the zones in which AWS offers it."""
    operation, part = "describe_vpc_endpoint_services", "ServiceDetails"
    for each in ground.reading.ec2(operation, part, "service-name", *service_names(need)):
        if any(kind["ServiceType"] == "Interface" for kind in each["ServiceType"]):
            return each
    raise RefusedError(
        f"AWS offers no interface endpoint for {need.service} here: the network team must route it."
    )


def _seat(subnet: Item, need: Need) -> Target:
    return Target(f"an endpoint for {need.service}", spans_of(subnet), HTTPS, subnet["VpcId"], subnet)


def _seats(ground: Ground, need: Need, service: Item) -> list[Item]:
    """One trigger subnet in each of its zones that the service offers, reached from all of them."""
    zones = service.get("AvailabilityZones") or []
    offered = [subnet for subnet in ground.subnets if subnet["AvailabilityZone"] in zones]
    if not offered:
        have = ", ".join(sorted({subnet["AvailabilityZone"] for subnet in ground.subnets}))
        said = (
            f"AWS offers {service['ServiceName']} in {', '.join(zones)} only, the trigger polls from {have}"
        )
        raise RefusedError(f"{said}: the trigger's owner must choose other subnets.")
    free = [subnet for subnet in offered if subnet.get("AvailableIpAddressCount", 1)]
    if not free:
        full = ", ".join(subnet["SubnetId"] for subnet in offered)
        raise RefusedError(f"{full} has no free address for an endpoint: the network team must make room.")
    chosen: dict[str, Item] = {}
    shut = Hop(OPEN)
    for subnet in free:
        hop = _hop_to(ground, need, subnet)
        if hop.answer == OPEN:
            chosen.setdefault(subnet["AvailabilityZone"], subnet)
        else:
            shut = hop
    if not chosen:
        raise RefusedError(
            f"An endpoint would not be reached: {shut.text}. The network team must allow it first."
        )
    return list(chosen.values())


def _hop_to(ground: Ground, need: Need, seat: Item) -> Hop:
    target = _seat(seat, need)
    paths = [path(ground.reading, subnet, ground.group_ids, target) for subnet in ground.subnets]
    return deciding(hop for each in paths for hop in each.way)
