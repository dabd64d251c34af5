"""Who else in the VPC is affected when private DNS leads a service's name to an endpoint."""

from __future__ import annotations

from remediation.scripts.diagnosis import EndpointPlan, Inputs
from remediation.scripts.exits import HTTPS
from remediation.scripts.hops import OPEN, deciding
from remediation.scripts.reading import Item, Reading, UnreadError, spans_of
from remediation.scripts.serving import Serving, endpoint_targets, endpoints_of, has_private_dns
from remediation.scripts.ways import Target, path

_NO_WORKLOAD = ("vpc_endpoint", "nat_gateway", "natGateway", "network_load_balancer", "gateway_load_balancer")


def affected_by(reading: Reading, plan: EndpointPlan, inputs: Inputs) -> tuple[str, ...]:
    """Sentences on everybody whose traffic the plan redirects; none if it only waits."""
    changes_vpc = plan.enable_dns_support or plan.enable_dns_hostnames
    if plan.endpoint_id and not plan.enable_private_dns and not changes_vpc:
        return ()
    whole = inputs.get("IngressScope") != "trigger"
    then = "" if whole else ", whose group admits TriggerSG alone, so they lose the service"
    found = [*_workloads(reading, plan, then), *_resolvers(reading, plan)]
    return (*found, *_other_services(reading, plan)) if changes_vpc else tuple(found)


def _workloads(reading: Reading, plan: EndpointPlan, then: str) -> list[str]:
    try:
        listed = reading.interfaces(plan.vpc_id)
    except UnreadError as error:
        return [f"Which other workloads {plan.vpc_id} has could not be read: {error}."]
    listed = [each for each in listed if each.get("InterfaceType") not in _NO_WORKLOAD]
    ids = [each["NetworkInterfaceId"] for each in listed]
    if not ids:
        return []
    some = ", ".join(ids[:3]) + (" …" if len(ids) > 3 else "")
    counted = f"{len(ids)} other network interface{'s' if len(ids) > 1 else ''} in {plan.vpc_id} ({some})"
    told = f"{counted} will reach {plan.service} through the endpoint{then}."
    return [told, *_cut_off(reading, plan, {each["SubnetId"] for each in listed if each.get("SubnetId")})]


def _cut_off(reading: Reading, plan: EndpointPlan, subnet_ids: set[str]) -> list[str]:
    """Subnets with workloads whose routes or network ACLs keep them from the endpoint."""
    subnets = reading.subnets(plan.vpc_id)
    seats = [each for each in subnets if each["SubnetId"] in plan.subnet_ids]
    targets = [Target("it", spans_of(each), HTTPS, plan.vpc_id, each) for each in seats]
    for each in reading.ec2("describe_vpc_endpoints", "VpcEndpoints", "service-name", plan.service_name):
        targets += (
            endpoint_targets(reading, Serving(each)) if each["VpcEndpointId"] == plan.endpoint_id else []
        )
    found = []
    for subnet in (each for each in subnets if each["SubnetId"] in subnet_ids):
        hop = deciding(hop for each in targets for hop in path(reading, subnet, (), each).way)
        if hop.answer != OPEN:
            found.append(
                f"{subnet['SubnetId']} is cut off from the endpoint and loses the service: {hop.text}."
            )
    return found


def _resolvers(reading: Reading, plan: EndpointPlan) -> list[str]:
    """route53resolver API, ListResolverEndpoints: filters HostVPCId and Direction."""
    filters = [{"Name": "HostVPCId", "Values": [plan.vpc_id]}, {"Name": "Direction", "Values": ["INBOUND"]}]
    try:
        listed: list[Item] = reading.ask(
            "route53resolver", "list_resolver_endpoints", "ResolverEndpoints", Filters=filters
        )
    except UnreadError as error:
        return [f"Whether inbound Resolver endpoints serve on-premises clients could not be read: {error}."]
    then = (
        f"answers on-premises clients with the endpoint for {plan.service}, whose group admits the VPC only"
    )
    return [f"Inbound Resolver endpoint {each['Id']} then {then}." for each in listed]


def _other_services(reading: Reading, plan: EndpointPlan) -> list[str]:
    """What the VPC's DNS attributes put in force besides."""
    listed = [each for each in endpoints_of(reading, plan.vpc_id) if has_private_dns(each)]
    others = [each["VpcEndpointId"] for each in listed if each["VpcEndpointId"] != plan.endpoint_id]
    if not others:
        return []
    return [f"The DNS attributes of {plan.vpc_id} put the private DNS of {', '.join(others)} in force too."]
