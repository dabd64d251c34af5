"""An organization that answers from snapshot documents, below botocore: one canned AWS an account and Region.

Whose credentials sign a request tells the account that answers; the client's Region tells the rest.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.model import OperationModel

from tests.aws.canned_aws import (
    API_MODELS,
    KEYS,
    LISTS,
    REGION,
    CannedAws,
    Fault,
    RawBody,
    key_of,
    wire,
)

MANAGEMENT = "000000000001"
ROLE = "kafka-trigger-guard-read"
_PAGE = 20


class Place(CannedAws):
    """One account and Region; what it does not own it refuses."""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Place:
        """The place that a snapshot document describes."""
        responses = document["responses"]
        place = cls()
        for operation, answer in responses.items():
            if operation in KEYS:
                place.answers[operation] = dict(answer)
            elif operation in LISTS:
                place.items[operation] = list(answer[LISTS[operation]])
            else:
                place.answers[operation] = {"": dict(answer)}
        place.faults = dict.fromkeys(document["errors"], Fault.DENIED)
        return place

    def respond(self, model: OperationModel, parameters: dict[str, Any], url: str) -> AWSResponse:
        """The answer to one request."""
        operation = f"{model.service_model.signing_name}:{model.name}"
        key = key_of(operation, parameters)
        if key is not None and key not in self.answers.get(operation, {}):
            self.faults.setdefault(f"{operation} {key}", Fault.DENIED)
        return self._answer(model, parameters, url)


@dataclass
class CannedOrganization:
    """Member accounts with what each would answer, and those whose role cannot be assumed."""

    members: list[str] = field(default_factory=list)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    denying: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Requests by where (account and Region, or `organization`) and operation, retries included."""
    assumed: list[str] = field(default_factory=list)
    fault: Fault | None = None
    """What is wrong with the organization's own answers."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *documents: Mapping[str, Any]) -> CannedOrganization:
        """Accounts and Regions that answer as these snapshot documents say."""
        for document in documents:
            self.places[document["account"], document["region"]] = Place.of(document)
            self.join(document["account"])
        return self

    def join(self, *accounts: str) -> CannedOrganization:
        """Member accounts; without a document they have nothing."""
        self.members += [account for account in accounts if account not in self.members]
        return self

    def calls_of(self, account: str, region: str = REGION) -> Counter[str]:
        """Requests to one account and Region by operation."""
        where = f"{account} {region}"
        return Counter({operation: n for (place, operation), n in self.calls.items() if place == where})

    def session(self, account: str = MANAGEMENT, region: str | None = REGION) -> boto3.Session:
        """A session of one account whose wire ends here."""
        core = botocore.session.Session()
        core.set_credentials(f"ASIA{account}", "secret")
        core.register_component("data_loader", API_MODELS)
        session = boto3.session.Session(botocore_session=core, region_name=region)
        current = threading.local()

        def note(params: dict[str, Any], model: OperationModel, context: Any, **_: object) -> None:
            current.call = (model, dict(params), str(context["client_region"]))

        def answer(request: Any, **_: object) -> AWSResponse:
            model, parameters, client_region = current.call
            return self._answer(account, client_region, model, parameters, str(request.url))

        session.events.register("provide-client-params", note)
        session.events.register("before-send", answer)  # type: ignore[arg-type]
        return session

    def install(self, monkeypatch: pytest.MonkeyPatch) -> CannedOrganization:
        """Let sessions of assumed roles, and those of profiles, talk to this organization."""

        def made(botocore_session: Any = None, region_name: str | None = None, **_: object) -> boto3.Session:
            if botocore_session is None:
                return self.session(region=region_name or REGION)
            key = botocore_session.get_credentials().access_key
            return self.session(str(key).removeprefix("ASIA"), region_name)

        monkeypatch.setattr("boto3.Session", made)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        return self

    def _answer(
        self, account: str, region: str, model: OperationModel, parameters: dict[str, Any], url: str
    ) -> AWSResponse:
        operation = f"{model.service_model.signing_name}:{model.name}"
        if operation in ("organizations:ListAccounts", "sts:AssumeRole", "sts:GetCallerIdentity"):
            self._count("organization", operation)
            status, body = self._of_organization(account, operation, model, parameters)
            return AWSResponse(url, status, HTTPHeaders(), RawBody(body))
        region = self._region(account, region, key_of(operation, parameters))
        self._count(f"{account} {region}", operation)
        return self.place(account, region).respond(model, parameters, url)

    def _region(self, account: str, region: str, key: str | None) -> str:
        """Route 53 is global, and its clients say so: the Region's answers that know the zone or VPC."""
        if region != "aws-global":
            return region
        own = [(known, place) for (owner, known), place in self.places.items() if owner == account]
        knowing = (known for known, place in own if any(key in keyed for keyed in place.answers.values()))
        return next(knowing, REGION)

    def place(self, account: str, region: str) -> Place:
        """An account and Region, with nothing in it at first."""
        with self.lock:
            return self.places.setdefault((account, region), Place())

    def _count(self, where: str, operation: str) -> None:
        with self.lock:
            self.calls[where, operation] += 1

    def _of_organization(
        self, account: str, operation: str, model: OperationModel, parameters: dict[str, Any]
    ) -> tuple[int, bytes]:
        if operation == "sts:GetCallerIdentity":
            return 200, wire(model, {"Account": account, "UserId": "u", "Arn": "a"})
        if operation == "organizations:ListAccounts":
            if self.fault is not None:
                broken = Place(faults={operation: self.fault})
                return broken._body(operation, model, parameters, "")
            return 200, wire(model, self._page(parameters))
        member = str(parameters["RoleArn"]).split(":")[4]
        assert parameters["RoleArn"] == f"arn:aws:iam::{member}:role/{ROLE}"
        assert parameters["RoleSessionName"] == "kafka-trigger-guard"
        if member in self.denying or member not in self.members:
            return Place(faults={operation: Fault.DENIED})._body(operation, model, parameters, "")
        with self.lock:
            self.assumed.append(member)
        return 200, wire(model, {"Credentials": _credentials(member)})

    def _page(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        start = int(parameters.get("NextToken", "0"))
        listed = [_account(each, each in self.closed) for each in self.members[start : start + _PAGE]]
        more = {"NextToken": str(start + _PAGE)} if start + _PAGE < len(self.members) else {}
        return {"Accounts": listed, **more}


def accounts(count: int) -> list[str]:
    """The ids of so many accounts."""
    return [f"2{number:011}" for number in range(count)]


def _account(account: str, is_closed: bool) -> dict[str, Any]:
    return {
        "Id": account,
        "Arn": f"arn:aws:organizations::{MANAGEMENT}:account/o-example/{account}",
        "Name": f"account {account}",
        "State": "SUSPENDED" if is_closed else "ACTIVE",
    }


def _credentials(account: str) -> dict[str, Any]:
    return {
        "AccessKeyId": f"ASIA{account}",
        "SecretAccessKey": "secret",
        "SessionToken": "token",
        "Expiration": datetime.now(UTC) + timedelta(hours=1),
    }
