"""How a stack changes and fails, where moto's CloudFormation is unlike AWS's.

A parameter reaches resources through conditions and `Fn::Sub` too; a condition that turns makes or deletes
what stands under it; and a change that fails is rolled back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.models import CloudFormationBackend, Stack
from moto.core.exceptions import JsonRESTError, ServiceException
from moto.iam.models import Role

from kafka_trigger_guard.sandbox.corrections import correct

_NAMES = re.compile(r"\$\{([A-Za-z0-9]+)")
_moto_clean = parsing.clean_json
_moto_put_policy = Role.put_policy
_moto_update = parsing.parse_and_update_resource
_moto_diff = parsing.ResourceMap.build_resource_diff
_moto_create_change_set = CloudFormationBackend.create_change_set
_moto_execute = CloudFormationBackend.execute_change_set


@correct(parsing, "clean_json")
def _clean(part: Any, stack: Any) -> Any:
    """A part of a template with its functions worked out; AWS::NoValue leaves a list's item out."""
    found = _moto_clean(part, stack)
    return [each for each in found if each is not None] if isinstance(part, list) else found


@correct(parsing, "parse_and_update_resource")
def _update(logical_id: str, resource: dict[str, Any], stack: Any, account_id: str, region_name: str) -> Any:
    """Update a resource, or make or delete it when its condition has turned."""
    standing = stack._parsed_resources.get(logical_id)
    condition = resource.get("Condition")
    if condition and not stack.lazy_condition_map[condition]:
        if standing is not None:
            stack._delete_resource(standing, resource)
        return None
    if standing is None:
        return parsing.parse_and_create_resource(logical_id, resource, stack, account_id, region_name)
    updated = _moto_update(logical_id, resource, stack, account_id, region_name)
    if updated is None:  # moto cannot change this kind
        stack._delete_resource(standing, resource)
        return parsing.parse_and_create_resource(logical_id, resource, stack, account_id, region_name)
    return updated


@correct(parsing.ResourceMap, "delete")
def _delete(stack: Any) -> None:
    """Delete what was made last first: it may depend on the rest."""
    for name in [name for name in reversed(stack._parsed_resources) if name in stack._resource_json_map]:
        resource, described = stack._parsed_resources[name], stack._resource_json_map[name]
        if resource is None or described.get("DeletionPolicy") == "Retain":
            continue
        stack._delete_resource(resource, described)
        del stack._parsed_resources[name]


@correct(parsing.ResourceMap, "build_resource_diff")
def _diff(stack: Any, template: dict[str, Any], parameters: Mapping[str, Any] | None = None) -> Any:
    """What a change adds, modifies and removes; a changed parameter modifies all that depends on it."""
    found: dict[str, list[str]] = _moto_diff(stack, template)
    changed = {
        name for name, value in (parameters or {}).items() if stack.input_parameters.get(name) != value
    }
    conditions = template.get("Conditions", {})
    touched = [
        name
        for name, resource in template["Resources"].items()
        if name in stack._resource_json_map and changed & set(_parameters(resource, conditions))
    ]
    found["Modify"] += [name for name in touched if name not in found["Modify"]]
    return found


def _parameters(part: Any, conditions: Mapping[str, Any]) -> Iterator[str]:
    """The names that a part of a template refers to, through its conditions too."""
    if isinstance(part, list):
        for item in part:
            yield from _parameters(item, conditions)
    if not isinstance(part, Mapping):
        return
    for key, value in part.items():
        if key == "Ref":
            yield str(value)
        elif key == "Fn::Sub":
            yield from _NAMES.findall(value if isinstance(value, str) else value[0])
        elif key == "Fn::If":
            yield from _parameters(conditions.get(value[0]), conditions)
        elif key == "Condition" and isinstance(value, str):
            yield from _parameters(conditions.get(value), conditions)
        yield from _parameters(value, conditions)


def _values(stack: Any) -> dict[str, str]:
    """The parameters as texts, as CloudFormation takes and tells them, lists too."""
    resolved = stack.resource_map.resolved_parameters
    return {
        name: ",".join(value) if isinstance(value, list) else str(value) for name, value in resolved.items()
    }


def _told(stack: Any) -> list[dict[str, str]]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in _values(stack).items()]


correct(Stack, "stack_parameters")(property(_values))
correct(Stack, "parameter_list")(property(_told))


@correct(CloudFormationBackend, "create_change_set")
def _create_change_set(backend: Any, stack_name: str, *given: Any, **named: Any) -> Any:
    """Plan a change; a stack that was only planned so far is planned again, not a second time."""
    planned = [s for s in backend.stacks.values() if (s.name, s.status) == (stack_name, "REVIEW_IN_PROGRESS")]
    for stack in planned:
        del backend.stacks[stack.stack_id]
    return _moto_create_change_set(backend, stack_name, *given, **named)


@correct(CloudFormationBackend, "execute_change_set")
def _execute(backend: Any, change_set_name: str, stack_name: str | None = None) -> None:
    """Make the change; one that fails is rolled back, and the stack's events say why."""
    change_set = backend.describe_change_set(change_set_name)
    stack = backend.stacks[change_set.stack_id]
    try:
        _moto_execute(backend, change_set_name, stack_name)
    except (JsonRESTError, ServiceException) as error:
        created = change_set.change_set_type == "CREATE"
        stack._add_stack_event("CREATE_FAILED" if created else "UPDATE_FAILED", _reason(error))
        if created:
            stack.resource_map.delete()
        stack.status = "ROLLBACK_COMPLETE" if created else "UPDATE_ROLLBACK_COMPLETE"
        change_set.execution_status = "EXECUTE_FAILED"
    else:
        stack.parameters = change_set.parameters


def _reason(error: Exception) -> str:
    return str(getattr(error, "message", error))


@correct(Role, "put_policy")
def _put_policy(role: Any, policy_name: str, policy: Any) -> None:
    """Keep an inline policy as the text that IAM tells, also where a stack gives it as an object."""
    _moto_put_policy(role, policy_name, policy if isinstance(policy, str) else json.dumps(policy))
