"""Routes that lead to something existing, and go black when it is gone; moto's are always active.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
"""

from typing import Any

from moto.ec2.models.route_tables import Route, RouteBackend

from kafka_trigger_guard.sandbox.corrections import correct
from kafka_trigger_guard.sandbox.operations import Refusal

_moto_create_route = RouteBackend.create_route


@correct(RouteBackend, "create_route")
def _create_route(ec2: Any, *arguments: Any, **named: Any) -> Any:
    nat_gateway_id = named.get("nat_gateway_id")
    if nat_gateway_id and nat_gateway_id not in ec2.nat_gateways:
        raise Refusal("InvalidNatGatewayID.NotFound", f"The natGateway ID '{nat_gateway_id}' does not exist")
    transit_gateway_id = named.get("transit_gateway_id")
    if transit_gateway_id and transit_gateway_id not in ec2.transit_gateways:
        raise Refusal(
            "InvalidTransitGatewayID.NotFound",
            f"Transit Gateway {transit_gateway_id} was deleted or does not exist.",
        )
    return _moto_create_route(ec2, *arguments, **named)


def _state(route: Any) -> str:
    return "active" if all(_alive(route)) else "blackhole"


correct(Route, "state")(property(_state))


def _alive(route: Any) -> list[bool]:
    ec2 = route.route_table.ec2_backend
    checks = []
    if route.nat_gateway:
        checks.append(route.nat_gateway.state == "available")
    if route.gateway_id and route.gateway_id.startswith("igw-"):
        checks.append(_attached(ec2, route))
    if route.interface:
        checks.append(route.interface.id in ec2.enis)
    if route.vpc_pcx:
        checks.append(route.vpc_pcx._status.code == "active")
    if route.transit_gateway:
        checks.append(route.transit_gateway.id in ec2.transit_gateways)
    return checks


def _attached(ec2: Any, route: Any) -> bool:
    gateway = ec2.internet_gateways.get(route.gateway_id)
    return bool(gateway and gateway.vpc and gateway.vpc.id == route.route_table.vpc_id)
