"""What stands around every call of the sandbox: calls are recorded, faults put in, IAM is enforced."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from kafka_trigger_guard.sandbox import Aws
from kafka_trigger_guard.sandbox.faults import failing_call
from kafka_trigger_guard.sandbox.oversight import enforced_iam, recorded_calls
from tests.sandbox.account import Account, refused
from tests.sandbox.automating import Automations, calling, making_vpc, script

OWN_ACCOUNT = "123456789012"
TRUST = {"Principal": {"AWS": OWN_ACCOUNT}, "Effect": "Allow", "Action": "sts:AssumeRole"}


def policy(*statements: dict[str, Any]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


class Roles:
    """Roles of the sandbox's own account and their clients."""

    def __init__(self, sandbox: Aws) -> None:
        self.session = sandbox.session()
        self.iam: Any = self.session.client("iam")

    def add(self, name: str, *statements: dict[str, Any], trust: dict[str, Any] | None = None) -> str:
        """A role with an inline policy; its ARN."""
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust or TRUST))
        if statements:
            self.iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy(*statements))
        return str(made["Role"]["Arn"])

    def client(self, service: str, role_arn: str) -> Any:
        """A client as the role."""
        sts: Any = self.session.client("sts")
        given = sts.assume_role(RoleArn=role_arn, RoleSessionName="test")["Credentials"]
        make: Any = self.session.client
        return make(
            service,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )


@pytest.fixture
def roles(sandbox: Aws) -> Roles:
    return Roles(sandbox)


@pytest.fixture
def enforced() -> Iterator[None]:
    with enforced_iam():
        yield


