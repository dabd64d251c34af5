"""What tells people: topics, alarms, the dashboard, and the aggregator over all accounts."""

from __future__ import annotations

import json
from pathlib import Path

from deploy.templates.following import FAILED, QUEUE, turned_red
from deploy.templates.functions import FAILED_EVALUATIONS, RULE, WATCH, service_trust
from deploy.templates.intrinsics import Json, attribute, ref, sub, when

NAME = "kafka-trigger-guard"
DASHBOARD = Path(__file__).resolve().parents[1] / "dashboard.json"
"""The body of the dashboard, in which `${AWS::Region}` and the like are replaced."""
_MINUTES = 60
_KEYED_BY_USER = {
    "checkov": {
        "skip": [
            {
                "id": "CKV_AWS_26",
                "comment": "KmsKeyArn encrypts it; with AWS's own key no AWS service could publish.",
            }
        ]
    }
}


def topics(findings_rule: str) -> Json:
    """A topic for results that turn red, fed by an EventBridge rule, and one for the alarms.

    eventbridge/latest/userguide/eb-use-resource-based: a topic's policy cannot have conditions for
    EventBridge. AmazonCloudWatch/latest/monitoring/US_SetupSNS: for alarms it can.
    """
    account = {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}}
    return {
        **_topic("Findings", "findings", "events.amazonaws.com", {}),
        **_topic("Alarms", "alarms", "cloudwatch.amazonaws.com", {"Condition": account}),
        "NewFinding": _to_topic(findings_rule),
    }


def _topic(key: str, name: str, publisher: str, more: Json) -> Json:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": publisher},
        "Action": "sns:Publish",
        "Resource": ref(f"{key}Topic"),
        **more,
    }
    subscription = {"TopicArn": ref(f"{key}Topic"), "Protocol": "email", "Endpoint": ref("Email")}
    return {
        f"{key}Topic": {
            "Type": "AWS::SNS::Topic",
            "Metadata": _KEYED_BY_USER,
            "Properties": {
                "TopicName": f"{NAME}-{name}",
                "KmsMasterKeyId": when("HasKey", ref("KmsKeyArn")),
            },
        },
        f"{key}TopicPolicy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": [ref(f"{key}Topic")],
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            },
        },
        f"{key}Subscription": {
            "Type": "AWS::SNS::Subscription",
            "Condition": "HasEmail",
            "Properties": subscription,
        },
    }


def _to_topic(bus: str) -> Json:
    """A sentence on the topic for each result that turns red."""
    told = {
        "account": "$.account",
        "region": "$.region",
        "rule": "$.detail.configRuleName",
        "resource": "$.detail.resourceId",
        "annotation": "$.detail.newEvaluationResult.annotation",
    }
    template = (
        '"<rule> is red for <resource> in account <account>, <region>: <annotation>"\n'
        f'"Hop by hop: {NAME} explain <resource> --region <region>"'
    )
    target = {
        "Id": "Topic",
        "Arn": ref("FindingsTopic"),
        "InputTransformer": {"InputPathsMap": told, "InputTemplate": template},
    }
    properties = {
        "Description": "Results that turn red, as sentences",
        "EventPattern": turned_red(),
        "Targets": [target],
    }
    if bus:
        properties["EventBusName"] = attribute(bus, "Name")
    return {"Type": "AWS::Events::Rule", "Properties": properties}


