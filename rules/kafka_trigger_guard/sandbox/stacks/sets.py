"""Service-managed StackSets, which moto lets target accounts only: units, the root, accounts left out.

AWSCloudFormation/latest/UserGuide/stacksets-orgs: the management account is never a target.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.cloudformation.models import cloudformation_backends
from moto.moto_api._internal import mock_random

from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation
from kafka_trigger_guard.sandbox.organization import STACK_SETS, organization_of


def _is_service_managed(call: Call) -> bool:
    found = _stack_set(call)
    return found is not None and found.permission_model == "SERVICE_MANAGED"


@operation("cloudformation", "ActivateOrganizationsAccess")
def activate_organizations_access(call: Call) -> Reply:
    """Trust CloudFormation with the organization."""
    organization_of(call).enable_aws_service_access(ServicePrincipal=STACK_SETS)
    return {}


@operation("cloudformation", "DescribeOrganizationsAccess")
def describe_organizations_access(call: Call) -> Reply:
    """Whether CloudFormation is trusted with the organization."""
    trusted = organization_of(call).list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    enabled = any(each["ServicePrincipal"] == STACK_SETS for each in trusted)
    return {"Status": "ENABLED" if enabled else "DISABLED"}


@operation("cloudformation", "CreateStackInstances", claims=_is_service_managed)
def create_stack_instances(call: Call) -> Reply:
    """Make the stack in every targeted account and Region in which it is not yet."""
    stack_set = _stack_set(call)
    made = stack_set.instances
    targets = call.given("DeploymentTargets") or {}
    if not targets.get("OrganizationalUnitIds"):
        raise Refusal("ValidationError", "OrganizationalUnitIds are required")
    for account in _accounts(call, targets):
        for region in call.strings("Regions"):
            made.create_instances([account], [region], stack_set.parameters, {}, "SERVICE_MANAGED")
    units = {*getattr(stack_set, "organizational_unit_ids", ()), *targets["OrganizationalUnitIds"]}
    stack_set.organizational_unit_ids = sorted(units)
    return {"OperationId": _operated(stack_set, "CREATE")}


@operation("cloudformation", "DeleteStackInstances", claims=_is_service_managed)
def delete_stack_instances(call: Call) -> Reply:
    """Delete the stacks of the targeted accounts and Regions."""
    stack_set = _stack_set(call)
    accounts = list(_accounts(call, call.given("DeploymentTargets") or {}))
    stack_set.instances.delete(accounts, list(call.strings("Regions")))
    return {"OperationId": _operated(stack_set, "DELETE")}


@operation("cloudformation", "UpdateStackSet", claims=_is_service_managed)
def update_stack_set(call: Call) -> Reply:
    """Change the StackSet, then every stack of it."""
    stack_set = _stack_set(call)
    backend: Any = cloudformation_backends[call.account][call.region]
    given = call.given("Parameters") or []
    stack_set.parameters = backend._resolve_update_parameters(stack_set, given)
    url = call.given("TemplateURL")
    stack_set.template = _text_of(call, url) if url else call.given("TemplateBody") or stack_set.template
    stack_set.instances.template, stack_set.instances.parameters = stack_set.template, stack_set.parameters
    for instance in stack_set.instances.stack_instances:
        instance.template, instance.parameters = stack_set.template, stack_set.parameters
        instance.stack.update(stack_set.template, None, stack_set.parameters, None)
    return {"OperationId": _operated(stack_set, "UPDATE")}


def _text_of(call: Call, url: str) -> str:
    from moto.cloudformation.utils import get_stack_from_s3_url

    return str(get_stack_from_s3_url(url, account_id=call.account, partition=call.partition))


def _stack_set(call: Call) -> Any:
    backend: Any = cloudformation_backends[call.account][call.region]
    names = (call.given("StackSetName"),)
    found = [each for each in backend.stacksets.values() if each.name in names or each.id in names]
    return next((each for each in found if each.status != "DELETED"), None)


def _operated(stack_set: Any, action: str) -> str:
    identity = str(mock_random.uuid4())
    stack_set._create_operation(operation_id=identity, action=action, status="SUCCEEDED")
    return identity


def _accounts(call: Call, targets: dict[str, Any]) -> Iterator[str]:
    """The accounts below the targeted units, without the management account and those left out."""
    organization = organization_of(call)
    filtered = targets.get("AccountFilterType") == "DIFFERENCE"
    left_out = {organization.org.master_account_id, *((targets.get("Accounts") or ()) if filtered else ())}
    units = set(targets["OrganizationalUnitIds"])
    while below := {ou.id for ou in organization.ou if ou.parent_id in units} - units:
        units |= below
    for account in organization.accounts:
        if account.parent_id in units and account.id not in left_out:
            yield str(account.id)