def allow(*actions: str, resource: str = "*") -> dict[str, Any]:
    """A statement that allows some actions."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


class TestRecording:
    """recorded_calls()."""

    def test_calls_are_recorded_by_role_under_the_names_of_their_iam_actions(self, roles: Roles) -> None:
        arn = roles.add("reader", allow("*"))
        with recorded_calls() as recording:
            roles.client("ec2", arn).describe_vpcs()
            roles.client("lambda", arn).list_event_source_mappings()
            roles.client("kafka", arn).list_clusters_v2()
            roles.client("config", arn).describe_config_rules()
            roles.client("cloudwatch", arn).describe_alarms()
            roles.client("s3", arn).list_buckets()
        assert recording.actions("reader") == {
            "ec2:DescribeVpcs",
            "lambda:ListEventSourceMappings",
            "kafka:ListClustersV2",
            "config:DescribeConfigRules",
            "cloudwatch:DescribeAlarms",
            "s3:ListAllMyBuckets",
        }
        assert recording.actions("") == {"sts:AssumeRole"}

    def test_an_automation_records_its_calls_under_its_role_after_the_start(self, sandbox: Aws) -> None:
        automations = Automations(sandbox.session())
        automations.document(
            making_vpc(),
            script("Look", "import boto3\ndef handler(e, c):\n    boto3.client('ec2').describe_subnets()\n"),
            assumeRole="{{ Role }}",
            parameters={"Role": {"type": "String"}},
        )
        with recorded_calls() as recording:
            automations.start(Role=automations.role_arn)
        assert [call.action for call in recording.calls] == [
            "ssm:StartAutomationExecution",
            "ec2:CreateVpc",
            "ec2:DescribeSubnets",
        ]
        assert [call.role for call in recording.calls] == ["", "Remediation", "Remediation"]

    def test_what_a_call_does_beside_needs_its_own_permission(self, account: Account) -> None:
        vpc_id = account.vpc()
        tags = [{"ResourceType": "security-group", "Tags": [{"Key": "a", "Value": "b"}]}]
        with recorded_calls() as recording:
            account.ec2.create_security_group(
                GroupName="g", Description="g", VpcId=vpc_id, TagSpecifications=tags
            )
        assert recording.actions("") == {"ec2:CreateSecurityGroup", "ec2:CreateTags"}

    def test_refused_calls_are_marked(self, account: Account) -> None:
        with recorded_calls() as recording, refused("InvalidVpcID.NotFound"):
            account.ec2.describe_vpcs(VpcIds=["vpc-0"])
        assert [call.refused for call in recording.calls] == [True]

    @pytest.mark.parametrize(
        ("call", "action"),
        [
            (lambda s3: s3.create_bucket(Bucket="another"), "s3:CreateBucket"),
            (lambda s3: s3.put_object(Bucket="packages", Key="k/x", Body=b"1"), "s3:PutObject"),
            (lambda s3: s3.get_object(Bucket="packages", Key="k"), "s3:GetObject"),
            (lambda s3: s3.head_object(Bucket="packages", Key="k"), "s3:GetObject"),
            (lambda s3: s3.delete_object(Bucket="packages", Key="k"), "s3:DeleteObject"),
            (lambda s3: s3.list_objects_v2(Bucket="packages"), "s3:ListBucket"),
            (lambda s3: s3.get_bucket_location(Bucket="packages"), "s3:GetBucketLocation"),
            (
                lambda s3: s3.put_bucket_versioning(
                    Bucket="packages", VersioningConfiguration={"Status": "Enabled"}
                ),
                "s3:PutBucketVersioning",
            ),
        ],
    )
    def test_s3_operations_are_told_by_method_and_path(self, sandbox: Aws, call: Any, action: str) -> None:
        s3: Any = sandbox.session().client("s3")
        s3.create_bucket(Bucket="packages")
        s3.put_object(Bucket="packages", Key="k", Body=b"1")
        with recorded_calls() as recording:
            call(s3)
        assert recording.actions("") == {action}


class TestEnforcedIam:
    """enforced_iam()."""

    @pytest.mark.parametrize(
        ("statements", "outcome"),
        [
            ([allow("ec2:DescribeVpcs")], True),
            ([allow("ec2:Describe*")], True),
            ([allow("EC2:describevpcs")], True),
            ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], True),
            ([allow("ec2:DescribeSubnets")], False),
            ([], False),
            ([allow("*"), {"Effect": "Deny", "Action": "ec2:DescribeVpcs", "Resource": "*"}], False),
        ],
    )
    @pytest.mark.usefixtures("enforced")
    def test_a_role_may_do_what_its_policy_allows(
        self, roles: Roles, statements: list[dict[str, Any]], outcome: bool
    ) -> None:
        ec2 = roles.client("ec2", roles.add("role", *statements))
        if outcome:
            assert ec2.describe_vpcs()["Vpcs"]
        else:
            with refused("UnauthorizedOperation", "not authorized to perform: ec2:DescribeVpcs"):
                ec2.describe_vpcs()

    @pytest.mark.usefixtures("enforced")
    def test_a_managed_policy_counts_too(self, roles: Roles) -> None:
        arn = roles.add("role")
        managed = roles.iam.create_policy(PolicyName="p", PolicyDocument=policy(allow("ec2:DescribeVpcs")))
        roles.iam.attach_role_policy(RoleName="role", PolicyArn=managed["Policy"]["Arn"])
        assert roles.client("ec2", arn).describe_vpcs()["Vpcs"]

    @pytest.mark.parametrize(
        ("resources", "outcome"),
        [
            (["security-group/{group}", "security-group-rule/*"], True),
            (["*/*"], True),
            (["security-group/{group}"], False),
            (["security-group/sg-0", "security-group-rule/*"], False),
            (["vpc/*"], False),
        ],
    )
    @pytest.mark.usefixtures("enforced")
    def test_it_may_do_so_with_the_resources_that_its_policy_names(
        self, roles: Roles, account: Account, resources: list[str], outcome: bool
    ) -> None:
        """A tagged rule is a resource of its own."""
        group_id = account.group(account.vpc())
        prefix = f"arn:aws:ec2:*:{OWN_ACCOUNT}:"
        named = [prefix + name.format(group=group_id) for name in resources]
        both = ["ec2:AuthorizeSecurityGroupIngress", "ec2:CreateTags"]
        ec2 = roles.client("ec2", roles.add("role", {"Effect": "Allow", "Action": both, "Resource": named}))
        permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
        rule = {
            "GroupId": group_id,
            "IpPermissions": [permission | {"IpRanges": [{"CidrIp": "10.0.0.0/16"}]}],
            "TagSpecifications": [
                {"ResourceType": "security-group-rule", "Tags": [{"Key": "a", "Value": "b"}]}
            ],
        }
        if outcome:
            assert ec2.authorize_security_group_ingress(**rule)["Return"]
        else:
            with refused("UnauthorizedOperation", "on resource: arn:aws:ec2:us-east-1"):
                ec2.authorize_security_group_ingress(**rule)

    @pytest.mark.usefixtures("enforced")
    def test_the_policies_of_a_stacks_roles_count_as_well(self, roles: Roles) -> None:
        stacks: Any = roles.session.client("cloudformation")
        properties = {
            "RoleName": "of-a-stack",
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [TRUST]},
            "Policies": [
                {"PolicyName": "p", "PolicyDocument": json.loads(policy(allow("ec2:DescribeVpcs")))}
            ],
        }
        template = {"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}}}
        stacks.create_stack(StackName="roles", TemplateBody=json.dumps(template))
        ec2 = roles.client("ec2", f"arn:aws:iam::{OWN_ACCOUNT}:role/of-a-stack")
        assert ec2.describe_vpcs()["Vpcs"]
        with refused("UnauthorizedOperation"):
            ec2.describe_subnets()

    @pytest.mark.parametrize(
        ("service", "call", "code"),
        [
            ("lambda", lambda c: c.list_event_source_mappings(), "AccessDeniedException"),
            ("kafka", lambda c: c.list_clusters_v2(), "AccessDeniedException"),
            ("config", lambda c: c.describe_config_rules(), "AccessDeniedException"),
            ("ssm", lambda c: c.describe_automation_executions(), "AccessDeniedException"),
            ("route53", lambda c: c.list_hosted_zones(), "AccessDenied"),
            ("s3", lambda c: c.list_buckets(), "AccessDenied"),
            ("sqs", lambda c: c.list_queues(), "AccessDenied"),
            ("events", lambda c: c.list_rules(), "AccessDeniedException"),
        ],
    )
    @pytest.mark.usefixtures("enforced")
    def test_every_service_refuses_in_its_own_words(
        self, roles: Roles, service: str, call: Any, code: str
    ) -> None:
        client = roles.client(service, roles.add("role"))
        with pytest.raises(client.exceptions.ClientError) as caught:
            call(client)
        assert caught.value.response["Error"]["Code"] == code

    @pytest.mark.usefixtures("enforced")
    def test_asking_who_one_is_is_always_allowed(self, roles: Roles) -> None:
        assert roles.client("sts", roles.add("role")).get_caller_identity()["Account"] == OWN_ACCOUNT

    @pytest.mark.parametrize(
        ("trust", "outcome"),
        [
            (None, True),
            ({**TRUST, "Principal": {"AWS": f"arn:aws:iam::{OWN_ACCOUNT}:role/first"}}, True),
            ({**TRUST, "Principal": {"AWS": "arn:aws:iam::999999999999:root"}}, False),
            ({**TRUST, "Principal": {"Service": "lambda.amazonaws.com"}}, False),
        ],
    )
    @pytest.mark.usefixtures("enforced")
    def test_a_role_is_assumed_by_whom_it_trusts_alone(
        self, roles: Roles, trust: dict[str, Any] | None, outcome: bool
    ) -> None:
        first = roles.client("sts", roles.add("first", allow("sts:AssumeRole")))
        second = roles.add("second", trust=trust)
        expected: AbstractContextManager[Any] = pytest.raises(first.exceptions.ClientError)
        if outcome:
            assert first.assume_role(RoleArn=second, RoleSessionName="session")["Credentials"]
        else:
            with expected:
                first.assume_role(RoleArn=second, RoleSessionName="session")

    @pytest.mark.usefixtures("enforced")
    def test_the_role_of_an_automation_must_be_passed(self, roles: Roles, sandbox: Aws) -> None:
        automations = Automations(sandbox.session())
        automations.document(
            calling("Who", "sts", "GetCallerIdentity"),
            assumeRole="{{ AutomationAssumeRole }}",
            parameters={"AutomationAssumeRole": {"type": "String"}},
        )
        arn = roles.add(
            "starter",
            allow("ssm:StartAutomationExecution"),
            allow("iam:PassRole", resource="arn:aws:iam::*:role/x"),
        )
        started = {"DocumentName": "Repair", "Parameters": {"AutomationAssumeRole": [automations.role_arn]}}
        with refused("AccessDeniedException", "iam:PassRole on resource: arn:aws:iam"):
            roles.client("ssm", arn).start_automation_execution(**started)

    @pytest.mark.usefixtures("enforced")
    def test_a_step_fails_when_the_automations_role_may_not(self, sandbox: Aws) -> None:
        automations = Automations(sandbox.session())
        told = automations.ran(making_vpc(), assumeRole=automations.role_arn)
        assert "UnauthorizedOperation" in told["FailureMessage"]


class TestFaults:
    """failing_call()."""

    def test_the_named_call_fails_as_often_as_wanted(self, account: Account) -> None:
        with failing_call("ec2:DescribeVpcs", nth=2, code="VpcLimitExceeded", message="no more"):
            account.ec2.describe_vpcs()
            with refused("VpcLimitExceeded", "no more"):
                account.ec2.describe_vpcs()
            account.ec2.describe_vpcs()

    def test_every_call_fails_if_no_number_is_given(self, account: Account) -> None:
        with failing_call("lambda:ListEventSourceMappings", nth=None, code="ServiceException"):
            for _ in range(2):
                with refused("ServiceException", status=500):
                    account.functions.list_event_source_mappings()
