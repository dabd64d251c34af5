"""Undoing one execution: the calls that take back what it made and changed, and making them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from remediation.scripts.failures import explained
from remediation.scripts.tags import DOCUMENT, EXECUTION, PRIOR, TRIGGER, priors_of, tags_of
from remediation.scripts.traces import VPC_ATTRIBUTES, Item, Traces, traces_of
from remediation.scripts.users import kept_endpoints, kept_groups, kept_vpcs

_PATIENCE_SECONDS, _PAUSE_SECONDS = 420, 10
"""A script has 600 seconds; an endpoint takes minutes to go, and its groups are free only then."""
_GONE = ("InvalidVpcEndpointId.NotFound", "InvalidGroup.NotFound", "InvalidSecurityGroupRuleId.NotFound")

_NOT_YET = ("DependencyViolation", "IncorrectState")


@dataclass(frozen=True, slots=True)
class Step:
    """One EC2 call that takes something back."""

    api: str
    parameters: dict[str, Any]
    says: str


@dataclass(frozen=True, slots=True)
class Undoing:
    """The calls in their order, and what stays because somebody else uses it."""

    steps: tuple[Step, ...]
    kept: tuple[str, ...]


def undoing(ec2: Any, execution_id: str, since: datetime | None = None) -> Undoing:
    """How to undo an execution that started at `since`."""
    traces = traces_of(ec2, execution_id)
    if not traces:
        return Undoing((), ())
    endpoints = kept_endpoints(ec2, traces)
    groups = kept_groups(ec2, traces, endpoints)
    vpcs = kept_vpcs(ec2, traces, since)
    stays = {**endpoints, **groups, **vpcs}
    steps = (
        *_revoke(traces, set(groups)),
        *_delete_endpoints(traces, endpoints),
        *(
            step
            for endpoint in traces.changed_endpoints
            for step in _restore_endpoint(endpoint, execution_id)
        ),
        *_delete_groups(traces, groups),
        *(
            step
            for vpc in traces.changed_vpcs
            if vpc["VpcId"] not in vpcs
            for step in _restore_vpc(ec2, vpc, execution_id)
        ),
    )
    return Undoing(steps, tuple(f"{item} stays: {reason}" for item, reason in stays.items()))


def _revoke(traces: Traces, kept: set[str]) -> Iterator[Step]:
    """Rules in groups that are deleted go with them; those in groups that stay in use stay."""
    going = {group["GroupId"] for group in traces.groups}
    for rule in traces.rules:
        group_id, rule_id = rule["GroupId"], rule["SecurityGroupRuleId"]
        if group_id not in going | kept:
            api = "RevokeSecurityGroupEgress" if rule["IsEgress"] else "RevokeSecurityGroupIngress"
            parameters = {"GroupId": group_id, "SecurityGroupRuleIds": [rule_id]}
            yield Step(api, parameters, f"{rule_id} was removed from {group_id}")


def _delete_endpoints(traces: Traces, kept: dict[str, str]) -> Iterator[Step]:
    for endpoint in traces.endpoints:
        endpoint_id = endpoint["VpcEndpointId"]
        if endpoint_id not in kept:
            yield Step("DeleteVpcEndpoints", {"VpcEndpointIds": [endpoint_id]}, f"{endpoint_id} was deleted")


def _delete_groups(traces: Traces, kept: dict[str, str]) -> Iterator[Step]:
    for group in traces.groups:
        if group["GroupId"] not in kept:
            parameters = {"GroupId": group["GroupId"]}
            yield Step("DeleteSecurityGroup", parameters, f"{group['GroupId']} was deleted")


def _restore_endpoint(endpoint: Item, execution_id: str) -> Iterator[Step]:
    """The attributes that are still as this execution set them, in one call, and the tags."""
    endpoint_id, priors = endpoint["VpcEndpointId"], priors_of(endpoint, execution_id)
    change: dict[str, Any] = {}
    said = []
    if priors.get("PrivateDnsEnabled") == "false" and endpoint.get("PrivateDnsEnabled"):
        change["PrivateDnsEnabled"] = False
        said.append("without private DNS")
    added = priors.get("SecurityGroupIds", "").removeprefix("without ")
    if added in [group["GroupId"] for group in endpoint.get("Groups") or ()]:
        change["RemoveSecurityGroupIds"] = [added]
        said.append(f"without {added}")
    if change:
        says = f"{endpoint_id} is {' and '.join(said)} again"
        yield Step("ModifyVpcEndpoint", {"VpcEndpointId": endpoint_id, **change}, says)
    yield _untag(endpoint_id, endpoint, execution_id)


def _restore_vpc(ec2: Any, vpc: Item, execution_id: str) -> Iterator[Step]:
    vpc_id, priors = vpc["VpcId"], priors_of(vpc, execution_id)
    for attribute in VPC_ATTRIBUTES:
        if priors.get(attribute) != "false":
            continue
        name = attribute[0].lower() + attribute[1:]
        if ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute=name)[attribute]["Value"]:
            parameters = {"VpcId": vpc_id, attribute: {"Value": False}}
            yield Step("ModifyVpcAttribute", parameters, f"{name} of {vpc_id} is off again")
    yield _untag(vpc_id, vpc, execution_id)


def _untag(object_id: str, item: Item, execution_id: str) -> Step:
    keys = [PRIOR + attribute for attribute in priors_of(item, execution_id)]
    if tags_of(item).get(EXECUTION) == execution_id:
        keys += [EXECUTION, TRIGGER, DOCUMENT]
    parameters = {"Resources": [object_id], "Tags": [{"Key": key} for key in keys]}
    return Step("DeleteTags", parameters, f"the tags of {object_id} were removed")


def undo(ec2: Any, steps: tuple[Step, ...]) -> tuple[list[str], list[str]]:
    """Make the calls, each as soon as AWS lets it: what was undone, and what could not be, as sentences."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    done, failed = [], []
    for step in steps:
        try:
            _make(ec2, step, deadline)
            done.append(step.says)
        except (ClientError, BotoCoreError) as error:
            failed.append(explained(error))
    return done, failed


def _make(ec2: Any, step: Step, deadline: float) -> None:
    while True:
        try:
            answer = getattr(ec2, xform_name(step.api))(**step.parameters)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _GONE:
                return
            if code not in _NOT_YET or time.monotonic() >= deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
            continue
        _check_deleted(step, answer)
        if step.api == "DeleteVpcEndpoints":
            _wait_until_gone(ec2, step.parameters["VpcEndpointIds"], deadline)
        return


def _check_deleted(step: Step, answer: Any) -> None:
    """DeleteVpcEndpoints succeeds and lists what it could not delete.

    AWSEC2/latest/APIReference/API_DeleteVpcEndpoints
    """
    for item in (answer or {}).get("Unsuccessful") or ():
        if item["Error"]["Code"] not in _GONE:
            raise ClientError({"Error": item["Error"]}, step.api)


def _wait_until_gone(ec2: Any, endpoint_ids: list[str], deadline: float) -> None:
    while time.monotonic() < deadline:
        try:
            left = ec2.describe_vpc_endpoints(VpcEndpointIds=endpoint_ids)["VpcEndpoints"]
        except ClientError as error:
            if error.response["Error"]["Code"] not in _GONE:
                raise
            return
        if all(str(endpoint["State"]).lower() == "deleted" for endpoint in left):
            return
        time.sleep(_PAUSE_SECONDS)
