"""What must be done so that routes lead to a gateway endpoint for S3.

vpc/latest/privatelink/gateway-endpoints: the endpoint writes its route into the tables it is associated with.
"""

from __future__ import annotations

from collections.abc import Iterator

from kafka_trigger_guard.network.answers import Doubt
from kafka_trigger_guard.network.model import Endpoint, Resource, Vpc
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.remedies.aws_commands import ec2, option
from kafka_trigger_guard.rules.remedies.wanting import Remedy
from kafka_trigger_guard.triggers.trigger import Need


def new_gateway(case: Case, need: Need, rule: str, vpc: Vpc) -> Iterator[Remedy]:
    """A gateway endpoint for the trigger subnets' route tables; one serves its own Region alone."""
    tables = _tables(case)
    if need.region != vpc.region or not tables:
        return
    resource = Resource(vpc.id, "AWS::EC2::VPC", vpc.account)
    created = ec2(
        vpc.region,
        "create-vpc-endpoint",
        option("vpc-endpoint-type", "Gateway"),
        option("vpc-id", vpc.id),
        option("service-name", f"com.amazonaws.{need.region}.{need.service.value}"),
        option("route-table-ids", *tables),
    )
    why = f"no endpoint for {need.service.value} in {vpc.id}"
    yield Remedy((rule,), vpc.account, resource, why, (created,))


def led_to_gateway(case: Case, rule: str, endpoint: Endpoint) -> Iterator[Remedy]:
    """The route tables of trigger subnets that do not lead to a gateway endpoint that is there."""
    tables = _tables(case, endpoint.id)
    if not endpoint.available or not tables:
        return
    resource = Resource(endpoint.id, "AWS::EC2::VPCEndpoint", endpoint.account)
    own, added = option("vpc-endpoint-id", endpoint.id), option("add-route-table-ids", *tables)
    command = ec2(case.situation.region, "modify-vpc-endpoint", own, added)
    why = f"no route of {', '.join(tables)} leads to {endpoint.id}"
    yield Remedy((rule,), endpoint.account, resource, why, (command,))


def _tables(case: Case, endpoint_id: str = "") -> list[str]:
    """The trigger subnets' route tables, without those that lead to the endpoint already."""
    found = [case.ground.reach.network.route_table_of(origin.subnet) for origin in case.ground.origins]
    tables = {table.id: table for table in found if not isinstance(table, Doubt)}
    return sorted(
        table.id
        for table in tables.values()
        if not any(route.target_id == endpoint_id and route.active for route in table.routes)
    )
