"""The policy of each document's role: every read that its diagnosis makes, and each write where it is made.

Reads are found in the scripts. Writes are bound to the account and, where EC2 looks at tags, to what carries
or gets the tag of an execution; a role has one name for all Regions, so ARNs name none. EC2 does not let a
policy pick the rules that may be revoked, only their group: the scripts revoke what carries the tag.
service-authorization/latest/reference/list_amazonec2
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from botocore import xform_name
from botocore.loaders import Loader

from remediation.bundling import bundle

Statement = dict[str, Any]

_SERVICES = {
    "config": "config",
    "ec2": "ec2",
    "kafka": "kafka",
    "lambda": "lambda",
    "route53": "route53",
    "route53profiles": "route53profiles",
    "route53resolver": "route53resolver",
    "service-quotas": "servicequotas",
}
"""IAM's prefix of each service that a diagnosis asks."""
_DIAGNOSES = {
    "AuthorizeBrokerIngress": "authorize_broker_ingress",
    "AuthorizeEndpointIngress": "authorize_endpoint_ingress",
    "AuthorizeTriggerEgress": "authorize_trigger_egress",
    "CreateInterfaceEndpoint": "create_interface_endpoint",
}
_OWN_EXECUTION = "ssm:GetAutomationExecution"
_READS_OF_OTHER_STEPS = {"config:DescribeConfigRules", "ec2:DescribeSecurityGroupRules", _OWN_EXECUTION}
_EXECUTION = "KafkaTriggerGuard:Execution"
_MADE = "KafkaTriggerGuard:Made"
_OWN = {"StringLike": {f"aws:ResourceTag/{_EXECUTION}": "*"}}
_OWN_CREATION = {"StringLike": {f"aws:ResourceTag/{_MADE}": "*"}}
_BECOMES_OWN = {"StringLike": {f"aws:RequestTag/{_EXECUTION}": "*"}}
_BECOMES_OWN_CREATION = {"StringLike": {f"aws:RequestTag/{name}": "*" for name in (_EXECUTION, _MADE)}}
_OUR_TAGS = {
    "ForAllValues:StringLike": {
        "aws:TagKeys": [
            *(f"KafkaTriggerGuard:{name}" for name in ("Document", "Execution", "Trigger")),
            "KafkaTriggerGuard:Prior:*",
        ]
    },
    "Null": {"aws:TagKeys": "false"},
}
"""Never the tag of what was created, so that nothing else can be made to look so; and never all tags at once,
as DeleteTags takes them if it names none. AWSEC2/latest/APIReference/API_DeleteTags"""


def policy_of(name: str) -> dict[str, Any]:
    """The policy of the document with that name, without its prefix."""
    writes: dict[str, Callable[[], list[Statement]]] = {
        "AuthorizeBrokerIngress": lambda: _rule_writes("Ingress"),
        "AuthorizeEndpointIngress": lambda: _rule_writes("Ingress"),
        "AuthorizeTriggerEgress": lambda: _rule_writes("Egress"),
        "CreateInterfaceEndpoint": _endpoint_writes,
        "Rollback": lambda: [*_undoing(), _allow(["ec2:RevokeSecurityGroupIngress"], ["security-group"])],
    }
    found = [_allow(sorted(_reads(name)), []), *writes[name]()]
    if name in _DIAGNOSES:
        rules = "arn:${AWS::Partition}:config:*:${AWS::AccountId}:config-rule/*"
        found.append(_statement(["config:StartConfigRulesEvaluation"], [rules]))
        topics = "arn:${AWS::Partition}:sns:*:${AWS::AccountId}:Automation*"
        found.append(_statement(["sns:Publish"], [topics]))
    return {"Version": "2012-10-17", "Statement": found}


def _rule_writes(direction: str) -> list[Statement]:
    authorize = f"ec2:AuthorizeSecurityGroup{direction}"
    return [
        _allow([authorize, f"ec2:RevokeSecurityGroup{direction}"], ["security-group"]),
        _allow([authorize], ["security-group-rule"], _BECOMES_OWN),
        _tagging([f"AuthorizeSecurityGroup{direction}"], ["security-group-rule"]),
    ]


