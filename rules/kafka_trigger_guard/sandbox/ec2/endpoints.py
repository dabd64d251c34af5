"""VPC endpoints: interfaces that carry the endpoint's groups, DNS names, prefix-list routes.

https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
"""

import json
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.utils import add_tag_specification, random_vpc_ep_id

from kafka_trigger_guard.sandbox.backends import ec2_of
from kafka_trigger_guard.sandbox.clock import CLOCK
from kafka_trigger_guard.sandbox.ec2.endpoint_names import dns_entries
from kafka_trigger_guard.sandbox.ec2.endpoint_routes import add_routes, remove_routes
from kafka_trigger_guard.sandbox.ec2.endpoint_services import EndpointService, find_service
from kafka_trigger_guard.sandbox.ec2.endpoint_states import begin
from kafka_trigger_guard.sandbox.ec2.network_interfaces import create_managed, known_groups, remove
from kafka_trigger_guard.sandbox.ec2.private_dns import check_dns_options, check_private_dns
from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation

ENDPOINTS_PER_VPC = 50
_new_endpoint: Any = VPCEndPoint
_ANSWERED_HERE = ("Interface", "Gateway")


@dataclass(frozen=True, slots=True)
class _Wish:
    """A checked request for an interface endpoint."""

    vpc: Any
    service: EndpointService
    subnets: tuple[Any, ...]
    group_ids: tuple[str, ...]
    private_dns_enabled: bool


def _known_type(call: Call) -> bool:
    return (call.given("VpcEndpointType") or "Gateway") in _ANSWERED_HERE


@operation("ec2", "CreateVpcEndpoint", claims=_known_type)
def create_vpc_endpoint(call: Call) -> Reply:
    """Create an interface or gateway endpoint; the same ClientToken gives the same endpoint."""
    ec2 = ec2_of(call)
    earlier = _same_token(ec2, call)
    if earlier is not None:
        return {"VpcEndpoint": earlier, "ClientToken": call.given("ClientToken")}
    endpoint = _create(ec2, call)
    endpoint.request = dict(call.parameters)
    endpoint.creation_timestamp = CLOCK.now()
    begin(endpoint, "pending")
    told = copy(endpoint)
    told.state = "pending" if endpoint.vpc_endpoint_type == "Interface" else endpoint.state
    return {"VpcEndpoint": told, "ClientToken": call.given("ClientToken")}


def _same_token(ec2: Any, call: Call) -> Any | None:
    token = call.given("ClientToken")
    for endpoint in ec2.vpc_end_points.values():
        if token and endpoint.client_token == token:
            if endpoint.request != dict(call.parameters):
                raise Refusal(
                    "IdempotentParameterMismatch",
                    f"The client token {token} was used with other parameters.",
                )
            return endpoint
    return None


def _create(ec2: Any, call: Call) -> Any:
    vpc = ec2.get_vpc(call.given("VpcId"))
    endpoint_type = call.given("VpcEndpointType") or "Gateway"
    service = find_service(call.account, call.region, call.given("ServiceName"))
    if endpoint_type not in service.types:
        raise Refusal(
            "InvalidParameter",
            f"Endpoint type ({endpoint_type}) does not match available service types "
            f"([{', '.join(service.types)}]).",
        )
    check_policy(call.given("PolicyDocument"))
    _check_tags(call.given("TagSpecifications") or ())
    if endpoint_type == "Gateway":
        return _create_gateway(ec2, call, vpc, service)
    return _create_interface(ec2, call, _wish(ec2, call, vpc, service))


def check_policy(document: str | None) -> None:
    """Refuse a policy that is not JSON or has no statement."""
    if not document:
        return
    try:
        policy = json.loads(document)
    except ValueError:
        policy = None
    if not isinstance(policy, dict) or "Statement" not in policy:
        raise Refusal("InvalidPolicyDocument", "The policy document is not valid.")


def _check_tags(specifications: Sequence[Mapping[str, Any]]) -> None:
    for specification in specifications:
        if specification.get("ResourceType") != "vpc-endpoint":
            raise Refusal(
                "InvalidParameterValue",
                f"'{specification.get('ResourceType')}' is not a valid taggable resource type for this "
                "operation.",
            )


def _create_gateway(ec2: Any, call: Call, vpc: Any, service: EndpointService) -> Any:
    if call.strings("SubnetIds") or call.strings("SecurityGroupIds"):
        raise Refusal(
            "InvalidParameter", "SubnetIds and SecurityGroupIds are not supported for gateway endpoints."
        )
    if call.given("PrivateDnsEnabled"):
        raise Refusal("InvalidParameter", "Private DNS can't be enabled for gateway endpoints.")
    endpoint = _register(ec2, call, vpc, service)
    endpoint.route_table_ids = []
    try:
        add_routes(ec2, endpoint, call.strings("RouteTableIds"))
    except Exception:
        del ec2.vpc_end_points[endpoint.id]
        raise
    return endpoint


