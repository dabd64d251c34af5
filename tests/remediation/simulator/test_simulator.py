"""Every document ends in AWS's own simulator as it ends in the embedded AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest

from kafka_trigger_guard.sandbox import aws, server
from kafka_trigger_guard.sandbox.faults import failing_call
from tests.remediation.faults import BY_NAME, Fault
from tests.remediation.places import Place, place
from tests.remediation.running import DOCUMENT_OF, DOCUMENTS, NAMES, ROLLBACK, deploy, run
from tests.remediation.simulator.simulator import Parameters, Simulated, Simulator, simulator
from tests.remediation.state import named_state, state

_ROLE = "arn:aws:iam::123456789012:role/simulated"
_COMPARED = (
    "payload goes through a NAT gateway",
    "the lambda endpoint's private DNS is off",
    "the VPC's DNS hostnames are off",
    "nothing is let out",
    "the endpoints admit nobody",
    "the brokers admit nobody",
)

_REFUSED = {
    "the lambda endpoint's private DNS is off": "ec2:ModifyVpcEndpoint",
    "nothing is let out": "ec2:AuthorizeSecurityGroupEgress",
}


@pytest.fixture(scope="module")
def node() -> Iterator[Simulator]:
    """One Node.js for all runs."""
    with simulator() as running:
        yield running


def simulate(
    node: Simulator, endpoint: str, document: str, *, failing: str = "", **parameters: str | list[str]
) -> Simulated:
    """Run a committed document against the loopback server; one step may fail."""
    given: Parameters = {"AutomationAssumeRole": _ROLE, **parameters}
    return node.run(DOCUMENTS / f"{document}.yaml", given, endpoint, failing=failing)


def asked(fault: Fault, built: Place) -> dict[str, str]:
    """What the document of a fault is started with."""
    return {"EventSourceMappingId": built.uuid, "Rule": fault.rule, **fault.parameters}


def named(built: Place, execution_id: str) -> Mapping[str, Any]:
    """The end state with names in place of all ids."""
    return named_state(built.session, execution=execution_id, trigger=built.uuid)


def in_our_executor(fault: Fault) -> Mapping[str, Any]:
    """The end state of the fault's document in the embedded AWS."""
    with aws() as sandbox:
        deploy(sandbox.session())
        built = fault.place(sandbox.session())
        ended = run(built, fault.rule, **fault.parameters)
        assert ended.succeeded, ended.failure
        return named(built, ended.execution_id)


@pytest.mark.parametrize("name", _COMPARED)
def test_a_document_ends_as_in_the_embedded_aws_and_its_rollback_leaves_nothing(
    node: Simulator, name: str
) -> None:
    fault = BY_NAME[name]
    ours = in_our_executor(fault)
    with server() as endpoint:
        session = boto3.Session()
        built = fault.place(session)
        before = state(session)
        ended = simulate(node, endpoint, DOCUMENT_OF[fault.rule], **asked(fault, built))
        assert ended.status == "SUCCESS", ended.cause
        assert named(built, ended.execution_id) == ours
        undone = simulate(node, endpoint, ROLLBACK, ExecutionId=ended.execution_id)
        assert undone.status == "SUCCESS", undone.cause
        assert state(session) == before


@pytest.mark.parametrize(("name", "action"), _REFUSED.items())
def test_a_failure_is_rolled_back_in_the_simulator_too(node: Simulator, name: str, action: str) -> None:
    fault = BY_NAME[name]
    with server() as endpoint:
        session = boto3.Session()
        built = fault.place(session)
        before = state(session)
        with failing_call(action, nth=None, code="UnauthorizedOperation"):
            ended = simulate(node, endpoint, DOCUMENT_OF[fault.rule], **asked(fault, built))
        assert ended.status == "FAILED"
        assert "RollBack" in ended.steps
        assert state(session) == before


@pytest.mark.acceptance
@pytest.mark.parametrize("name", _COMPARED)
def test_a_failure_at_any_step_leaves_the_account_as_it_was_in_the_simulator_too(
    node: Simulator, name: str
) -> None:
    """From the first step to the last; nobody tells the scripts there which step it was."""
    fault = BY_NAME[name]
    with server() as endpoint:
        session = boto3.Session()
        built = fault.place(session)
        before = state(session)
        ended = simulate(node, endpoint, DOCUMENT_OF[fault.rule], **asked(fault, built))
        assert ended.status == "SUCCESS", ended.cause
        assert simulate(node, endpoint, ROLLBACK, ExecutionId=ended.execution_id).status == "SUCCESS"
        for step in ended.steps:
            failed = simulate(node, endpoint, DOCUMENT_OF[fault.rule], failing=step, **asked(fault, built))
            assert (step, failed.status) == (step, "FAILED")
            assert state(session) == before, step


@pytest.mark.parametrize("document", sorted(set(NAMES) - {ROLLBACK}))
def test_nothing_to_do_and_nobody_there_end_in_the_simulator_as_in_the_embedded_aws(
    node: Simulator, document: str
) -> None:
    rule = next(rule for rule, name in DOCUMENT_OF.items() if name == document)
    with server() as endpoint:
        healthy = place(boto3.Session())
        ended = simulate(node, endpoint, document, EventSourceMappingId=healthy.uuid, Rule=rule)
        assert ended.status == "SUCCESS", ended.cause
        assert ended.outputs["Diagnose.Decision"] == "nothing"
