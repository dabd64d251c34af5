"""Who owns functions, by one tag."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from kafka_trigger_guard.aws.reads.owner import read_owners
from tests.aws.canned_aws import CannedAws, Fault

REGION = "us-east-1"


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.Session("AKIDEXAMPLE", "secret", region_name=REGION)


class Tagged(CannedAws):
    """An AWS whose functions have tags, by ARN."""

    tags: dict[str, dict[str, str]]

    def _document(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        assert operation == "tagging:GetResources"
        assert len(parameters["ResourceARNList"]) <= 100, "AWS refuses more than 100 ARNs"
        found = [arn for arn in parameters["ResourceARNList"] if arn in self.tags]
        return {
            "ResourceTagMappingList": [
                {"ResourceARN": arn, "Tags": [{"Key": k, "Value": v} for k, v in self.tags[arn].items()]}
                for arn in found
            ]
        }


def arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:111122223333:function:{name}"


def owners(tags: dict[str, dict[str, str]], *asked: str, tag: str = "Owner") -> tuple[dict[str, str], Tagged]:
    aws = Tagged()
    aws.tags = tags
    return read_owners(aws.session(), REGION, asked, tag), aws


def test_the_owner_is_the_value_of_one_tag_whatever_its_capitals() -> None:
    tags = {arn("a"): {"Name": "x", "owner": "payments"}, arn("b"): {"Owner": "orders"}}
    assert owners(tags, arn("a"), arn("b"))[0] == {arn("a"): "payments", arn("b"): "orders"}


def test_another_tag_can_be_named() -> None:
    tags = {arn("a"): {"Owner": "x", "team": "payments"}}
    assert owners(tags, arn("a"), tag="Team")[0] == {arn("a"): "payments"}


def test_an_alias_or_version_has_its_functions_owner() -> None:
    tags = {arn("a"): {"Owner": "payments"}}
    found, aws = owners(tags, f"{arn('a')}:live", f"{arn('a')}:7")
    assert found == {f"{arn('a')}:live": "payments", f"{arn('a')}:7": "payments"}
    assert aws.requests[0][1] == {"ResourceARNList": [arn("a")]}


def test_a_function_without_the_tag_is_left_out() -> None:
    assert owners({arn("a"): {"Name": "x"}, arn("b"): {"Owner": ""}}, arn("a"), arn("b"), arn("c"))[0] == {}


def test_a_hundred_functions_are_asked_for_at_a_time() -> None:
    names = [arn(f"f{number:03}") for number in range(201)]
    found, aws = owners({name: {"Owner": "x"} for name in names}, *names)
    assert len(found) == 201
    assert [len(parameters["ResourceARNList"]) for _, parameters in aws.requests] == [100, 100, 1]


def test_what_may_not_be_read_has_no_owner_and_fails_nothing() -> None:
    aws = Tagged()
    aws.faults = {"tagging:GetResources": Fault.DENIED}
    assert read_owners(aws.session(), REGION, [arn("a")]) == {}
    assert aws.attempts == ["tagging:GetResources"]


def test_what_is_no_function_is_not_asked_for() -> None:
    found, aws = owners({}, "", "not-an-arn")
    assert (found, aws.attempts) == ({}, [])


def test_an_embedded_aws_tells_the_owner_too(session: boto3.Session) -> None:
    role = session.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    created = session.client("lambda").create_function(
        FunctionName="a",
        Runtime="python3.13",
        Role=role,
        Handler="a.b",
        Code={"ImageUri": ""},
        Tags={"Owner": "payments"},
    )["FunctionArn"]
    assert read_owners(session, REGION, [created]) == {created: "payments"}
