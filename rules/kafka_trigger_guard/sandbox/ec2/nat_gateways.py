"""NAT gateways: an interface inside their subnet, an elastic address, a state, and routes that go black.

https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
"""

from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models import nat_gateways
from moto.ec2.utils import add_tag_specification

from kafka_trigger_guard.sandbox.backends import ec2_of
from kafka_trigger_guard.sandbox.corrections import correct
from kafka_trigger_guard.sandbox.ec2.network_interfaces import remove
from kafka_trigger_guard.sandbox.ec2.regional_nat_gateways import create_regional
from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation


@correct(nat_gateways, "random_private_ip")
def _any_address_of_the_subnet() -> None:
    """No address: the interface takes a free one of its subnet, where moto draws any of 10.0.0.0/8."""


@operation("ec2", "CreateNatGateway")
def create_nat_gateway(call: Call) -> Reply:
    """Create a NAT gateway; without an internet gateway in the VPC a public zonal one fails."""
    ec2 = ec2_of(call)
    if call.given("AvailabilityMode") == "regional":
        internet_gateway_id = _internet_gateway(ec2, call.given("VpcId"))
        return {"NatGateway": create_regional(ec2, call, internet_gateway_id)}
    subnet = ec2.get_subnet(call.given("SubnetId"))
    connectivity = call.given("ConnectivityType") or "public"
    _check_allocation(ec2, call.given("AllocationId"), connectivity)
    nat_gateway = ec2.create_nat_gateway(
        subnet_id=subnet.id,
        allocation_id=call.given("AllocationId"),
        tags=add_tag_specification(call.given("TagSpecifications") or []),
        connectivity_type=connectivity,
    )
    nat_gateway.availability_mode = "zonal"
    _own(nat_gateway)
    if connectivity == "public" and _internet_gateway(ec2, subnet.vpc_id) is None:
        _fail(ec2, nat_gateway)
    return {"NatGateway": nat_gateway}


def _check_allocation(ec2: Any, allocation_id: str | None, connectivity: str) -> None:
    if connectivity == "private" and allocation_id:
        raise Refusal("InvalidParameterCombination", "A private NAT gateway takes no AllocationId.")
    if connectivity == "public" and not allocation_id:
        raise Refusal("MissingParameter", "The request must contain the parameter AllocationId")
    addresses = ec2.address_by_allocation([allocation_id]) if allocation_id else []
    if any(address.association_id for address in addresses):
        raise Refusal(
            "Resource.AlreadyAssociated", f"Elastic IP address [{allocation_id}] is already associated"
        )


def _own(nat_gateway: Any) -> None:
    """Give the interface the marks of a NAT gateway: no groups, no source/destination check."""
    interface = nat_gateway._eni
    interface.interface_type = "nat_gateway"
    interface.description = f"Interface for NAT Gateway {nat_gateway.id}"
    interface.requester_managed = True
    interface.status = "in-use"
    interface.source_dest_check = False
    interface._group_set = []
    nat_gateway.private_ip = interface.private_ip_address
    nat_gateway.address_set[0] |= {"isPrimary": True, "status": "succeeded"}


def _internet_gateway(ec2: Any, vpc_id: str | None) -> str | None:
    attached = (gateway for gateway in ec2.internet_gateways.values() if gateway.vpc)
    return next((str(gateway.id) for gateway in attached if gateway.vpc.id == vpc_id), None)


def _fail(ec2: Any, nat_gateway: Any) -> None:
    nat_gateway.state = "failed"
    nat_gateway.failure_code = "Gateway.NotAttached"
    nat_gateway.failure_message = f"Network {nat_gateway.vpc_id} has no Internet gateway attached"
    nat_gateway.address_set[0] |= {"status": "failed"}
    _release(ec2, nat_gateway)


@operation("ec2", "DeleteNatGateway")
def delete_nat_gateway(call: Call) -> Reply:
    """Delete a NAT gateway: its interface goes, its elastic address is free again."""
    ec2 = ec2_of(call)
    nat_gateway = ec2.nat_gateways.get(call.given("NatGatewayId"))
    if nat_gateway is None or nat_gateway.state == "deleted":
        raise Refusal("NatGatewayNotFound", f"The Nat Gateway {call.given('NatGatewayId')} was not found")
    if nat_gateway.state != "failed":
        _release(ec2, nat_gateway)
    nat_gateway.state = "deleted"
    nat_gateway.delete_time = utcnow()
    return {"NatGatewayId": nat_gateway.id}


def _release(ec2: Any, nat_gateway: Any) -> None:
    if nat_gateway._eni is None:
        return
    for address in ec2.addresses:
        if address.eni is nat_gateway._eni:
            ec2.disassociate_address(association_id=address.association_id)
    remove(ec2, nat_gateway._eni)
