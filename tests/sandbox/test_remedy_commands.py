"""Printed commands as the calls that the AWS CLI makes of them: in the embedded AWS they mend the finding."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore import xform_name

from kafka_trigger_guard.aws.collect import collect
from kafka_trigger_guard.explanation import explanations
from kafka_trigger_guard.rules.explaining.explanation import Explanation
from kafka_trigger_guard.rules.findings import Finding
from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.story.triggers import Story, build
from tests.networks.aws_cli_syntax import parsed, statements
from tests.sandbox.account import Account
from tests.sandbox.answers import check_answers

Told = tuple[Account, Story]
JMESPATH: Any = importlib.import_module("jmespath")
"""What --query asks in; it has no types."""


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    """The story, built once; each test mends what it breaks."""
    with aws("us-east-1") as running:
        session = check_answers(running.session())
        yield Account(session), build(session)


def explained(account: Account, uuid: str) -> Explanation:
    return explanations([collect(account.session, account.region)], uuid)[0]


def finding(found: Explanation, rule: str) -> Finding:
    return next(each for each in found.findings if each.rule == f"kafka-trigger-{rule}")


def run(account: Account, found: Explanation, rule: str) -> list[str]:
    """All commands of a rule, in order; which operations they were."""
    variables: dict[str, str] = {}
    session: Any = account.session
    ran = []
    lines = [c for r in found.remedies if f"kafka-trigger-{rule}" in r.rules for c in r.commands]
    for line in dict.fromkeys(lines):
        added = statements(line)
        if added is not None:
            policy = json.loads(variables[added[1]])
            variables[added[0]] = json.dumps(policy | {"Statement": policy["Statement"] + added[2]})
            continue
        call = parsed(line, variables)
        answer = getattr(session.client(call.service), xform_name(call.operation))(**call.parameters)
        if call.keeps:
            variables[call.keeps] = str(JMESPATH.search(call.options["query"][0], answer))
        ran.append(call.command)
    return ran


def place_of(account: Account, uuid: str) -> tuple[str, list[str]]:
    """The VPC and the subnets that a trigger polls from."""
    place = explained(account, uuid).places[0]
    assert place.vpc_id is not None
    return place.vpc_id, list(place.subnet_ids)


def endpoint_of(account: Account, vpc_id: str, service: str) -> str:
    wanted = [{"Name": "vpc-id", "Values": [vpc_id]}]
    found: list[dict[str, Any]] = account.ec2.describe_vpc_endpoints(Filters=wanted)["VpcEndpoints"]
    return next(str(e["VpcEndpointId"]) for e in found if e["ServiceName"].endswith(f".{service}"))


def narrow(account: Account, uuid: str) -> None:
    """An endpoint policy for another call."""
    endpoint_id = endpoint_of(account, place_of(account, uuid)[0], "lambda")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "lambda:GetFunction", "Resource": "*"}
    policy = json.dumps({"Statement": [statement]})
    account.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, PolicyDocument=policy)


def dns_off(account: Account, uuid: str) -> None:
    """The VPC's DNS host names off, beside an endpoint whose policy keeps the document from acting."""
    vpc_id = place_of(account, uuid)[0]
    account.ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint_of(account, vpc_id, "sts"),
        PolicyDocument=json.dumps(
            {
                "Statement": [
                    {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}
                ]
            }
        ),
    )
    account.ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": False})


def nothing(_account: Account, _uuid: str) -> None:
    """The story's own fault."""


@pytest.mark.parametrize(
    ("uuid", "change", "rule", "operations"),
    [
        ("returns_denied_by_network_acl", nothing, "lambda-endpoint", {"create-network-acl-entry"}),
        ("invoices_healthy", narrow, "lambda-endpoint", {"describe-vpc-endpoints", "modify-vpc-endpoint"}),
        ("invoices_healthy", dns_off, "lambda-endpoint", {"modify-vpc-attribute"}),
    ],
)
def test_what_is_printed_mends_the_finding(
    told: Told, uuid: str, change: Callable[[Account, str], None], rule: str, operations: set[str]
) -> None:
    account, story = told
    trigger = getattr(story, uuid)
    change(account, trigger)
    before = explained(account, trigger)
    assert finding(before, rule).verdict.value == "NON_COMPLIANT"
    assert finding(before, rule).remediation is None
    assert operations & set(run(account, before, rule))
    assert finding(explained(account, trigger), rule).verdict.value == "COMPLIANT"
