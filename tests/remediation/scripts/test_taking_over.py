"""An endpoint takes a name over for the whole VPC only if it is open to all of the VPC."""

from __future__ import annotations

import json

import pytest

from tests.networks.healthy import healthy
from tests.networks.shapes import endpoint_id, group_id, permission
from tests.remediation.scripts.asking import ask, plan_of, refused
from tests.remediation.scripts.test_endpoint_plan import STS, admitting_all, private_dns_off, vpc_dns_off

NARROW = json.dumps(
    {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": ["lambda:InvokeFunction", "sts:AssumeRole"],
                "Resource": "*",
            }
        ]
    }
)
"""A policy that lets pollers through and keeps others out."""


def test_dns_attributes_stay_off_where_another_endpoint_would_shut_the_vpc_out() -> None:
    """Whichever service it is for: no need of the trigger is in danger, but its neighbours are."""
    other = admitting_all(healthy()).group("kms", ingress=[permission(443, groups=[group_id("trigger")])])
    off = vpc_dns_off(other.endpoint("kms", groups=["kms"]))
    sentence = refused(ask("sts", off, AllowVpcDnsChange="true"))
    assert endpoint_id("kms") in sentence
    assert "com.amazonaws.us-east-1.kms" in sentence
    off.ingress("kms", permission(443, cidrs=["10.0.0.0/16"]))
    assert plan_of(ask("sts", off, AllowVpcDnsChange="true"))


def test_dns_attributes_stay_off_where_another_endpoint_s_policy_is_narrowed() -> None:
    """What others call by that service's name would be refused."""
    narrow = vpc_dns_off(admitting_all(healthy())).change(endpoint_id("lambda"), PolicyDocument=NARROW)
    sentence = refused(ask("sts", narrow, AllowVpcDnsChange="true"))
    assert endpoint_id("lambda") in sentence
    assert "policy" in sentence


@pytest.mark.parametrize("dns", ["private", "vpc"])
def test_a_narrowed_endpoint_is_not_put_in_force(dns: str) -> None:
    """It lets pollers through; its policy does not mention what other workloads call."""
    network = private_dns_off() if dns == "private" else vpc_dns_off(admitting_all(healthy()))
    sentence = refused(ask("sts", network.change(STS, PolicyDocument=NARROW), AllowVpcDnsChange="true"))
    assert STS in sentence
    assert "policy" in sentence


@pytest.mark.parametrize("written", [["*"], "*"])
def test_aws_s_default_policy_is_no_narrow_one(written: object) -> None:
    """However it is written."""
    statement = {"Sid": "all", "Effect": "Allow", "Principal": "*", "Action": written, "Resource": written}
    policy = json.dumps({"Version": "2008-10-17", "Statement": [statement]})
    assert plan_of(ask("sts", private_dns_off().change(STS, PolicyDocument=policy)))