def alarms() -> Json:
    """Invocations that fail or are refused, and questions and changes that were given up."""
    found: Json = {}
    for function in (RULE, WATCH):
        dimension = {"FunctionName": ref(function.key)}
        for metric, minutes, times, said in (
            ("Errors", 5, 1, "fails; its log says why"),
            ("Throttles", 5, 3, "is refused for a quarter of an hour; raise its reserved concurrency"),
        ):
            meaning = f"{function.name} {said}"
            found[f"{function.key}{metric}"] = _alarm(
                meaning, "AWS/Lambda", metric, dimension, minutes, times
            )
    lost = "AWS Config asked and was not answered; the question lies in the queue"
    found["EvaluationsLost"] = _waiting(lost, FAILED_EVALUATIONS)
    found["ChangesLost"] = _waiting("Changes were not followed; the daily evaluation sees them", FAILED)
    found["DeadLetterErrors"] = _alarm(
        "Unanswered questions could not even be kept",
        "AWS/Lambda",
        "DeadLetterErrors",
        {"FunctionName": ref(RULE.key)},
        5,
        1,
    )
    old = {"QueueName": attribute(QUEUE, "QueueName")}
    found["ChangesLate"] = _alarm(
        "Changes wait for longer than an hour", "AWS/SQS", "ApproximateAgeOfOldestMessage", old, 5, 1, 3600
    )
    return found


def _waiting(meaning: str, queue: str) -> Json:
    dimension = {"QueueName": attribute(queue, "QueueName")}
    return _alarm(meaning, "AWS/SQS", "ApproximateNumberOfMessagesVisible", dimension, 5, 1)


def _alarm(
    meaning: str, namespace: str, metric: str, dimension: Json, minutes: int, times: int, above: int = 0
) -> Json:
    ((name, value),) = dimension.items()
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": meaning,
            "Namespace": namespace,
            "MetricName": metric,
            "Dimensions": [{"Name": name, "Value": value}],
            "Statistic": "Sum" if namespace == "AWS/Lambda" else "Maximum",
            "Period": minutes * _MINUTES,
            "EvaluationPeriods": times,
            "Threshold": above,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [ref("AlarmsTopic")],
        },
    }


def dashboard(path: Path = DASHBOARD) -> Json:
    """The CloudWatch dashboard, where its body has been written."""
    if not path.exists():
        return {}
    body = json.dumps(json.loads(path.read_text(encoding="utf-8")), separators=(",", ":"))
    name = sub(f"{NAME}-${{AWS::Region}}")
    return {
        "Dashboard": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {"DashboardName": name, "DashboardBody": sub(body)},
        }
    }


def account_aggregator() -> Json:
    """One view of a single account's rules over all Regions; it needs no authorization by the own account.

    config/latest/developerguide/aggregate-data
    """
    sources = [{"AccountIds": [ref("AWS::AccountId")], "AllAwsRegions": True}]
    return {"Aggregator": _aggregator("IsHome", {"AccountAggregationSources": sources})}


def organization_aggregator() -> Json:
    """One view of the organization's rules; for a delegated administrator of AWS Config.

    config/latest/developerguide/set-up-aggregator-cli. The role lists accounts and nothing else; whether AWS
    Config sets a source when it takes it on is not documented, so its trust has no condition.
    """
    actions = [
        "organizations:DescribeOrganization",
        "organizations:ListAWSServiceAccessForOrganization",
        "organizations:ListAccounts",
        "organizations:ListDelegatedAdministrators",
    ]
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    source = {"RoleArn": attribute("AggregatorRole"), "AllAwsRegions": True}
    return {
        "AggregatorRole": {
            "Type": "AWS::IAM::Role",
            "Condition": "AggregatesOrganization",
            "Properties": {
                "RoleName": "KafkaTriggerGuard-Aggregator",
                "PermissionsBoundary": when("HasBoundary", ref("PermissionsBoundary")),
                "AssumeRolePolicyDocument": service_trust("config.amazonaws.com"),
                "Policies": [
                    {
                        "PolicyName": "Organization",
                        "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
                    }
                ],
            },
        },
        "Aggregator": _aggregator("AggregatesOrganization", {"OrganizationAggregationSource": source}),
    }


def _aggregator(condition: str, source: Json) -> Json:
    return {
        "Type": "AWS::Config::ConfigurationAggregator",
        "Condition": condition,
        "Properties": {"ConfigurationAggregatorName": NAME, **source},
    }
