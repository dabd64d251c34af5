"""The resources that an API call is for, as IAM names them; only of calls that this project's roles make.

service-authorization/latest/reference (the column "resource types" of each service)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from moto.utilities.utils import get_partition

from kafka_trigger_guard.sandbox.identification import Identified

_EC2_TYPES = {
    "sg": "security-group",
    "sgr": "security-group-rule",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
    "subnet": "subnet",
    "rtb": "route-table",
    "acl": "network-acl",
}
_GROUP_CHANGES = (
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupIngress",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:DeleteSecurityGroup",
)
_ENDPOINT_CHANGES = ("ec2:ModifyVpcEndpoint", "ec2:DeleteVpcEndpoints")
_MEMBERS = ("SubnetIds", "SecurityGroupIds", "AddSubnetIds", "AddSecurityGroupIds", "RemoveSecurityGroupIds")


def resources_of(call: Identified) -> tuple[str, ...]:
    """The ARNs that a policy must allow the action for; `*` alone where it is not looked at."""
    found = _FINDERS.get(call.action)
    return tuple(dict.fromkeys(found(call))) if found else ("*",)


def created_of(call: Identified) -> Iterator[str]:
    """The ARNs of what a call creates and tags; their ids are not known yet."""
    for specification in call.parameters.get("TagSpecifications") or ():
        yield _arn(call, f"{specification.get('ResourceType')}/*")


def _arn(call: Identified, resource: str, service: str = "") -> str:
    service = service or call.action.split(":")[0]
    return f"arn:{get_partition(call.region)}:{service}:{call.region}:{call.account}:{resource}"


def _ec2(call: Identified, *ids: object) -> Iterator[str]:
    for resource_id in ids:
        kind = _EC2_TYPES.get(str(resource_id).partition("-")[0])
        yield _arn(call, f"{kind}/{resource_id}") if kind else "*"


def _of_group(call: Identified) -> Iterator[str]:
    yield from _ec2(call, call.parameters.get("GroupId"))
    yield from created_of(call)


def _of_new_group(call: Identified) -> Iterator[str]:
    yield _arn(call, "security-group/*")
    yield from _ec2(call, call.parameters.get("VpcId"))


def _of_new_endpoint(call: Identified) -> Iterator[str]:
    yield _arn(call, "vpc-endpoint/*")
    yield from _ec2(call, call.parameters.get("VpcId"), *_members(call))


def _of_endpoints(call: Identified) -> Iterator[str]:
    given = call.parameters
    yield from _ec2(call, *(given.get("VpcEndpointIds") or [given.get("VpcEndpointId")]), *_members(call))


def _members(call: Identified) -> list[str]:
    return [item for name in _MEMBERS for item in call.parameters.get(name) or ()]


def _of_vpc(call: Identified) -> Iterator[str]:
    yield from _ec2(call, call.parameters.get("VpcId"))


def _of_tags(call: Identified) -> Iterator[str]:
    yield from _ec2(call, *(call.parameters.get("Resources") or ()))


def _of_role(call: Identified) -> Iterator[str]:
    yield str(call.parameters.get("RoleArn"))


def _of_document(call: Identified) -> Iterator[str]:
    given = str(call.parameters.get("DocumentName"))
    name = given.rpartition("/")[2]
    version = str(call.parameters.get("DocumentVersion") or "$DEFAULT")
    account = given.split(":")[4] if given.startswith("arn:") else call.account
    arn = _arn(call, f"automation-definition/{name}:{version}")
    yield arn.replace(f":{call.account}:", f":{account}:")


def _of_queue(call: Identified) -> Iterator[str]:
    account, _, name = str(call.parameters.get("QueueUrl")).rstrip("/").rpartition("/")
    arn = _arn(call, name)
    yield arn.replace(f":{call.account}:", f":{account.rpartition('/')[2]}:")


_FINDERS: dict[str, Callable[[Identified], Iterator[str]]] = {
    "sts:AssumeRole": _of_role,
    "ssm:StartAutomationExecution": _of_document,
    "sqs:ReceiveMessage": _of_queue,
    "sqs:DeleteMessage": _of_queue,
    "sqs:SendMessage": _of_queue,
    "ec2:CreateSecurityGroup": _of_new_group,
    "ec2:CreateVpcEndpoint": _of_new_endpoint,
    "ec2:ModifyVpcAttribute": _of_vpc,
    "ec2:CreateTags": _of_tags,
    "ec2:DeleteTags": _of_tags,
    **dict.fromkeys(_GROUP_CHANGES, _of_group),
    **dict.fromkeys(_ENDPOINT_CHANGES, _of_endpoints),
}