def _wish(ec2: Any, call: Call, vpc: Any, service: EndpointService) -> _Wish:
    if call.strings("RouteTableIds"):
        raise Refusal("InvalidParameter", "Route table IDs are only supported for Gateway type VPC Endpoint.")
    subnets = check_subnets(ec2, vpc, service, (), call.strings("SubnetIds"))
    groups = call.strings("SecurityGroupIds") or (_default_group(ec2, vpc),)
    known_groups(ec2, vpc.id, groups)
    private_dns_enabled = call.given("PrivateDnsEnabled") is not False
    if private_dns_enabled:
        check_private_dns(ec2, vpc, service)
    check_dns_options(ec2, vpc, service, call.given("DnsOptions") or {})
    of_the_vpc = [item for item in ec2.vpc_end_points.values() if item.vpc_id == vpc.id]
    if len(of_the_vpc) >= ENDPOINTS_PER_VPC:
        raise Refusal("VpcEndpointLimitExceeded", "The maximum number of VPC endpoints has been reached.")
    return _Wish(vpc, service, subnets, groups, private_dns_enabled)


def _default_group(ec2: Any, vpc: Any) -> str:
    return str(ec2.get_security_group_from_name("default", vpc_id=vpc.id).id)


def check_subnets(
    ec2: Any, vpc: Any, service: EndpointService, present: Sequence[Any], subnet_ids: Sequence[str]
) -> tuple[Any, ...]:
    """The subnets to add; refuses those of another VPC, of an unsupported or an already served zone."""
    served = {subnet.availability_zone for subnet in present}
    added = tuple(ec2.get_subnet(subnet_id) for subnet_id in dict.fromkeys(subnet_ids))
    for subnet in added:
        if subnet.vpc_id != vpc.id:
            raise Refusal("InvalidParameter", f"Subnet {subnet.id} is not in the VPC {vpc.id}.")
        if subnet.availability_zone not in service.zones:
            raise Refusal(
                "InvalidParameter",
                f"The VPC endpoint service {service.name} does not support the availability zone of the "
                f"subnet: {subnet.id}.",
            )
        if subnet.availability_zone in served:
            raise Refusal(
                "DuplicateSubnetsInSameZone",
                f"Found another VPC endpoint subnet in the availability zone of {subnet.id}. VPC endpoint "
                "subnets should be in different availability zones supported by the VPC endpoint service.",
            )
        served.add(subnet.availability_zone)
    return added


def _create_interface(ec2: Any, call: Call, wish: _Wish) -> Any:
    endpoint = _register(ec2, call, wish.vpc, wish.service)
    endpoint.private_dns_enabled = wish.private_dns_enabled
    endpoint.private_dns_names = wish.service.private_dns_names
    endpoint.dns_options = {"DnsRecordIpType": "ipv4"} | (call.given("DnsOptions") or {})
    endpoint.security_group_ids = list(wish.group_ids)
    fixed = {item["SubnetId"]: item.get("Ipv4") for item in call.given("SubnetConfigurations") or ()}
    for subnet in wish.subnets:
        add_subnet(ec2, endpoint, subnet, fixed.get(subnet.id))
    endpoint.dns_entries = dns_entries(ec2, endpoint, wish.service)
    return endpoint


def add_subnet(ec2: Any, endpoint: Any, subnet: Any, address: str | None = None) -> None:
    """Give the endpoint an interface in one more subnet, with the endpoint's groups."""
    interface = create_managed(
        ec2,
        subnet,
        endpoint.security_group_ids,
        f"VPC Endpoint Interface {endpoint.id}",
        "vpc_endpoint",
        address,
    )
    endpoint.subnet_ids.append(subnet.id)
    endpoint.network_interface_ids.append(interface.id)


def _register(ec2: Any, call: Call, vpc: Any, service: EndpointService) -> Any:
    endpoint = _new_endpoint(
        ec2,
        random_vpc_ep_id(),
        vpc.id,
        service.name,
        call.given("VpcEndpointType") or "Gateway",
        call.given("PolicyDocument"),
        [],
        subnet_ids=[],
        dns_entries=[],
        client_token=call.given("ClientToken"),
        private_dns_enabled=False,
        tags=add_tag_specification(call.given("TagSpecifications") or []),
    )
    endpoint.private_dns_names = ()
    endpoint.ip_address_type = call.given("IpAddressType") or "ipv4"
    endpoint.requester_managed = False
    endpoint.service_region = call.region
    ec2.vpc_end_points[endpoint.id] = endpoint
    return endpoint


@operation("ec2", "DeleteVpcEndpoints")
def delete_vpc_endpoints(call: Call) -> Reply:
    """Delete endpoints with their interfaces or routes; unknown ones are told as unsuccessful."""
    ec2 = ec2_of(call)
    unsuccessful = []
    for endpoint_id in call.strings("VpcEndpointIds"):
        endpoint = ec2.vpc_end_points.get(endpoint_id)
        if endpoint is None:
            message = f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
            error = {"Code": "InvalidVpcEndpoint.NotFound", "Message": message}
            unsuccessful.append({"ResourceId": endpoint_id, "Error": error})
            continue
        if not begin(endpoint, "deleting"):
            remove_endpoint(ec2, endpoint)
    return {"Unsuccessful": unsuccessful}


def remove_endpoint(ec2: Any, endpoint: Any) -> None:
    """The endpoint is gone, with its interfaces, routes and tags."""
    del ec2.vpc_end_points[endpoint.id]
    for interface_id in endpoint.network_interface_ids:
        remove(ec2, ec2.get_network_interface(interface_id))
    remove_routes(ec2, endpoint, tuple(endpoint.route_table_ids))
    ec2.tags.pop(endpoint.id, None)
