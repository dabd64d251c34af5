"""VPC Block Public Access: the account's mode and its exclusions, which moto does not know.

https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
"""

from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.utils import utcnow
from moto.ec2.utils import random_id

from kafka_trigger_guard.sandbox.backends import ec2_of
from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation, paged


class _State(BaseBackend):
    """Mode and exclusions of one account and Region, reset with moto."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.options: dict[str, Any] = {
            "AwsAccountId": account_id,
            "AwsRegion": region_name,
            "State": "default-state",
            "InternetGatewayBlockMode": "off",
            "LastUpdateTimestamp": utcnow(),
            "ManagedBy": "account",
            "ExclusionsAllowed": "allowed",
        }
        self.exclusions: dict[str, dict[str, Any]] = {}


_states = BackendDict(_State, "ec2")


def _state(call: Call) -> _State:
    state: _State = _states[call.account][call.region]
    return state


@operation("ec2", "DescribeVpcBlockPublicAccessOptions")
def describe_options(call: Call) -> Reply:
    """The mode in this Region."""
    return {"VpcBlockPublicAccessOptions": _state(call).options}


@operation("ec2", "ModifyVpcBlockPublicAccessOptions")
def modify_options(call: Call) -> Reply:
    """Set the mode: off, block-bidirectional or block-ingress."""
    state = _state(call)
    state.options |= {
        "State": "update-complete",
        "InternetGatewayBlockMode": call.given("InternetGatewayBlockMode"),
        "LastUpdateTimestamp": utcnow(),
    }
    return {"VpcBlockPublicAccessOptions": state.options}


@operation("ec2", "CreateVpcBlockPublicAccessExclusion")
def create_exclusion(call: Call) -> Reply:
    """Exclude one VPC or one subnet."""
    subnet_id, vpc_id = call.given("SubnetId"), call.given("VpcId")
    if bool(subnet_id) == bool(vpc_id):
        raise Refusal("InvalidParameterCombination", "Exactly one of SubnetId and VpcId is required.")
    ec2 = ec2_of(call)
    kind, target = ("subnet", ec2.get_subnet(subnet_id)) if subnet_id else ("vpc", ec2.get_vpc(vpc_id))
    exclusion = {
        "ExclusionId": random_id("vpcbpa-exclude"),
        "InternetGatewayExclusionMode": call.given("InternetGatewayExclusionMode"),
        "ResourceArn": f"arn:{call.partition}:ec2:{call.region}:{call.account}:{kind}/{target.id}",
        "State": "create-complete",
        "CreationTimestamp": utcnow(),
        "LastUpdateTimestamp": utcnow(),
        "Tags": [],
    }
    _state(call).exclusions[str(exclusion["ExclusionId"])] = exclusion
    return {"VpcBlockPublicAccessExclusion": {**exclusion, "State": "create-in-progress"}}


@operation("ec2", "DescribeVpcBlockPublicAccessExclusions")
def describe_exclusions(call: Call) -> Reply:
    """The exclusions, by id, state, mode or resource, one page of them."""
    chosen = [item for item in _state(call).exclusions.values() if _passes(call, item)]
    page, token = paged(chosen, call.given("MaxResults"), call.given("NextToken"))
    return {"VpcBlockPublicAccessExclusions": page, "NextToken": token}


def _passes(call: Call, exclusion: dict[str, Any]) -> bool:
    ids = call.strings("ExclusionIds")
    values = {
        "state": exclusion["State"],
        "internet-gateway-exclusion-mode": exclusion["InternetGatewayExclusionMode"],
        "resource-arn": exclusion["ResourceArn"],
    }
    named = not ids or exclusion["ExclusionId"] in ids
    return named and all(values.get(item["Name"]) in item["Values"] for item in call.given("Filters") or ())


@operation("ec2", "DeleteVpcBlockPublicAccessExclusion")
def delete_exclusion(call: Call) -> Reply:
    """Delete an exclusion."""
    exclusion = _state(call).exclusions.pop(call.given("ExclusionId"), None)
    if exclusion is None:
        raise Refusal(
            "InvalidVpcBlockPublicAccessExclusionId.NotFound",
            f"The exclusion ID '{call.given('ExclusionId')}' does not exist",
        )
    return {"VpcBlockPublicAccessExclusion": {**exclusion, "State": "delete-in-progress"}}
