"""Regional NAT gateways: no subnet and no visible interface, but addresses per zone and a route table.

https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
"""

from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models.nat_gateways import NatGateway
from moto.ec2.utils import add_tag_specification, random_nat_gateway_id

from kafka_trigger_guard.sandbox.operations import Call, Refusal


class RegionalNatGateway(NatGateway):
    """A NAT gateway of a whole VPC; moto's own sits in a subnet."""

    def __init__(self, ec2: Any, vpc_id: str, tags: dict[str, str]) -> None:
        self.id = random_nat_gateway_id()
        self.ec2_backend = ec2
        self.vpc_id = vpc_id
        self.subnet_id: Any = None
        self.state = "available"
        self.connectivity_type = "public"
        self.availability_mode = "regional"
        self.auto_scaling_ips = "enabled"
        self.auto_provision_zones = "enabled"
        self.route_table_id = ""
        self.address_set: list[dict[str, Any]] = []
        self._eni: Any = None
        self._created_at = utcnow()
        self.add_tags(tags)


_new: Any = RegionalNatGateway


def create_regional(ec2: Any, call: Call, internet_gateway_id: str | None) -> Any:
    """Create one with an address in every zone that has a subnet, routed to the internet gateway."""
    vpc_id = call.given("VpcId")
    if not vpc_id or call.given("SubnetId"):
        raise Refusal("InvalidParameterCombination", "A regional NAT gateway takes a VpcId and no SubnetId.")
    ec2.get_vpc(vpc_id)
    if internet_gateway_id is None:
        raise Refusal("Gateway.NotAttached", f"Network {vpc_id} has no Internet gateway attached")
    tags = add_tag_specification(call.given("TagSpecifications") or [])
    nat_gateway = _new(ec2, vpc_id, tags)
    subnets = ec2.describe_subnets(filters={"vpc-id": [vpc_id]})
    for zone in sorted({subnet.availability_zone for subnet in subnets}):
        nat_gateway.address_set.append(_address(ec2, zone))
    table = ec2.create_route_table(vpc_id)
    ec2.create_route(table.id, "0.0.0.0/0", gateway_id=internet_gateway_id)
    nat_gateway.route_table_id = table.id
    ec2.nat_gateways[nat_gateway.id] = nat_gateway
    return nat_gateway


def _address(ec2: Any, zone: str) -> dict[str, Any]:
    address = ec2.allocate_address("vpc")
    return {
        "allocationId": address.allocation_id,
        "publicIp": address.public_ip,
        "availabilityZone": zone,
        "status": "succeeded",
    }
