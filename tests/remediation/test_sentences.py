"""Specification of causes: whatever failed, one sentence says what was refused, why, and what helps."""

from __future__ import annotations

import pytest

from remediation.scripts.failures import cause

GUIDE = " Please refer to Automation Service Troubleshooting Guide for more diagnosis details."
STAGE = "Step fails when it is Execute/Cancelling action. "


def refused(operation: str, code: str, message: str) -> str:
    """A step's FailureMessage after AWS refused its call."""
    return f"{STAGE}An error occurred ({code}) when calling the {operation} operation: {message}.{GUIDE}"


@pytest.mark.parametrize(
    ("operation", "code", "message", "helps"),
    [
        (
            "AuthorizeSecurityGroupEgress",
            "RulesPerSecurityGroupLimitExceeded",
            "The maximum number of rules per security group has been reached",
            "remove what is not used, or ask AWS for a higher quota of rules per security group",
        ),
        (
            "CreateVpcEndpoint",
            "VpcEndpointLimitExceeded",
            "Maximum number of VPC endpoints reached",
            "remove what is not used, or ask AWS for a higher quota of interface endpoints per VPC",
        ),
        (
            "CreateVpcEndpoint",
            "InvalidParameter",
            "The VPC endpoint service com.amazonaws.us-east-1.lambda does not support the availability zone "
            "of the subnet: subnet-1",
            "the service is not offered in that zone: give the trigger a subnet in another zone",
        ),
        (
            "CreateVpcEndpoint",
            "InvalidParameter",
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
            "lambda.us-east-1.amazonaws.com in the VPC vpc-1",
            "its owner must give it up, or serve the trigger with it",
        ),
        (
            "CreateTags",
            "UnauthorizedOperation",
            "You are not authorized to perform this operation",
            "give the document's role this action, and look for a service control policy that denies it",
        ),
        (
            "DescribeConfigRules",
            "ThrottlingException",
            "Rate exceeded",
            "AWS throttles this account: start the document again later",
        ),
    ],
)
def test_a_refused_call_is_named_with_its_reason_and_what_helps(
    operation: str, code: str, message: str, helps: str
) -> None:
    told = cause(refused(operation, code, message))
    assert told.startswith(f"AWS refused {operation} ({code}: {message})")
    assert told.endswith(helps)
    assert "\n" not in told


def test_a_refusal_that_nobody_foresaw_is_told_as_it_is() -> None:
    told = cause(refused("CreateVpcEndpoint", "Odd", "Something is odd"))
    assert told == "AWS refused CreateVpcEndpoint (Odd: Something is odd)"


def test_a_script_that_failed_is_told_without_its_traceback() -> None:
    message = (
        "Step fails when it is Poll action status for completion. Traceback (most recent call last):\n"
        '  File "customer_script.py", line 9, in handler\n    raise Failed(said)\n\n'
        f"Failed - sg-1 lost a rule that was just added: find out who removes it.{GUIDE}"
    )
    assert cause(message) == "sg-1 lost a rule that was just added: find out who removes it"


def test_a_refusal_inside_a_traceback_is_told_as_a_refusal() -> None:
    message = (
        "Step fails when it is Poll action status for completion. Traceback (most recent call last):\n\n"
        "ClientError - An error occurred (AccessDeniedException) when calling the StartConfigRulesEvaluation "
        f"operation: Not authorized.{GUIDE}"
    )
    assert cause(message).startswith(
        "AWS refused StartConfigRulesEvaluation (AccessDeniedException: Not auth"
    )


def test_what_is_no_error_of_aws_is_told_without_ssms_own_words() -> None:
    assert cause(f"{STAGE}Action timed out.{GUIDE}") == "Action timed out"
