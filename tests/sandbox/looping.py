"""An account in which the whole loop runs, made of the smallest functions and documents that can be."""

from __future__ import annotations

import io
import json
from typing import Any
from zipfile import ZipFile

import boto3

from kafka_trigger_guard.sandbox.loop import Loop
from tests.sandbox.automating import Automations, calling

RULE = "group-admits-https"
ACCOUNT, REGION = "123456789012", "us-east-1"
FUNCTIONS = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:changes"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
WATCH = """
import json, os, boto3
seen = 0
def handler(event, context):
    global seen
    seen += len(event["Records"])
    print("seen", seen)
    bodies = [json.loads(record["body"]) for record in event["Records"]]
    if any(body.get("fail") for body in bodies):
        raise ValueError("nothing works")
    groups = os.environ.get("RELEVANT", "").split(",")
    if any(body.get("group") in groups for body in bodies):
        boto3.client("config").start_config_rules_evaluation(ConfigRuleNames=[os.environ["RULE"]])
    return {"batchItemFailures": []}
"""
JUDGE = """
import json, boto3
from judging import compliance
def handler(event, context):
    asked = json.loads(event["invokingEvent"])["notificationCreationTime"]
    group_id = json.loads(event["ruleParameters"])["GroupId"]
    group = boto3.client("ec2").describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]
    result = {"ComplianceResourceType": "AWS::EC2::SecurityGroup", "ComplianceResourceId": group_id,
              "ComplianceType": compliance(group), "OrderingTimestamp": asked}
    boto3.client("config").put_evaluations(Evaluations=[result], ResultToken=event["resultToken"])
"""
JUDGING = "def compliance(group): return 'COMPLIANT' if group['IpPermissions'] else 'NON_COMPLIANT'\n"
HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}


class Account:
    """One group that has to admit HTTPS, and everything that sees to it."""

    def __init__(self, session: boto3.Session, loop: Loop) -> None:
        self.loop = loop
        self.session = session
        self.ec2: Any = session.client("ec2")
        self.config: Any = session.client("config")
        self.sqs: Any = session.client("sqs")
        self.functions: Any = session.client("lambda")
        self.events: Any = session.client("events")
        self.automations = Automations(session)
        vpc_id = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        created = self.ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc_id)
        self.group_id = str(created["GroupId"])
        self.admit()

    def admit(self) -> None:
        """Let HTTPS in."""
        self.ec2.authorize_security_group_ingress(GroupId=self.group_id, IpPermissions=[HTTPS])

    def revoke(self) -> None:
        """Let nothing in."""
        self.ec2.revoke_security_group_ingress(GroupId=self.group_id, IpPermissions=[HTTPS])

    def function(self, name: str, **files: str) -> str:
        """A function of these modules, which config and EventBridge may invoke; its ARN."""
        iam: Any = self.session.client("iam")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        archive = io.BytesIO()
        with ZipFile(archive, "w") as zipped:
            for module, text in files.items():
                zipped.writestr(f"{module}.py", text)
        created = self.functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role,
            Handler="index.handler",
            Code={"ZipFile": archive.getvalue()},
            Environment={"Variables": {"RULE": RULE, "RELEVANT": self.group_id}},
        )
        return str(created["FunctionArn"])

    def allow(self, function: str, service: str) -> None:
        """Let a service invoke a function."""
        self.functions.add_permission(
            FunctionName=function, StatementId="service", Action="lambda:InvokeFunction", Principal=service
        )

    def watch(self, code: str = WATCH, receives: int = 2) -> None:
        """Changes of groups go to a queue, and from there to the watch function."""
        redrive = {"deadLetterTargetArn": f"{QUEUE}-failed", "maxReceiveCount": receives}
        self.sqs.create_queue(QueueName="changes-failed")
        self.sqs.create_queue(QueueName="changes", Attributes={"RedrivePolicy": json.dumps(redrive)})
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": QUEUE,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        url = self.sqs.get_queue_url(QueueName="changes")["QueueUrl"]
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        self.function("watch", index=code)
        self.functions.create_event_source_mapping(
            EventSourceArn=QUEUE,
            FunctionName="watch",
            BatchSize=1000,
            MaximumBatchingWindowInSeconds=60,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )
        names = ["RevokeSecurityGroupIngress", "AuthorizeSecurityGroupIngress"]
        paths = {"group": "$.detail.requestParameters.groupId", "account": "$.account"}
        template = '{"group": <group>, "account": "<account>"}'
        self.follow(
            {"source": ["aws.ec2"], "detail": {"eventName": names, "errorCode": [{"exists": False}]}},
            {
                "Id": "queue",
                "Arn": QUEUE,
                "InputTransformer": {"InputPathsMap": paths, "InputTemplate": template},
            },
        )

    def follow(self, pattern: dict[str, Any], target: dict[str, Any], name: str = "changes") -> None:
        """An EventBridge rule."""
        self.events.put_rule(Name=name, EventPattern=json.dumps(pattern))
        self.events.put_targets(Rule=name, Targets=[target])

    def judge(self) -> None:
        """A Config rule with its function."""
        arn = self.function("judge", index=JUDGE, judging=JUDGING)
        self.allow("judge", "config.amazonaws.com")
        details = [{"EventSource": "aws.config", "MessageType": "ScheduledNotification"}]
        source = {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": arn, "SourceDetails": details}
        rule = {
            "ConfigRuleName": RULE,
            "Source": source,
            "InputParameters": json.dumps({"GroupId": self.group_id}),
        }
        self.config.put_config_rule(ConfigRule=rule)

    def document(self) -> None:
        """The document that lets HTTPS in and asks for an evaluation."""
        self.automations.document(
            calling(
                "Admit",
                "ec2",
                "AuthorizeSecurityGroupIngress",
                GroupId="{{ GroupId }}",
                IpPermissions=[HTTPS],
            ),
            calling("Evaluate", "config", "StartConfigRulesEvaluation", ConfigRuleNames=[RULE]),
            assumeRole="{{ AutomationAssumeRole }}",
            parameters={"GroupId": {"type": "String"}, "AutomationAssumeRole": {"type": "String"}},
        )

    def remediate(self) -> None:
        """AWS Config starts the document by itself."""
        self.document()
        parameters = {
            "GroupId": {"ResourceValue": {"Value": "RESOURCE_ID"}},
            "AutomationAssumeRole": {"StaticValue": {"Values": [self.automations.role_arn]}},
        }
        configuration = {
            "ConfigRuleName": RULE,
            "TargetType": "SSM_DOCUMENT",
            "TargetId": "Repair",
            "Parameters": parameters,
            "Automatic": True,
        }
        self.config.put_remediation_configurations(RemediationConfigurations=[configuration])

    def compliance(self) -> list[str]:
        """What Config shows."""
        told = self.config.get_compliance_details_by_config_rule(ConfigRuleName=RULE)["EvaluationResults"]
        return [result["ComplianceType"] for result in told]

    def messages(self, queue: str) -> int:
        """How many messages a queue holds."""
        url = self.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        told = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(told["Attributes"]["ApproximateNumberOfMessages"])
