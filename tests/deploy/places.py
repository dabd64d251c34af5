"""Accounts that are ready, organizations, and everything that stands in an account."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import boto3

from kafka_trigger_guard.sandbox.aws import Aws

REGION = "us-east-1"
MANAGEMENT = "123456789012"
STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"


def ready(session: boto3.Session, *, trail: bool = True) -> None:
    """AWS Config knows a recorder, and a trail logs management events."""
    config: Any = session.client("config")
    role = "arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": role})
    if trail:
        account = session.client("sts").get_caller_identity()["Account"]
        s3: Any = session.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket=f"trail-of-{account}")
        cloudtrail: Any = session.client("cloudtrail")
        cloudtrail.create_trail(Name="all", S3BucketName=f"trail-of-{account}", IsMultiRegionTrail=True)
        cloudtrail.start_logging(Name="all")


def organized(session: boto3.Session, *names: str) -> dict[str, str]:
    """An organization with member accounts by name, in which StackSets and AWS Config are trusted."""
    organizations: Any = session.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    found = {}
    for name in names:
        status = organizations.create_account(AccountName=name, Email=f"{name}@example.com")
        found[name] = status["CreateAccountStatus"]["AccountId"]
    session.client("cloudformation").activate_organizations_access()
    return found


def delegated(session: boto3.Session, account: str) -> None:
    """The account administers StackSets and AWS Config for the organization."""
    organizations: Any = session.client("organizations")
    for service in (STACK_SETS, "config.amazonaws.com"):
        organizations.register_delegated_administrator(AccountId=account, ServicePrincipal=service)


@contextmanager
def acting(sandbox: Aws, account: str) -> Iterator[None]:
    """The command line works in another account while the block runs."""
    credentials = sandbox.session(account=account).get_credentials()
    assert credentials is not None
    environment = {
        "AWS_ACCESS_KEY_ID": str(credentials.access_key),
        "AWS_SECRET_ACCESS_KEY": str(credentials.secret_key),
        "AWS_SESSION_TOKEN": str(credentials.token),
    }
    with patch.dict(os.environ, environment):
        yield


def standing(session: boto3.Session) -> set[str]:
    """What stands in an account and Region, of all that deploying may create."""
    return set(_standing(session))


def _standing(session: boto3.Session) -> Iterator[str]:
    untyped: Any = session
    client = untyped.client

    yield from (f"role {each['RoleName']}" for each in client("iam").list_roles()["Roles"])
    yield from (f"function {each['FunctionName']}" for each in client("lambda").list_functions()["Functions"])
    mappings = client("lambda").list_event_source_mappings()["EventSourceMappings"]
    yield from (f"mapping {each['EventSourceArn']}" for each in mappings)
    yield from (f"queue {url}" for url in client("sqs").list_queues().get("QueueUrls", []))
    yield from (f"topic {each['TopicArn']}" for each in client("sns").list_topics()["Topics"])
    subscriptions = client("sns").list_subscriptions()["Subscriptions"]
    yield from (f"subscription {each['Endpoint']}" for each in subscriptions)
    for bus in client("events").list_event_buses()["EventBuses"]:
        yield f"bus {bus['Name']}"
        rules = client("events").list_rules(EventBusName=bus["Name"])["Rules"]
        yield from (f"event rule {each['Name']}" for each in rules)
    groups = client("logs").describe_log_groups()["logGroups"]
    yield from (f"log group {each['logGroupName']}" for each in groups)
    alarms = client("cloudwatch").describe_alarms()["MetricAlarms"]
    yield from (f"alarm {each['AlarmName']}" for each in alarms)
    yield from (
        f"dashboard {e['DashboardName']}" for e in client("cloudwatch").list_dashboards()["DashboardEntries"]
    )
    yield from _of_config(client("config"))
    documents = client("ssm").list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])
    yield from (f"document {each['Name']}" for each in documents["DocumentIdentifiers"])
    yield from (f"bucket {each['Name']}" for each in client("s3").list_buckets()["Buckets"])
    stacks = client("cloudformation").list_stacks()["StackSummaries"]
    yield from (f"stack {each['StackName']}" for each in stacks if each["StackStatus"] != "DELETE_COMPLETE")


def _of_config(config: Any) -> Iterator[str]:
    rules = [each["ConfigRuleName"] for each in config.describe_config_rules()["ConfigRules"]]
    yield from (f"Config rule {name}" for name in rules)
    aggregators = config.describe_configuration_aggregators()["ConfigurationAggregators"]
    yield from (f"aggregator {each['ConfigurationAggregatorName']}" for each in aggregators)
    if rules:
        found = config.describe_remediation_configurations(ConfigRuleNames=rules)
        yield from (f"repair of {each['ConfigRuleName']}" for each in found["RemediationConfigurations"])
