"""What stands in every account that is judged: the role that reads it and records results."""

from __future__ import annotations

from deploy.templates.intrinsics import Json, ref, sub, when
from kafka_trigger_guard.aws.listings import LISTINGS
from kafka_trigger_guard.installing.names import READ_ROLE

RULE_FUNCTION_ROLE, WATCH_FUNCTION_ROLE = "KafkaTriggerGuard-RuleFunction", "KafkaTriggerGuard-WatchFunction"
"""The functions' roles; the Region follows after a dash, so that each Region's stack has its own."""
KEYED = (
    "ec2:DescribeVpcAttribute",
    "kafka:DescribeVpcConnection",
    "kafka:GetBootstrapBrokers",
)
UNPAGED = ("ec2:DescribeRegions", "ec2:DescribeVpcBlockPublicAccessOptions", "sts:GetCallerIdentity")
FOR_DASHBOARDS = ("cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "tag:GetResources")
"""What NAT gateways carried and who owns functions, for rows and the organization's report. None of them has
resources to name. service-authorization/latest/reference/list_amazoncloudwatch"""
FUNCTION_READS = ("lambda:GetFunctionConfiguration",)
RECORDS = ("config:PutEvaluations",)
"""AWS Config has no resource type for it. service-authorization/latest/reference/list_awsconfig"""
RULE_READS = (
    "config:GetComplianceDetailsByConfigRule",
    "config:StartConfigRulesEvaluation",
)
RULE_LISTINGS = ("config:DescribeConfigRules", "config:GetResourceConfigHistory")


def read_role(reader_account: Json) -> Json:
    """The role that the functions of `reader_account` read this account with; it changes nothing.

    The trust names the account and, by condition, the functions' roles: a role that is named as principal
    would have to exist before. IAM/latest/UserGuide/reference_policies_elements_principal
    """
    functions = [
        sub(f"arn:${{AWS::Partition}}:iam::${{Reader}}:role/{name}-*", Reader=reader_account)
        for name in (RULE_FUNCTION_ROLE, WATCH_FUNCTION_ROLE)
    ]
    return {
        "Type": "AWS::IAM::Role",
        "Condition": "IsHome",
        "Properties": {
            "RoleName": READ_ROLE,
            "Description": "Reads what Kafka triggers depend on and records the results of their rules",
            "PermissionsBoundary": when("HasBoundary", ref("PermissionsBoundary")),
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    _trust(reader_account, functions),
                    when("HasReaders", _trust(reader_account, ref("Readers"))),
                ],
            },
            "Policies": [{"PolicyName": "Read", "PolicyDocument": read_policy()}],
        },
    }


def _trust(account: Json, principals: object) -> Json:
    return {
        "Effect": "Allow",
        "Principal": {"AWS": sub("arn:${AWS::Partition}:iam::${Reader}:root", Reader=account)},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnLike": {"aws:PrincipalArn": principals}},
    }


def read_policy() -> Json:
    """What reading an account and recording its results need, each as narrow as AWS lets it be."""
    reads = sorted({*LISTINGS, *KEYED, *UNPAGED, *RULE_LISTINGS, *FOR_DASHBOARDS})
    rules = "arn:${AWS::Partition}:config:*:${AWS::AccountId}:config-rule/*"
    functions = "arn:${AWS::Partition}:lambda:*:${AWS::AccountId}:function:*"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Read", "Effect": "Allow", "Action": reads, "Resource": "*"},
            _allowed("ReadFunctions", FUNCTION_READS, sub(functions)),
            _allowed("Record", RECORDS, "*"),
            _allowed("Rules", RULE_READS, sub(rules)),
        ],
    }


def _allowed(sid: str, actions: tuple[str, ...], resource: object) -> Json:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resource}
