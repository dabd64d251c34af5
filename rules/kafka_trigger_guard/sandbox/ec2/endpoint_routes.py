"""The prefix-list routes by which a gateway endpoint serves its route tables.

https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
"""

from collections.abc import Sequence
from typing import Any

from kafka_trigger_guard.sandbox.operations import Refusal


def add_routes(ec2: Any, endpoint: Any, route_table_ids: Sequence[str]) -> None:
    """Add a route to the service's prefix list to each table; refuses a table that has one."""
    prefix_list = next(
        item for item in ec2.managed_prefix_lists.values() if item.prefix_list_name == endpoint.service_name
    )
    tables = [ec2.get_route_table(route_table_id) for route_table_id in route_table_ids]
    for table in tables:
        if table.vpc_id != endpoint.vpc_id:
            raise Refusal("InvalidParameter", f"Route table {table.id} is not in the VPC {endpoint.vpc_id}.")
        if any(route.destination_prefix_list_id == prefix_list.id for route in table.routes):
            raise Refusal(
                "RouteAlreadyExists",
                f"route table {table.id} already has a route with destination-prefix-list-id "
                f"{prefix_list.id}",
            )
    endpoint.destination_prefix_list_id = prefix_list.id
    for table in tables:
        ec2.create_route(table.id, None, gateway_id=endpoint.id, destination_prefix_list_id=prefix_list.id)
        endpoint.route_table_ids.append(table.id)


def remove_routes(ec2: Any, endpoint: Any, route_table_ids: Sequence[str]) -> None:
    """Take the endpoint's route out of each table."""
    for route_table_id in route_table_ids:
        table = ec2.get_route_table(route_table_id)
        for route_id, route in list(table._routes.items()):
            if route.gateway_id == endpoint.id:
                del table._routes[route_id]
        endpoint.route_table_ids.remove(route_table_id)