def _endpoint_writes() -> list[Statement]:
    created = ["security-group", "vpc-endpoint"]
    authorized = ["AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"]
    return [
        _allow(["ec2:CreateSecurityGroup"], ["security-group"], _BECOMES_OWN_CREATION),
        _allow(["ec2:CreateSecurityGroup"], ["vpc"]),
        _allow([f"ec2:{name}" for name in authorized], ["security-group"]),
        _allow([f"ec2:{name}" for name in authorized], ["security-group-rule"], _BECOMES_OWN),
        _allow(["ec2:CreateVpcEndpoint"], ["vpc-endpoint"], _BECOMES_OWN_CREATION),
        _allow(["ec2:CreateVpcEndpoint"], ["vpc", "subnet", "security-group"]),
        _statement(["route53:AssociateVPCWithHostedZone"], ["arn:${AWS::Partition}:route53:::hostedzone/*"]),
        _tagging(
            ["CreateSecurityGroup", "CreateVpcEndpoint", *authorized], [*created, "security-group-rule"]
        ),
        _allow(["ec2:CreateTags"], ["vpc", "vpc-endpoint"], _OUR_TAGS),
        _allow(["ec2:RevokeSecurityGroupIngress"], ["security-group"]),
        *_undoing(),
    ]


def _undoing() -> list[Statement]:
    """What takes back an endpoint, its group, and attributes; they carry the tag before they are changed."""
    return [
        _allow(["ec2:RevokeSecurityGroupEgress"], ["security-group"]),
        _allow(["ec2:DeleteSecurityGroup"], ["security-group"], _OWN_CREATION),
        _allow(["ec2:DeleteVpcEndpoints"], ["vpc-endpoint"], _OWN_CREATION),
        _allow(["ec2:ModifyVpcEndpoint"], ["vpc-endpoint"], _OWN),
        _allow(["ec2:ModifyVpcEndpoint"], ["security-group"]),
        _allow(["ec2:ModifyVpcAttribute"], ["vpc"], _OWN),
        _allow(["ec2:DeleteTags"], ["vpc", "vpc-endpoint"], _OUR_TAGS),
    ]


def _tagging(creating: list[str], kinds: list[str]) -> Statement:
    """Tags on what is just being created. AWSEC2/latest/UserGuide/supported-iam-actions-tagging"""
    return _allow(["ec2:CreateTags"], kinds, {"StringEquals": {"ec2:CreateAction": creating}})


def _allow(actions: list[str], kinds: list[str], condition: Statement | None = None) -> Statement:
    """The actions on all resources of some kinds of this account, or on everything if no kind is named."""
    arns = [f"arn:${{AWS::Partition}}:ec2:*:${{AWS::AccountId}}:{kind}/*" for kind in kinds]
    return _statement(actions, arns, condition)


def _statement(actions: list[str], arns: list[str], condition: Statement | None = None) -> Statement:
    found: Statement = {"Effect": "Allow", "Action": actions}
    found["Resource"] = [{"Fn::Sub": arn} for arn in arns] or "*"
    return {**found, "Condition": condition} if condition else found


def _reads(name: str) -> set[str]:
    if name not in _DIAGNOSES:
        return {_OWN_EXECUTION, *_asked("plan_rollback")}
    return {*_READS_OF_OTHER_STEPS, *_asked(_DIAGNOSES[name])}


def _asked(module: str) -> Iterator[str]:
    """The actions that a script names as boto3 names them, in a text or as a method."""
    operations = _operations()
    for node in ast.walk(ast.parse(bundle(module))):
        named = node.value if isinstance(node, ast.Constant) else getattr(node, "attr", None)
        if isinstance(named, str) and named in operations:
            yield operations[named]


@cache
def _operations() -> dict[str, str]:
    """IAM's actions by the names of boto3's methods, for all that reads."""
    loader, found = Loader(), {}
    for service, prefix in _SERVICES.items():
        for name in loader.load_service_model(service, "service-2")["operations"]:
            if name.startswith(("Describe", "Get", "List", "Search")):
                found[xform_name(name)] = f"{prefix}:{name}"
    return found
