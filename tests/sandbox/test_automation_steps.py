"""SSM Automation in the sandbox: what a runbook's steps do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.automating import (
    WHO,
    Automations,
    calling,
    failing,
    making_vpc,
    script,
    sleeping,
    statuses,
    step_of,
)


class TestSteps:
    """What each action does."""

    def test_an_api_is_called_in_either_spelling_and_its_answer_goes_on_to_later_steps(
        self, automations: Automations
    ) -> None:
        described = calling("Look", "ec2", "describe_vpcs", {"Cidr": "$.Vpcs[0].CidrBlock"})
        described["inputs"]["VpcIds"] = ["{{ Make.VpcId }}"]
        told = automations.ran(making_vpc(), described, outputs=["Look.Cidr", "Never.Ran"])
        assert told["AutomationExecutionStatus"] == "Success"
        assert told["Outputs"]["Look.Cidr"] == ["10.0.0.0/16"]
        assert "No output available yet" in told["Outputs"]["Never.Ran"][0]

    def test_a_refused_call_fails_the_step_with_the_refusal(self, automations: Automations) -> None:
        told = automations.ran(calling("Look", "ec2", "DescribeVpcs", VpcIds=["vpc-0"]))
        assert told["AutomationExecutionStatus"] == "Failed"
        assert told["FailureMessage"].startswith(
            "Step fails when it is Execute/Cancelling action. An error occurred (InvalidVpcID.NotFound)"
        )
        assert step_of(told, "Look")["FailureMessage"] == told["FailureMessage"]

    @pytest.mark.parametrize("inputs", [{"Api": "NoSuchApi"}, {"Api": "CreateVpc", "Cidr": "10.0.0.0/8"}])
    def test_an_unknown_api_or_parameter_fails_the_step(
        self, automations: Automations, inputs: dict[str, str]
    ) -> None:
        step = {"name": "Call", "action": "aws:executeAwsApi", "inputs": {"Service": "ec2", **inputs}}
        assert statuses(automations.ran(step)) == {"Call": "Failed"}

    def test_a_selector_that_finds_nothing_fails_the_step(self, automations: Automations) -> None:
        told = automations.ran(making_vpc() | {"outputs": [{"Name": "No", "Selector": "$.Vpc.No"}]})
        assert "Selector $.Vpc.No" in told["FailureMessage"]

    def test_a_script_gets_its_payload_with_types_and_returns_named_outputs(
        self, automations: Automations
    ) -> None:
        body = (
            "def handler(events, context):\n    return {'sum': sum(events['ids']), 'all': [events['flag']]}\n"
        )
        outputs = [
            {"Name": "Sum", "Selector": "$.Payload.sum", "Type": "Integer"},
            {"Name": "All", "Selector": "$.Payload.all", "Type": "StringList"},
        ]
        told = automations.ran(script("Add", body, {"ids": [1, 2], "flag": True}, outputs=outputs))
        assert step_of(told, "Add")["Outputs"] | {"OutputPayload": []} == {
            "Sum": ["3"],
            "All": ["true"],
            "Payload": ['{"sum": 3, "all": [true]}'],
            "OutputPayload": [],
        }

    def test_an_exception_in_a_script_is_told_with_its_place_and_text(self, automations: Automations) -> None:
        told = automations.ran(failing("Run"))
        assert told["FailureMessage"].startswith("Step fails when it is Poll action status for completion.")
        assert 'customer_script.py", line 2, in handler' in told["FailureMessage"]
        assert "ValueError - nothing works. Please refer" in told["FailureMessage"]

    def test_a_script_that_sleeps_too_long_times_out_without_anybody_waiting(
        self, automations: Automations
    ) -> None:
        body = "import time\ndef handler(events, context):\n    while True: time.sleep(30)\n"
        assert automations.ran(script("Wait", body))["AutomationExecutionStatus"] == "TimedOut"

    def test_a_script_of_an_old_runtime_does_not_run(self, automations: Automations) -> None:
        step = script("Old", WHO)
        step["inputs"]["Runtime"] = "python3.8"
        assert "Runtime python3.8 is not supported" in automations.ran(step)["FailureMessage"]

    def test_a_branch_takes_the_first_choice_that_holds(self, automations: Automations) -> None:
        choices = [
            {"Not": {"Variable": "{{ Mode }}", "StringEquals": "apply"}, "NextStep": "End"},
            {"Variable": "{{ Mode }}", "StringEquals": "apply", "NextStep": "Make"},
        ]
        automations.document(
            {"name": "Choose", "action": "aws:branch", "inputs": {"Choices": choices}},
            sleeping("Never"),
            making_vpc(isEnd=True),
            sleeping("End"),
            parameters={"Mode": {"type": "String"}},
        )
        applied = statuses(automations.told(automations.start(Mode="apply")))
        assert applied == {"Choose": "Success", "Make": "Success", "Never": "Pending", "End": "Pending"}
        looked = statuses(automations.told(automations.start(Mode="look")))
        assert looked == {"Choose": "Success", "End": "Success", "Never": "Pending", "Make": "Pending"}

    def test_a_wait_polls_until_the_property_is_as_desired_and_times_out_otherwise(
        self, automations: Automations
    ) -> None:
        waiting = calling("Wait", "ec2", "DescribeVpcs", VpcIds=["{{ Make.VpcId }}"])
        waiting |= {"action": "aws:waitForAwsResourceProperty", "outputs": [], "timeoutSeconds": 60}
        waiting["inputs"] |= {"PropertySelector": "$.Vpcs[0].State", "DesiredValues": ["available"]}
        assert automations.ran(making_vpc(), waiting)["AutomationExecutionStatus"] == "Success"
        waiting["inputs"]["DesiredValues"] = ["gone"]
        told = automations.ran(making_vpc(), waiting, name="Vain")
        assert told["AutomationExecutionStatus"] == "TimedOut"

    def test_an_assertion_names_the_value_and_those_desired(self, automations: Automations) -> None:
        asserting = calling("Check", "ec2", "DescribeVpcs", VpcIds=["{{ Make.VpcId }}"])
        asserting |= {"action": "aws:assertAwsResourceProperty", "outputs": []}
        asserting["inputs"] |= {"PropertySelector": "$.Vpcs[0].IsDefault", "DesiredValues": ["true"]}
        told = automations.ran(making_vpc(), asserting)
        assert 'Property value "false" from the API output is not in desired values' in told["FailureMessage"]

    def test_tags_are_put_on_ec2_resources(self, automations: Automations) -> None:
        inputs = {
            "ResourceIds": ["{{ Make.VpcId }}"],
            "Tags": [{"Key": "Name", "Value": "{{ global:REGION }}"}],
        }
        told = automations.ran(making_vpc(), {"name": "Tag", "action": "aws:createTags", "inputs": inputs})
        ec2: Any = automations.session.client("ec2")
        vpc_id = step_of(told, "Make")["Outputs"]["VpcId"][0]
        assert ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0]["Tags"] == [
            {"Key": "Name", "Value": "us-east-1"}
        ]

    def test_a_variable_is_updated_for_later_steps(self, automations: Automations) -> None:
        update = {
            "name": "Set",
            "action": "aws:updateVariable",
            "inputs": {"Name": "variable:seen", "Value": "2"},
        }
        choices = [{"Variable": "{{ variable:seen }}", "StringEquals": "2", "NextStep": "Seen"}]
        told = automations.ran(
            update,
            {"name": "Choose", "action": "aws:branch", "inputs": {"Choices": choices, "Default": "Seen"}},
            sleeping("Seen"),
            variables={"seen": {"type": "String", "default": "1"}},
        )
        assert told["Variables"] == {"seen": ["2"]}

    def test_a_reference_to_a_step_that_did_not_run_fails_the_step(self, automations: Automations) -> None:
        told = automations.ran(
            calling("Look", "ec2", "DescribeVpcs", VpcIds=["{{ Make.VpcId }}"]), making_vpc()
        )
        assert "validating and resolving the step inputs" in told["FailureMessage"]
