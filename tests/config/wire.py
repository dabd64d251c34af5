"""The canned AWS with what the Config functions call besides: STS, AWS Config and AWS Organizations.

It takes the place of the wire under every botocore session of the process.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.handlers
import botocore.loaders
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.model import OperationModel

from tests.aws.canned_aws import ACCOUNT, API_MODELS, REGION, CannedAws, Fault
from tests.aws.canned_organization import Place

CENTRAL = "999988887777"
ORGANIZATION = "o-exampleorgid"
_PRISTINE = tuple(botocore.handlers.BUILTIN_HANDLERS)
_KEY = re.compile(r"Credential=([^/]+)/")
Reply = Mapping[str, Any]
_OF_NO_ACCOUNT = ("sts", "organizations")


@dataclass
class Wire(CannedAws):
    """AWS Config remembers what is put and shows what it is told to show."""

    rules: list[dict[str, Any]] = field(default_factory=list)
    recorded: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    """State of the organization's accounts, by id."""
    refusing: list[list[str]] = field(default_factory=list)
    """Ids of the resources whose evaluations fail, one list for each call."""
    history: dict[str, dict[str, Any]] = field(default_factory=dict)
    replies: dict[str, Callable[[Mapping[str, Any]], Reply]] = field(default_factory=dict)
    signed: list[tuple[str, str]] = field(default_factory=list)
    """Every request with the access key that signed it."""
    urls: dict[str, str] = field(default_factory=dict)
    far: dict[str, Place] = field(default_factory=dict)
    """What other accounts answer; each to its own credentials only."""
    closed: set[str] = field(default_factory=set)
    """Accounts whose role cannot be assumed."""

    def __post_init__(self) -> None:
        self.replies |= {
            "sts:AssumeRole": _credentials_of,
            "config:PutEvaluations": self._put,
            "config:GetComplianceDetailsByConfigRule": self._details,
            "config:DescribeConfigRules": self._describe_rules,
            "config:StartConfigRulesEvaluation": lambda _: {},
            "config:GetResourceConfigHistory": self._history,
            "organizations:DescribeAccount": self._member,
        }

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Answer every client of the process."""
        current = threading.local()

        def note(params: dict[str, Any], model: OperationModel, **_: object) -> None:
            current.call = (model, dict(params))

        def answer(request: Any, **_: object) -> AWSResponse:
            model, parameters = current.call
            operation = f"{model.service_model.signing_name}:{model.name}"
            authorization = request.headers["Authorization"]
            key = _KEY.search(authorization.decode() if isinstance(authorization, bytes) else authorization)
            self.signed.append((operation, key[1] if key else ""))
            self.urls[operation] = str(request.url)
            place = self.far.get(key[1].removeprefix("ASIA") if key else "")
            if place is not None and model.service_model.signing_name not in _OF_NO_ACCOUNT:
                return place.respond(model, parameters, str(request.url))
            return self._answer(model, parameters, str(request.url))

        ours = [("provide-client-params", note), ("before-send", answer)]
        monkeypatch.setattr(botocore.handlers, "BUILTIN_HANDLERS", [*_PRISTINE, *ours])
        for module in (botocore.session, botocore.loaders):
            monkeypatch.setattr(module, "create_loader", lambda *_: API_MODELS)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDOFTHEFUNCTION")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)

    @property
    def puts(self) -> list[dict[str, Any]]:
        """The parameters of each PutEvaluations request."""
        return self.parameters("config:PutEvaluations")

    @property
    def evaluations(self) -> list[dict[str, Any]]:
        """Every evaluation of every PutEvaluations request, in order."""
        return [evaluation for put in self.puts for evaluation in put["Evaluations"]]

    @property
    def compliance(self) -> dict[str, str]:
        """The evaluations as compliance by resource id."""
        return {each["ComplianceResourceId"]: each["ComplianceType"] for each in self.evaluations}

    def record(self, config_rule: str, resource_id: str, compliance: str, annotation: str = "") -> None:
        """AWS Config has this result already."""
        qualifier = {
            "ConfigRuleName": config_rule,
            "ResourceType": "AWS::Lambda::EventSourceMapping",
            "ResourceId": resource_id,
        }
        identifier = {
            "EvaluationResultQualifier": qualifier,
            "OrderingTimestamp": datetime(2025, 1, 1, tzinfo=UTC),
        }
        result = {
            "EvaluationResultIdentifier": identifier,
            "ComplianceType": compliance,
            "Annotation": annotation,
        }
        self.recorded.setdefault(config_rule, []).append(result)

    def forget_requests(self) -> None:
        """Count from here on."""
        for kept in (self.attempts, self.requests, self.signed):
            kept.clear()

    def _document(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if operation in self.replies:
            return dict(self.replies[operation](parameters))
        return super()._document(operation, parameters)

    def calls_of(self, account: str) -> list[str]:
        """The operations that were called with an account's role."""
        return [operation for operation, key in self.signed if key == f"ASIA{account}"]

    def _body(
        self, operation: str, model: OperationModel, parameters: dict[str, Any], url: str
    ) -> tuple[int, bytes]:
        """Who may not assume a role is told so, as of any operation that is denied."""
        role = str(parameters.get("RoleArn", "")) if operation == "sts:AssumeRole" else ""
        if role and role.split(":")[4] in self.closed:
            return CannedAws(faults={operation: Fault.DENIED})._body(operation, model, parameters, url)
        return super()._body(operation, model, parameters, url)

    def _put(self, parameters: Mapping[str, Any]) -> Reply:
        assert len(parameters["Evaluations"]) <= 100
        ids = self.refusing.pop(0) if self.refusing else []
        return {
            "FailedEvaluations": [e for e in parameters["Evaluations"] if e["ComplianceResourceId"] in ids]
        }

    def _details(self, parameters: Mapping[str, Any]) -> Reply:
        wanted = parameters.get("ComplianceTypes", ())
        results = self.recorded.get(parameters["ConfigRuleName"], [])
        return _page(
            "EvaluationResults",
            [r for r in results if r["ComplianceType"] in wanted],
            parameters,
            parameters["Limit"],
        )

    def _describe_rules(self, parameters: Mapping[str, Any]) -> Reply:
        return _page("ConfigRules", self.rules, parameters, 25)

    def _history(self, parameters: Mapping[str, Any]) -> Reply:
        found = self.history.get(parameters["resourceId"])
        return {"configurationItems": [found] if found else []}

    def _member(self, parameters: Mapping[str, Any]) -> Reply:
        account = parameters["AccountId"]
        if account not in self.members:
            return {}
        arn = f"arn:aws:organizations::123123123123:account/{ORGANIZATION}/{account}"
        return {"Account": {"Id": account, "Arn": arn, "State": self.members[account]}}


