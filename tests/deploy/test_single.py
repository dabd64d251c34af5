"""`deploy single` and `undeploy single` in the embedded AWS."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from kafka_trigger_guard.rules.registry import RULES
from kafka_trigger_guard.sandbox.aws import Aws
from tests.deploy.conftest import Deploy
from tests.deploy.places import REGION, ready, standing

Clients = Callable[[str], Any]


def deployed(result: tuple[int, str, str]) -> str:
    code, out, err = result
    assert (code, err) == (0, "")
    return out


def test_everything_stands(deploy: Deploy, client: Clients, sandbox: Aws) -> None:
    deployed(deploy("single"))
    rules = client("config").describe_config_rules()["ConfigRules"]
    assert {rule["ConfigRuleName"] for rule in rules} == {rule.name for rule in RULES}
    found = standing(sandbox.session())
    assert {
        "function kafka-trigger-guard",
        "function kafka-trigger-guard-watch",
        "role KafkaTriggerGuardRead",
        "log group /aws/lambda/kafka-trigger-guard",
        "bucket kafka-trigger-guard-123456789012-us-east-1",
        "aggregator kafka-trigger-guard",
    } <= found


def test_the_bucket_is_private_encrypted_and_versioned(deploy: Deploy, client: Clients) -> None:
    deployed(deploy("single"))
    bucket = {"Bucket": "kafka-trigger-guard-123456789012-us-east-1"}
    s3 = client("s3")
    blocked = s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"]
    assert all(blocked.values())
    assert len(blocked) == 4
    (rule,) = s3.get_bucket_encryption(**bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert s3.get_bucket_versioning(**bucket)["Status"] == "Enabled"


def test_nothing_is_left_when_it_is_undeployed(
    deploy: Deploy, undeploy: Deploy, sandbox: Aws, client: Clients
) -> None:
    """Log groups with logs, the bucket with older versions, and messages in queues included."""
    before = standing(sandbox.session())
    deployed(deploy("single", "--parameter", "Email=ops@example.com"))
    bucket = "kafka-trigger-guard-123456789012-us-east-1"
    key = client("s3").list_objects_v2(Bucket=bucket)["Contents"][0]["Key"]
    client("s3").put_object(Bucket=bucket, Key=key, Body=b"again")
    client("s3").delete_object(Bucket=bucket, Key=key)
    client("logs").create_log_stream(logGroupName="/aws/lambda/kafka-trigger-guard", logStreamName="one")
    assert len(standing(sandbox.session()) - before) > 40
    deployed(undeploy("single"))
    assert standing(sandbox.session()) == before


def test_what_is_not_there_is_not_undeployed(undeploy: Deploy) -> None:
    assert deployed(undeploy("single")) == "there is no stack kafka-trigger-guard in us-east-1\n"


def test_a_dry_run_shows_what_would_change_and_touches_nothing(
    deploy: Deploy, undeploy: Deploy, sandbox: Aws
) -> None:
    before = standing(sandbox.session())
    out = deployed(deploy("single", "--dry-run"))
    assert "+ AWS::Config::ConfigRule: " in out
    assert out.endswith("nothing was touched\n")
    assert standing(sandbox.session()) == before
    deployed(deploy("single"))
    there = standing(sandbox.session())
    out = deployed(deploy("single", "--dry-run", "--parameter", "Schedule=One_Hour"))
    assert "~ Schedule: TwentyFour_Hours becomes One_Hour" in out
    assert "would be removed; nothing was touched" in deployed(undeploy("single", "--dry-run"))
    assert standing(sandbox.session()) == there


def test_a_second_time_changes_nothing(deploy: Deploy) -> None:
    deployed(deploy("single"))
    assert "is up to date" in deployed(deploy("single"))


def test_an_upgrade_keeps_what_was_chosen_before(deploy: Deploy, client: Clients) -> None:
    deployed(deploy("single", "--parameter", "Schedule=Six_Hours", "--parameter", "AllowNat=true"))
    deployed(deploy("single", "--parameter", "UnknownAs=NOT_APPLICABLE"))
    rules = {r["ConfigRuleName"]: r for r in client("config").describe_config_rules()["ConfigRules"]}
    told = rules["kafka-trigger-egress"]
    assert told["Source"]["SourceDetails"][0]["MaximumExecutionFrequency"] == "Six_Hours"
    given = json.loads(told["InputParameters"])
    assert (given["AllowNat"], given["UnknownAs"]) == ("true", "NOT_APPLICABLE")


def test_a_parameter_of_one_rule_leaves_the_others_alone(deploy: Deploy, client: Clients) -> None:
    deployed(deploy("single", "--parameter", "kafka-trigger-egress.AllowNat=false"))
    rules = {r["ConfigRuleName"]: r for r in client("config").describe_config_rules()["ConfigRules"]}
    assert json.loads(rules["kafka-trigger-egress"]["InputParameters"])["AllowNat"] == "false"
    assert "AllowNat" not in json.loads(rules["kafka-trigger-lambda-endpoint"]["InputParameters"])


def test_roles_stand_once_for_two_regions(deploy: Deploy, guard: Deploy, sandbox: Aws) -> None:
    ready(sandbox.session("eu-west-1"), trail=False)
    deployed(deploy("single", "--region", "eu-west-1"))
    for region in (REGION, "eu-west-1"):
        assert "function kafka-trigger-guard" in standing(sandbox.session(region))
    roles = {name for name in standing(sandbox.session()) if name.startswith("role ")}
    assert "role KafkaTriggerGuard-RuleFunction-eu-west-1" in roles
    before = roles
    deployed(guard("undeploy", "single", "--region", REGION, "--region", "eu-west-1"))
    assert not {name for name in standing(sandbox.session()) if name.startswith("role KafkaTriggerGuard")}
    assert before


def test_tags_reach_the_stack(deploy: Deploy, client: Clients) -> None:
    deployed(deploy("single", "--tag", "Owner=platform"))
    (stack,) = client("cloudformation").describe_stacks(StackName="kafka-trigger-guard")["Stacks"]
    assert stack["Tags"] == [{"Key": "Owner", "Value": "platform"}]


def test_a_bucket_of_the_users_is_used_and_left(deploy: Deploy, undeploy: Deploy, client: Clients) -> None:
    client("s3").create_bucket(Bucket="ours")
    deployed(deploy("single", "--bucket", "ours"))
    deployed(undeploy("single"))
    assert {each["Name"] for each in client("s3").list_buckets()["Buckets"]} >= {"ours"}
    assert client("s3").list_objects_v2(Bucket="ours")["KeyCount"] == 2


def test_the_function_that_stands_runs_the_uploaded_package(
    deploy: Deploy, client: Clients, built: Any
) -> None:
    from base64 import b64encode
    from hashlib import sha256

    deployed(deploy("single"))
    digest = b64encode(sha256(built.read_bytes()).digest()).decode()
    for name, handler in (("", "handler"), ("-watch", "watch")):
        found = client("lambda").get_function(FunctionName=f"kafka-trigger-guard{name}")["Configuration"]
        assert found["Handler"] == f"kafka_trigger_guard.config.{handler}.handler"
        assert found["CodeSha256"] == digest
