"""The StackSet that brings the member template to the accounts of an organization, new ones included.

AWSCloudFormation/latest/UserGuide/stacksets-orgs: service-managed permissions, automatic deployment; the
management account is never a target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from kafka_trigger_guard.installing.failures import CALL_FAILURES, InstallError, code_of, failed
from kafka_trigger_guard.installing.place import Place

_ABSENT = "StackSetNotFoundException"
_RUNNING = ("RUNNING", "QUEUED", "STOPPING")
_PREFERENCES = {
    "RegionConcurrencyType": "PARALLEL",
    "MaxConcurrentPercentage": 100,
    "FailureTolerancePercentage": 100,
    "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
}
"""Accounts do not depend on one another: one that fails must not keep the pack from the others."""


@dataclass(frozen=True, slots=True)
class Targets:
    """Organizational units, the accounts in them that are left out, and the Regions, home first."""

    units: Sequence[str]
    excluded: Sequence[str]
    regions: Sequence[str]

    @property
    def deployment(self) -> dict[str, Any]:
        """As CloudFormation takes it. API model: cloudformation DeploymentTargets"""
        units: dict[str, Any] = {"OrganizationalUnitIds": list(self.units)}
        if self.excluded:
            units |= {"AccountFilterType": "DIFFERENCE", "Accounts": list(self.excluded)}
        return units


@dataclass(frozen=True, slots=True)
class StackSet:
    """A StackSet by name; `call_as` is SELF in the management account, else DELEGATED_ADMIN."""

    place: Place
    name: str
    call_as: str

    def described(self) -> dict[str, Any] | None:
        """What CloudFormation knows of it, None if it does not exist. Raises InstallError."""
        try:
            found = self._client.describe_stack_set(StackSetName=self.name, CallAs=self.call_as)["StackSet"]
        except ClientError as error:
            if code_of(error) == _ABSENT:
                return None
            raise failed(f"asking for the StackSet {self.name}", error) from None
        except CALL_FAILURES as error:
            raise failed(f"asking for the StackSet {self.name}", error) from None
        return None if found.get("Status") == "DELETED" else dict(found)

    def settle(self) -> None:
        """Wait until nothing runs any more, such as what an interrupted command has begun."""
        answer = self._call("following", "list_stack_set_operations")
        for operation in answer.get("Summaries", []):
            if operation["Status"] in _RUNNING:
                self._followed(operation["OperationId"])

    def put(self, template_url: str, parameters: Mapping[str, str | None], tags: Mapping[str, str]) -> None:
        """Create it, or change it and all its stacks. Raises InstallError."""
        wanted = {
            "TemplateURL": template_url,
            "Parameters": [_parameter(name, value) for name, value in parameters.items()],
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
            "PermissionModel": "SERVICE_MANAGED",
            "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False},
            "ManagedExecution": {"Active": True},
        }
        if self.described() is None:
            self._call("creating", "create_stack_set", **wanted)
            return
        wanted["OperationPreferences"] = _PREFERENCES
        self._operate("changing", "update_stack_set", **wanted)

    def spread(self, targets: Targets) -> None:
        """Bring it to all targets where it is not yet; what is there already stays as it is."""
        self._operate(
            "spreading",
            "create_stack_instances",
            DeploymentTargets=targets.deployment,
            Regions=list(targets.regions),
            OperationPreferences=_PREFERENCES,
        )

    def instances(self) -> list[dict[str, Any]]:
        """Every account and Region that it stands in, with its state."""
        found: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while True:
            answer = self._call("listing the accounts of", "list_stack_instances", **token)
            found += answer.get("Summaries", [])
            if not answer.get("NextToken"):
                return found
            token = {"NextToken": answer["NextToken"]}

    def remove(self) -> int:
        """Delete every stack and the StackSet; how many stacks there were. Raises InstallError."""
        instances = self.instances()
        if instances:
            regions = sorted({each["Region"] for each in instances})
            units = sorted({str(each.get("OrganizationalUnitId", "")) for each in instances} - {""})
            targets = Targets(units or self._units(), (), regions)
            self._operate(
                "deleting the stacks of",
                "delete_stack_instances",
                DeploymentTargets=targets.deployment,
                Regions=regions,
                RetainStacks=False,
                OperationPreferences=_PREFERENCES,
            )
        self._call("deleting", "delete_stack_set")
        return len(instances)

    def _units(self) -> list[str]:
        return list((self.described() or {}).get("OrganizationalUnitIds", []))

    @property
    def _client(self) -> Any:
        return self.place.client("cloudformation")

    def _call(self, doing: str, operation: str, **parameters: Any) -> dict[str, Any]:
        names = {"StackSetName": self.name, "CallAs": self.call_as}
        try:
            answer: dict[str, Any] = getattr(self._client, operation)(**names, **parameters)
        except CALL_FAILURES as error:
            raise failed(f"{doing} the StackSet {self.name}", error) from None
        return answer

    def _operate(self, doing: str, operation: str, **parameters: Any) -> None:
        answer = self._call(doing, operation, **parameters)
        self._followed(answer["OperationId"])

    def _followed(self, operation_id: str) -> None:
        """Follow an operation to its end. Raises InstallError with the first accounts that failed."""
        while True:
            answer = self._call("following", "describe_stack_set_operation", OperationId=operation_id)
            status = answer["StackSetOperation"]["Status"]
            self.place.tell(f"{self.name} {status}")
            if status not in _RUNNING:
                break
            self.place.pause()
        if status != "SUCCEEDED":
            raise InstallError(
                f"the StackSet {self.name} {status}: {self._failures(operation_id)}; when that is mended, "
                "run the same command again"
            )

    def _failures(self, operation_id: str) -> str:
        answer = self._call("following", "list_stack_set_operation_results", OperationId=operation_id)
        failures = [
            f"{each['Account']} {each['Region']} ({each.get('StatusReason', each['Status'])})"
            for each in answer.get("Summaries", [])
            if each["Status"] != "SUCCEEDED"
        ]
        more = f", and {len(failures) - 3} more" if len(failures) > 3 else ""
        return ", ".join(failures[:3]) + more or "CloudFormation gives no reason"


def _parameter(name: str, value: str | None) -> dict[str, Any]:
    kept = {"UsePreviousValue": True} if value is None else {"ParameterValue": value}
    return {"ParameterKey": name, **kept}
