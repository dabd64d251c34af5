"""Further VPCs of the same account, reached over a peering connection or a transit gateway."""

from __future__ import annotations

from tests.networks import gateways, shapes
from tests.networks.builder import VPC_CIDR, Scenario
from tests.networks.shapes import Json

GATEWAY = shapes.identify("tgw", "main")
TRANSIT_TABLE = shapes.identify("tgw-rtb", "main")


def with_peered_vpc(scenario: Scenario, name: str = "services", cidr: str = "10.1.0.0/24") -> Scenario:
    """A VPC with the subnet `<name>-a`, peered with the trigger's VPC, and routes both ways."""
    _neighbour(scenario, name, cidr)
    peering = gateways.peering(name, VPC_CIDR, cidr)
    peering["AccepterVpcInfo"] |= {"OwnerId": shapes.ACCOUNT, "VpcId": shapes.vpc_id(name)}
    scenario.add("ec2:DescribeVpcPeeringConnections", peering)
    target = {"VpcPeeringConnectionId": peering["VpcPeeringConnectionId"]}
    return scenario.route("private", cidr, **target).route(f"main-{name}", VPC_CIDR, **target)


def with_attached_vpc(scenario: Scenario, name: str = "services", cidr: str = "10.1.0.0/24") -> Scenario:
    """A VPC with the subnet `<name>-a`, on one transit gateway with the trigger's VPC; routes both ways."""
    _neighbour(scenario, name, cidr)
    scenario.transit_gateway()
    attachment = shapes.identify("tgw-attach", name)
    far = gateways.transit_attachment(GATEWAY, attachment) | {"ResourceId": shapes.vpc_id(name)}
    scenario.add("ec2:DescribeTransitGatewayAttachments", far)
    far_vpc = gateways.transit_vpc_attachment(GATEWAY, attachment, [shapes.subnet_id(f"{name}-a")])
    scenario.add("ec2:DescribeTransitGatewayVpcAttachments", far_vpc | {"VpcId": shapes.vpc_id(name)})
    scenario.responses["ec2:SearchTransitGatewayRoutes"][TRANSIT_TABLE] = {
        "Routes": [
            _transit_route(VPC_CIDR, shapes.identify("tgw-attach", "main"), shapes.vpc_id()),
            _transit_route(cidr, attachment, shapes.vpc_id(name)),
        ],
        "AdditionalRoutesAvailable": False,
    }
    target = {"TransitGatewayId": GATEWAY}
    return scenario.route("private", cidr, **target).route(f"main-{name}", VPC_CIDR, **target)


def _neighbour(scenario: Scenario, name: str, cidr: str) -> None:
    """A VPC with one subnet of sixteen addresses in zone a."""
    subnet = f"{cidr.split('/')[0]}/28"
    scenario.vpc(name, cidr).subnet(f"{name}-a", subnet, "a", vpc_name=name)


def _transit_route(cidr: str, attachment: str, resource: str) -> Json:
    return {
        "DestinationCidrBlock": cidr,
        "TransitGatewayAttachments": [
            {
                "ResourceId": resource,
                "TransitGatewayAttachmentId": attachment,
                "ResourceType": "vpc",
            }
        ],
        "Type": "propagated",
        "State": "active",
    }
