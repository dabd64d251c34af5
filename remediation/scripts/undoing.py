"""Undoing one execution: the calls that take back what it made and changed, and making them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from remediation.scripts.clients import pages
from remediation.scripts.failures import explained
from remediation.scripts.relying import Other
from remediation.scripts.tags import (
    DOCUMENT,
    EXECUTION,
    MADE,
    PRIOR,
    TRIGGER,
    made_by,
    prior_key,
    priors_of,
    tags_of,
)
from remediation.scripts.traces import VPC_ATTRIBUTES, Item, Traces, restorable, traces_of
from remediation.scripts.users import kept_changes, kept_endpoints, kept_groups, kept_rules, kept_vpcs

PATIENCE_SECONDS, _PAUSE_SECONDS = 420, 10
"""A script has 600 seconds; an endpoint takes minutes to go, and its groups are free only then."""
_GONE = (
    "InvalidVpcEndpoint.NotFound",
    "InvalidVpcEndpointId.NotFound",
    "InvalidGroup.NotFound",
    "InvalidSecurityGroupRuleId.NotFound",
)
"""AWSEC2/latest/APIReference/errors-overview"""
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


def undoing_rules(ec2: Any, execution_id: str) -> Undoing:
    """How to undo an execution that added nothing but security group rules."""
    rules = pages(ec2, "describe_security_group_rules", "SecurityGroupRules", Filters=made_by(execution_id))
    return Undoing(tuple(map(_revocation, rules)), ())


def undoing(ec2: Any, execution_id: str) -> Undoing:
    """How to undo an execution that has not ended: nobody but other executions uses what it did."""
    return undoing_traces(ec2, traces_of(ec2, execution_id))


def undoing_traces(
    ec2: Any, traces: Traces, since: datetime | None = None, others: tuple[Other, ...] = ()
) -> Undoing:
    """How to undo an execution that started at `since` and left these traces, on which `others` may rely.

    Names lead elsewhere before the endpoint that they led to shuts: private DNS first, then endpoints, then
    the rules that let anybody in.
    """
    if not traces:
        return Undoing((), ())
    execution_id = traces.execution_id
    endpoints = kept_endpoints(ec2, traces, others)
    groups = kept_groups(ec2, traces, endpoints)
    vpcs = kept_vpcs(ec2, traces, since, others)
    rules = kept_rules(traces, endpoints, others)
    stays = {**endpoints, **groups, **vpcs, **rules}
    changed = [each for each in traces.changed_endpoints if each["VpcEndpointId"] not in endpoints]
    left = [vpc for vpc in traces.changed_vpcs if vpc["VpcId"] not in vpcs]
    steps = (
        *(step for endpoint in changed for step in _private_dns_off(endpoint, execution_id)),
        *(step for vpc in left for step in _restore_vpc(ec2, vpc, execution_id)),
        *_delete_endpoints(traces, endpoints),
        *(step for endpoint in changed for step in _remove_group(endpoint, execution_id)),
        *_revoke(traces, {*groups, *rules}),
        *_delete_groups(traces, groups),
        *(_untag(endpoint["VpcEndpointId"], endpoint, execution_id) for endpoint in changed),
        *(_untag(vpc["VpcId"], vpc, execution_id) for vpc in left),
    )
    said = [f"{item} stays: {reason}" for item, reason in stays.items()]
    return Undoing(steps, (*said, *kept_changes(traces)))


def _revoke(traces: Traces, kept: set[str]) -> Iterator[Step]:
    """Rules in groups that are deleted go with them; those that stay in use, or whose groups do, stay."""
    staying = kept | {group["GroupId"] for group in traces.groups}
    for rule in traces.rules:
        if not staying.intersection((rule["GroupId"], rule["SecurityGroupRuleId"])):
            yield _revocation(rule)


def _revocation(rule: Item) -> Step:
    group_id, rule_id = rule["GroupId"], rule["SecurityGroupRuleId"]
    api = "RevokeSecurityGroupEgress" if rule["IsEgress"] else "RevokeSecurityGroupIngress"
    parameters = {"GroupId": group_id, "SecurityGroupRuleIds": [rule_id]}
    return Step(api, parameters, f"{rule_id} was removed from {group_id}")


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


def _private_dns_off(endpoint: Item, execution_id: str) -> Iterator[Step]:
    """If it is still as this execution set it, and no other execution needs it."""
    endpoint_id, priors = endpoint["VpcEndpointId"], restorable(endpoint, execution_id)
    if "PrivateDnsEnabled" in priors and endpoint.get("PrivateDnsEnabled"):
        parameters = {"VpcEndpointId": endpoint_id, "PrivateDnsEnabled": False}
        yield Step("ModifyVpcEndpoint", parameters, f"{endpoint_id} is without private DNS again")


def _remove_group(endpoint: Item, execution_id: str) -> Iterator[Step]:
    endpoint_id, priors = endpoint["VpcEndpointId"], restorable(endpoint, execution_id)
    added = priors.get("SecurityGroupIds", "").removeprefix("without ")
    if added in [group["GroupId"] for group in endpoint.get("Groups") or ()]:
        parameters = {"VpcEndpointId": endpoint_id, "RemoveSecurityGroupIds": [added]}
        yield Step("ModifyVpcEndpoint", parameters, f"{endpoint_id} is without {added} again")


def _restore_vpc(ec2: Any, vpc: Item, execution_id: str) -> Iterator[Step]:
    vpc_id, priors = vpc["VpcId"], restorable(vpc, execution_id)
    for attribute in VPC_ATTRIBUTES:
        if attribute not in priors:
            continue
        name = attribute[0].lower() + attribute[1:]
        if ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute=name)[attribute]["Value"]:
            parameters = {"VpcId": vpc_id, attribute: {"Value": False}}
            yield Step("ModifyVpcAttribute", parameters, f"{name} of {vpc_id} is off again")


def _untag(object_id: str, item: Item, execution_id: str) -> Step:
    """The tags of this execution; those that all share too, if it is the last that changed the object."""
    own = [prior_key(attribute, execution_id) for attribute in priors_of(item, execution_id)]
    left = [key for key in tags_of(item) if key == MADE or key.startswith(PRIOR)]
    keys = own if set(left) - set(own) else [*own, EXECUTION, TRIGGER, DOCUMENT]
    parameters = {"Resources": [object_id], "Tags": [{"Key": key} for key in keys]}
    return Step("DeleteTags", parameters, f"the tags of {object_id} were removed")


def undo(
    ec2: Any, steps: tuple[Step, ...], patience_seconds: float = PATIENCE_SECONDS
) -> tuple[list[str], list[str]]:
    """Make the calls, each as soon as AWS lets it: what was undone, and what could not be, as sentences.

    The tags of an object stay if something of it could not be undone: they say how it was.
    """
    deadline = time.monotonic() + patience_seconds
    done: list[str] = []
    failed: list[str] = []
    faulty: set[str] = set()
    for step in steps:
        if step.api == "DeleteTags" and faulty.intersection(step.parameters["Resources"]):
            continue
        try:
            _make(ec2, step, deadline)
            done.append(step.says)
        except (ClientError, BotoCoreError) as error:
            faulty |= {str(value) for value in step.parameters.values()}
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