def wired(account: CannedAws, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """The wire of a canned account, put in place."""
    wire = Wire(account.items, account.answers, account.faults, account.page)
    wire.install(monkeypatch)
    return wire


def config_rule(
    name: str, rule: str | None = None, owner: str = "CUSTOM_LAMBDA", **parameters: str
) -> dict[str, Any]:
    """A Config rule as DescribeConfigRules tells it."""
    given = {"Rule": rule or name, "ExecutionRoleName": "KafkaTriggerGuardRead", **parameters}
    return {
        "ConfigRuleName": name,
        "ConfigRuleState": "ACTIVE",
        "InputParameters": json.dumps(given),
        "Source": {
            "Owner": owner,
            "SourceIdentifier": "arn:aws:lambda:us-east-1:999988887777:function:guard",
        },
    }


def _credentials_of(parameters: Mapping[str, Any]) -> Reply:
    account = parameters["RoleArn"].split(":")[4]
    expiration = datetime.now(UTC) + timedelta(hours=1)
    credentials = {"AccessKeyId": f"ASIA{account}", "SecretAccessKey": "s", "SessionToken": "t"}
    return {"Credentials": {**credentials, "Expiration": expiration}}


def _page(name: str, items: list[dict[str, Any]], parameters: Mapping[str, Any], size: int) -> Reply:
    start = int(parameters.get("NextToken") or 0)
    end = start + size
    return {name: items[start:end]} | ({"NextToken": str(end)} if end < len(items) else {})


__all__ = ["ACCOUNT", "CENTRAL", "ORGANIZATION", "Wire", "config_rule", "wired"]
