"""ModifyVpcEndpoint: the interfaces follow the endpoint's subnets and groups.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
"""

import json
from typing import Any

from moto.ec2.models.vpcs import VPCEndPoint

from kafka_trigger_guard.sandbox.backends import ec2_of
from kafka_trigger_guard.sandbox.ec2.endpoint_names import dns_entries
from kafka_trigger_guard.sandbox.ec2.endpoint_routes import add_routes, remove_routes
from kafka_trigger_guard.sandbox.ec2.endpoint_services import EndpointService, find_service
from kafka_trigger_guard.sandbox.ec2.endpoints import add_subnet, check_policy, check_subnets
from kafka_trigger_guard.sandbox.ec2.network_interfaces import known_groups, remove
from kafka_trigger_guard.sandbox.ec2.private_dns import check_dns_options, check_private_dns
from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation

_INTERFACE_ONLY = (
    "AddSubnetIds",
    "RemoveSubnetIds",
    "AddSecurityGroupIds",
    "RemoveSecurityGroupIds",
    "PrivateDnsEnabled",
)
_GATEWAY_ONLY = ("AddRouteTableIds", "RemoveRouteTableIds")


@operation("ec2", "ModifyVpcEndpoint")
def modify_vpc_endpoint(call: Call) -> Reply:
    """Change an endpoint; everything is checked before anything changes."""
    ec2 = ec2_of(call)
    endpoint = ec2.get_vpc_end_point(call.given("VpcEndpointId"))
    _check_kind(endpoint, call)
    check_policy(call.given("PolicyDocument"))
    if endpoint.vpc_endpoint_type == "Gateway":
        add_routes(ec2, endpoint, call.strings("AddRouteTableIds"))
        remove_routes(ec2, endpoint, call.strings("RemoveRouteTableIds"))
    else:
        _modify_interface(ec2, endpoint, call)
    if call.given("PolicyDocument"):
        endpoint.policy_document = call.given("PolicyDocument")
    if call.given("ResetPolicy"):
        endpoint.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)
    return {"Return": True}


def _check_kind(endpoint: Any, call: Call) -> None:
    unfit = _INTERFACE_ONLY if endpoint.vpc_endpoint_type == "Gateway" else _GATEWAY_ONLY
    for name in unfit:
        if call.given(name):
            raise Refusal(
                "InvalidParameter",
                f"{name} is not supported for endpoints of type {endpoint.vpc_endpoint_type}.",
            )


def _modify_interface(ec2: Any, endpoint: Any, call: Call) -> None:
    vpc = ec2.get_vpc(endpoint.vpc_id)
    service = find_service(call.account, call.region, endpoint.service_name)
    removed = _members("subnet", endpoint.subnet_ids, call.strings("RemoveSubnetIds"))
    kept = [ec2.get_subnet(subnet_id) for subnet_id in endpoint.subnet_ids if subnet_id not in removed]
    new = [subnet_id for subnet_id in call.strings("AddSubnetIds") if subnet_id not in endpoint.subnet_ids]
    added = check_subnets(ec2, vpc, service, kept, new)
    group_ids = _groups_after(ec2, endpoint, call)
    check_dns_options(ec2, vpc, service, call.given("DnsOptions") or {})
    _set_private_dns(ec2, vpc, endpoint, service, call.given("PrivateDnsEnabled"))
    if call.given("DnsOptions"):
        endpoint.dns_options = endpoint.dns_options | call.given("DnsOptions")
    _carry(ec2, endpoint, group_ids)
    for subnet_id in removed:
        _leave(ec2, endpoint, subnet_id)
    for subnet in added:
        add_subnet(ec2, endpoint, subnet)
    endpoint.dns_entries = dns_entries(ec2, endpoint, service)


def _members(kind: str, present: list[str], ids: tuple[str, ...]) -> tuple[str, ...]:
    missing = next((item for item in ids if item not in present), None)
    if missing:
        raise Refusal("InvalidParameter", f"The {kind} {missing} is not associated with the VPC endpoint.")
    return ids


def _groups_after(ec2: Any, endpoint: Any, call: Call) -> list[str]:
    added = call.strings("AddSecurityGroupIds")
    known_groups(ec2, endpoint.vpc_id, added)
    removed = _members("security group", endpoint.security_group_ids, call.strings("RemoveSecurityGroupIds"))
    after = [item for item in dict.fromkeys([*endpoint.security_group_ids, *added]) if item not in removed]
    if not after:
        raise Refusal("InvalidParameter", "A VPC endpoint needs at least one security group.")
    return after


def _set_private_dns(
    ec2: Any, vpc: Any, endpoint: Any, service: EndpointService, wanted: bool | None
) -> None:
    if wanted and not endpoint.private_dns_enabled:
        check_private_dns(ec2, vpc, service, endpoint.id)
    if wanted is not None:
        endpoint.private_dns_enabled = wanted


def _carry(ec2: Any, endpoint: Any, group_ids: list[str]) -> None:
    endpoint.security_group_ids = group_ids
    groups = known_groups(ec2, endpoint.vpc_id, group_ids)
    for interface_id in endpoint.network_interface_ids:
        ec2.get_network_interface(interface_id)._group_set = list(groups)


def _leave(ec2: Any, endpoint: Any, subnet_id: str) -> None:
    for interface_id in tuple(endpoint.network_interface_ids):
        interface = ec2.get_network_interface(interface_id)
        if interface.subnet.id == subnet_id:
            endpoint.network_interface_ids.remove(interface_id)
            remove(ec2, interface)
    endpoint.subnet_ids.remove(subnet_id)
