"""Step SettleEndpoint: the endpoint that serves the VPC, whoever made it.

Only one endpoint of a service has private DNS in a VPC: of executions at the same time, one creates it, and
the others wait for that one.
vpc/latest/privatelink/privatelink-access-aws-services
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from remediation.scripts.clients import own_clients, pages
from remediation.scripts.own_steps import Failed, failure_of, read_plan
from remediation.scripts.tags import ADOPTED, MADE, kept_tags, tags_of

_CONFLICT = "conflicting DNS domain"
_ANOTHER_DID_IT = (_CONFLICT, "IncorrectState")
"""Another execution is turning private DNS on, or has done so. Any other failure is one, whatever it did."""
_PAUSE_SECONDS, _TIMES = 5, 6
"""What was just created may not be described yet. AWSEC2/latest/APIReference/query-api-troubleshooting"""


def handler(events: Mapping[str, Any], _context: object) -> dict[str, str]:
    """EndpointId; raises Failed if none was created and none is to be waited for."""
    clients = own_clients()
    plan = read_plan(events["Plan"])
    if plan["endpoint_id"]:
        message = failure_of(clients, events["ExecutionId"], "EnablePrivateDns")
        another = any(code in message for code in _ANOTHER_DID_IT)
        if message and not (another and _has_private_dns(clients("ec2"), plan["endpoint_id"])):
            raise Failed(message)
        return {"EndpointId": plan["endpoint_id"]}
    message = failure_of(clients, events["ExecutionId"], "CreateEndpoint")
    if message and _CONFLICT not in message:
        raise Failed(message)
    for turn in range(_TIMES):
        found = _found(clients("ec2"), plan, events["ExecutionId"], events["GroupId"])
        if found:
            return {"EndpointId": found}
        time.sleep(_PAUSE_SECONDS if turn + 1 < _TIMES else 0)
    raise Failed(message or f"no endpoint for {plan['service_name']} came to be")


def _has_private_dns(ec2: Any, endpoint_id: str) -> bool:
    """Whether another execution turned it on."""
    for _ in range(_TIMES):
        if ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"][0]["PrivateDnsEnabled"]:
            return True
        time.sleep(_PAUSE_SECONDS)
    return False


def _found(ec2: Any, plan: Mapping[str, Any], execution_id: str, group_id: str) -> str:
    """The own endpoint, else another's with private DNS that carries the same group; else empty.

    Another's is tagged, so that it stays when the execution that created it fails.
    """
    wanted = [
        {"Name": "vpc-id", "Values": [plan["vpc_id"]]},
        {"Name": "service-name", "Values": [plan["service_name"]]},
    ]
    listed = pages(ec2, "describe_vpc_endpoints", "VpcEndpoints", Filters=wanted)
    living = [each for each in listed if str(each["State"]).lower() in ("pending", "available")]
    own = [each for each in living if tags_of(each).get(MADE) == execution_id]
    others = [
        each
        for each in living
        if each.get("PrivateDnsEnabled") and group_id in [g["GroupId"] for g in each.get("Groups") or ()]
    ]
    found = next((str(each["VpcEndpointId"]) for each in [*own, *others]), "")
    if found and not own:
        ec2.create_tags(Resources=[found], Tags=kept_tags(dict([ADOPTED]), execution_id))
    return found
