"""Endpoints that moto makes for CloudFormation templates, made as for calls."""

import json
from typing import Any

from moto.ec2.models.vpcs import VPCBackend

from kafka_trigger_guard.sandbox.corrections import correct
from kafka_trigger_guard.sandbox.ec2.endpoints import create_vpc_endpoint
from kafka_trigger_guard.sandbox.operations import Call

_PARAMETERS = {
    "vpc_id": "VpcId",
    "service_name": "ServiceName",
    "endpoint_type": "VpcEndpointType",
    "subnet_ids": "SubnetIds",
    "private_dns_enabled": "PrivateDnsEnabled",
    "route_table_ids": "RouteTableIds",
    "security_group_ids": "SecurityGroupIds",
}


@correct(VPCBackend, "create_vpc_endpoint")
def _create(ec2: Any, **properties: Any) -> Any:
    """A template leaves private DNS off unless it says otherwise, and writes its policy as an object."""
    parameters = {theirs: properties.get(ours) for ours, theirs in _PARAMETERS.items()}
    if parameters["VpcEndpointType"] == "Interface":
        parameters["PrivateDnsEnabled"] = bool(parameters["PrivateDnsEnabled"])
    policy = properties.get("policy_document")
    parameters["PolicyDocument"] = json.dumps(policy) if isinstance(policy, dict) else policy
    answer = create_vpc_endpoint(Call(ec2.account_id, ec2.region_name, parameters))
    return ec2.get_vpc_end_point(answer["VpcEndpoint"].id)
