"""One CloudFormation stack: changed by a change set, followed to its end, deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

from botocore.exceptions import ClientError

from kafka_trigger_guard.installing.failures import CALL_FAILURES, InstallError, code_of, failed
from kafka_trigger_guard.installing.place import Place

_T = TypeVar("_T")
_CAPABILITIES = ["CAPABILITY_NAMED_IAM"]
_NOTHING = ("didn't contain changes", "No updates are to be performed")
_REVIEW = "REVIEW_IN_PROGRESS"
_NEVER_STOOD = ("CREATE_FAILED", "DELETE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
"""CloudFormation lets a stack in these states be deleted and not updated."""
_GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")


@dataclass(frozen=True, slots=True)
class Change:
    """What a change set does to one resource."""

    action: str
    resource_type: str
    logical_id: str
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A change set that may be executed."""

    id: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a stack shall be: its template's address, parameters (None keeps the previous value), tags."""

    template_url: str
    parameters: Mapping[str, str | None]
    tags: Mapping[str, str]
    role_arn: str | None = None


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack by name in one place."""

    place: Place
    name: str

    def described(self) -> dict[str, Any] | None:
        """What CloudFormation knows of it, None if it does not exist. Raises InstallError."""
        try:
            (found,) = self._client.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if code_of(error) == "ValidationError" and "does not exist" in str(error):
                return None
            raise failed(f"asking for the stack {self.name}", error) from None
        except CALL_FAILURES as error:
            raise failed(f"asking for the stack {self.name}", error) from None
        return None if found["StackStatus"] == "DELETE_COMPLETE" else dict(found)

    def parameters(self) -> dict[str, str]:
        """The values that it has now, none if it does not stand."""
        found = self.described() or {}
        if found.get("StackStatus") in (_REVIEW, *_NEVER_STOOD):
            return {}
        return {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", [])}

    def template(self) -> str:
        """The text of the template that it was made from, empty if it does not stand."""
        found = self.described()
        if found is None or found["StackStatus"] in (_REVIEW, *_NEVER_STOOD):
            return ""
        body = self._call("reading the template of", "get_template", StackName=self.name)["TemplateBody"]
        return body if isinstance(body, str) else ""

    def ready(self) -> bool:
        """Bring it to a state from which it can change; whether it stands. Raises InstallError."""
        found = self.described()
        if found is not None and found["StackStatus"].endswith("_IN_PROGRESS") and not _is_review(found):
            self._settle()
            found = self.described()
        if found is None or _is_review(found):
            return False
        if found["StackStatus"] == "UPDATE_ROLLBACK_FAILED":
            raise InstallError(
                f"the stack {self.name} in {self.place.region} is stuck; run `aws cloudformation "
                f"continue-update-rollback --stack-name {self.name} --region {self.place.region}`, then again"
            )
        if found["StackStatus"] in _NEVER_STOOD:
            self.delete()
            return False
        return True

    def propose(self, wanted: Wanted, *, stands: bool) -> ChangeSet | None:
        """A change set, None if nothing would change. Raises InstallError."""
        found = self._call(
            "planning the change of",
            "create_change_set",
            StackName=self.name,
            ChangeSetName=f"kafka-trigger-guard-{uuid4().hex}",
            ChangeSetType="UPDATE" if stands else "CREATE",
            TemplateURL=wanted.template_url,
            Capabilities=_CAPABILITIES,
            Parameters=[_parameter(name, value) for name, value in wanted.parameters.items()],
            Tags=[{"Key": key, "Value": value} for key, value in wanted.tags.items()],
            **({"RoleARN": wanted.role_arn} if wanted.role_arn else {}),
        )
        identity = {"ChangeSetName": found["Id"], "StackName": self.name}
        described = self._until(
            lambda: self._call("planning the change of", "describe_change_set", **identity),
            lambda answer: not answer["Status"].endswith(("_PENDING", "_IN_PROGRESS")),
        )
        if described["Status"] == "CREATE_COMPLETE":
            return ChangeSet(found["Id"], self._changes(described, identity))
        reason = str(described.get("StatusReason", "no reason is given"))
        self._call("discarding the change of", "delete_change_set", **identity)
        if any(said in reason for said in _NOTHING):
            return None
        raise InstallError(f"the change of the stack {self.name} cannot be made: {reason}")

    def discard(self, change_set: ChangeSet) -> None:
        """Take a change set back; a stack that never stood goes with it."""
        names = {"ChangeSetName": change_set.id, "StackName": self.name}
        self._call("discarding the change of", "delete_change_set", **names)
        found = self.described()
        if found is not None and _is_review(found):
            self._call("discarding", "delete_stack", StackName=self.name)

    def execute(self, change_set: ChangeSet) -> None:
        """Make the change and follow it to its end. Raises InstallError with what failed first."""
        names = {"ChangeSetName": change_set.id, "StackName": self.name}
        self._call("changing", "execute_change_set", **names)
        status = self._settle()
        if status not in _GOOD:
            raise InstallError(
                f"the stack {self.name} in {self.place.region} is {status}: {self._first_failure()}; "
                "when that is mended, run the same command again"
            )

    def delete(self) -> bool:
        """Delete it and wait until it is gone; whether there was one. Raises InstallError."""
        found = self.described()
        if found is None:
            return False
        identity = found["StackId"]
        self._call("deleting", "delete_stack", StackName=self.name)
        status = self._settle(identity)
        if status != "DELETE_COMPLETE":
            raise InstallError(
                f"the stack {self.name} in {self.place.region} is {status}: {self._first_failure()}; "
                "when that is mended, run the same command again"
            )
        return True

    @property
    def _client(self) -> Any:
        return self.place.client("cloudformation")

    def _call(self, doing: str, operation: str, **parameters: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client, operation)(**parameters)
        except CALL_FAILURES as error:
            raise failed(f"{doing} the stack {self.name} in {self.place.region}", error) from None
        return answer

    def _changes(self, described: dict[str, Any], identity: Mapping[str, str]) -> tuple[Change, ...]:
        found = list(described.get("Changes", []))
        while described.get("NextToken"):
            token = {"NextToken": described["NextToken"]}
            described = self._call("planning the change of", "describe_change_set", **identity, **token)
            found += described.get("Changes", [])
        return tuple(_change(each["ResourceChange"]) for each in found)

    def _settle(self, identity: str = "") -> str:
        """The state in which it comes to rest; each pause tells what happened last."""
        name = identity or self.name

        def look() -> str:
            stacks = self._call("following", "describe_stacks", StackName=name)["Stacks"]
            self.place.tell(f"{self.name} {stacks[0]['StackStatus']}")
            return str(stacks[0]["StackStatus"])

        return self._until(look, lambda status: not status.endswith("_IN_PROGRESS"))

    def _until(self, look: Callable[[], _T], enough: Callable[[_T], bool]) -> _T:
        while not enough(seen := look()):
            self.place.pause()
        return seen

    def _first_failure(self) -> str:
        """The first resource that failed by itself, and why."""
        events = self._call("following", "describe_stack_events", StackName=self.name)["StackEvents"]
        failures = [
            event
            for event in events
            if event["ResourceStatus"].endswith("_FAILED")
            and "cancelled" not in event.get("ResourceStatusReason", "")
        ]
        if not failures:
            return "CloudFormation gives no reason"
        first = min(failures, key=lambda event: event["Timestamp"])
        return f"{first['LogicalResourceId']}: {first.get('ResourceStatusReason', 'no reason is given')}"


def _is_review(described: Mapping[str, Any]) -> bool:
    """Whether only a change set was made so far."""
    return bool(described["StackStatus"] == _REVIEW)


def _parameter(name: str, value: str | None) -> dict[str, Any]:
    kept = {"UsePreviousValue": True} if value is None else {"ParameterValue": value}
    return {"ParameterKey": name, **kept}


def _change(told: Mapping[str, Any]) -> Change:
    return Change(
        str(told["Action"]),
        str(told["ResourceType"]),
        str(told["LogicalResourceId"]),
        told.get("Replacement") in ("True", "Conditional"),
    )
