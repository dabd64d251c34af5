"""The two functions with their roles, logs, and what becomes of events they could not answer."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.templates.account import RULE_FUNCTION_ROLE, WATCH_FUNCTION_ROLE
from deploy.templates.intrinsics import Json, attribute, equals, join, ref, sub, when
from kafka_trigger_guard.installing.names import READ_ROLE, RULE_FUNCTION, WATCH_FUNCTION

RUNTIME = "python3.13"
TIMEOUT_SECONDS = 300
FAILED_EVALUATIONS = "FailedEvaluationsQueue"
FOURTEEN_DAYS = 1_209_600
_IN_NO_VPC = {
    "id": "CKV_AWS_117",
    "comment": "Calls public AWS APIs only; in a VPC it would need the very paths that it judges.",
}
_UNSIGNED = {
    "id": "CKV_AWS_272",
    "comment": "Code signing needs a signing profile of the user's; the package is built from source.",
}
_CHOSEN_KEY = {
    "id": "CKV_AWS_173",
    "comment": "KmsKeyArn encrypts the environment; without it AWS's own key does. It holds no secret.",
}


@dataclass(frozen=True, slots=True)
class Function:
    """One of the two functions: logical id, name, handler, and the logical id of its role."""

    key: str
    name: str
    handler: str
    role: str
    meaning: str

    @property
    def log_group(self) -> str:
        """The name of its log group."""
        return f"/aws/lambda/{self.name}"


RULE = Function(
    "RuleFunction",
    RULE_FUNCTION,
    "kafka_trigger_guard.config.handler.handler",
    RULE_FUNCTION_ROLE,
    "Answers AWS Config for every rule",
)
WATCH = Function(
    "WatchFunction",
    WATCH_FUNCTION,
    "kafka_trigger_guard.config.watch.handler",
    WATCH_FUNCTION_ROLE,
    "Asks AWS Config for an evaluation where a recorded result would change",
)


def resources(*, central: bool) -> Json:
    """Both functions; a central one also answers the accounts and the organization it is told of."""
    return {
        FAILED_EVALUATIONS: dead_letters("kafka-trigger-guard-evaluations-failed"),
        **_function(RULE, _rule_statements(central=central), _with_owners(_environment(central=central))),
        **_function(WATCH, _watch_statements(central=central), _environment(central=central)),
        "ConfigPermission": _permission(central=central),
    }


def dead_letters(name: str) -> Json:
    """A queue of what could not be answered, kept for as long as SQS keeps messages."""
    return {
        "Type": "AWS::SQS::Queue",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {"QueueName": name, "MessageRetentionPeriod": FOURTEEN_DAYS, **encrypted()},
    }


def encrypted() -> Json:
    """A queue's encryption: by the user's key, else by SQS's own."""
    return {
        "KmsMasterKeyId": when("HasKey", ref("KmsKeyArn")),
        "SqsManagedSseEnabled": when("HasKey", False, True),
    }


def _function(function: Function, statements: list[Json], environment: Json) -> Json:
    return {
        f"{function.key}Logs": {
            "Type": "AWS::Logs::LogGroup",
            "DeletionPolicy": "Delete",
            "UpdateReplacePolicy": "Delete",
            "Metadata": _skipped(
                {
                    "id": "CKV_AWS_158",
                    "comment": "KmsKeyArn encrypts the logs; without it CloudWatch Logs does by itself.",
                }
            ),
            "Properties": {
                "LogGroupName": function.log_group,
                "RetentionInDays": ref("LogRetentionDays"),
                "KmsKeyId": when("HasKey", ref("KmsKeyArn")),
            },
        },
        f"{function.key}Role": _role(function, statements),
        function.key: {
            "Type": "AWS::Lambda::Function",
            "DependsOn": f"{function.key}Logs",
            "Metadata": _skipped(_IN_NO_VPC, _UNSIGNED, _CHOSEN_KEY, *_of_watch(function)),
            "Properties": _properties(function, environment),
        },
    }


def _of_watch(function: Function) -> list[Json]:
    if function is RULE:
        return []
    said = "Its queue has a dead-letter queue: what SQS hands over is not invoked asynchronously."
    return [{"id": "CKV_AWS_116", "comment": said}]


def _skipped(*reasons: Json) -> Json:
    return {"checkov": {"skip": list(reasons)}}


def _properties(function: Function, environment: Json) -> Json:
    concurrency = "RuleConcurrency" if function is RULE else "WatchConcurrency"
    more: Json = {}
    if function is RULE:
        more["DeadLetterConfig"] = {"TargetArn": attribute(FAILED_EVALUATIONS)}
    return {
        "FunctionName": function.name,
        "Description": function.meaning,
        "Runtime": RUNTIME,
        "Architectures": [ref("Architecture")],
        "Handler": function.handler,
        "Code": {"S3Bucket": ref("CodeBucket"), "S3Key": ref("CodeKey")},
        "Role": attribute(f"{function.key}Role"),
        "MemorySize": ref("MemorySize"),
        "Timeout": TIMEOUT_SECONDS,
        "ReservedConcurrentExecutions": when(f"Has{concurrency}", ref(concurrency)),
        "Environment": {"Variables": environment},
        "KmsKeyArn": when("HasKey", ref("KmsKeyArn")),
        "LoggingConfig": {"LogGroup": function.log_group},
        **more,
    }


def _environment(*, central: bool) -> Json:
    variables: Json = {"EXECUTION_ROLE_NAME": READ_ROLE}
    if central:
        variables["ALLOWED_ACCOUNTS"] = join(",", ref("AllowedAccounts"))
        variables["ORGANIZATION_ID"] = ref("OrganizationId")
    return variables


def _with_owners(variables: Json) -> Json:
    return {**variables, "OWNER_TAG": ref("OwnerTag")}


def _role(function: Function, statements: list[Json]) -> Json:
    logs = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:" + function.log_group
    write = {
        "Sid": "Log",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": sub(f"{logs}:*"),
    }
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": sub(f"{function.role}-${{AWS::Region}}"),
            "Description": f"What the function {function.name} may do",
            "PermissionsBoundary": when("HasBoundary", ref("PermissionsBoundary")),
            "AssumeRolePolicyDocument": service_trust("lambda.amazonaws.com"),
            "Policies": [
                {
                    "PolicyName": "Function",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [write, *statements, _key(function)],
                    },
                }
            ],
        },
    }


def service_trust(service: str, *conditions: Json) -> Json:
    """Lets an AWS service take a role on.

    Lambda sets no source when it takes on an execution role, so that a condition would keep it out.
    lambda/latest/dg/lambda-intro-execution-role
    """
    statement: Json = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    for condition in conditions:
        statement["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": [statement]}


def _key(function: Function) -> Json:
    """What the user's key must allow: the environment, and the queues that the function uses."""
    actions = ["kms:Decrypt", "kms:GenerateDataKey"] if function is RULE else ["kms:Decrypt"]
    return when("HasKey", {"Sid": "Key", "Effect": "Allow", "Action": actions, "Resource": ref("KmsKeyArn")})


def _rule_statements(*, central: bool) -> list[Json]:
    lost = {
        "Sid": "KeepWhatFailed",
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Resource": attribute(FAILED_EVALUATIONS),
    }
    return [*_assuming(central=central), lost]


def _watch_statements(*, central: bool) -> list[Json]:
    queue = {
        "Sid": "TakeChanges",
        "Effect": "Allow",
        "Action": ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
        "Resource": attribute("ChangesQueue"),
    }
    return [*_assuming(central=central), queue]


def _assuming(*, central: bool) -> list[Json]:
    """Which accounts' read roles may be assumed: the own one, those allowed, those of the organization."""
    own = _assume("ReadThisAccount", "${AWS::AccountId}")
    if not central:
        return [own]
    everywhere = _assume("ReadOrganization", "*")
    of_organization = {"StringEquals": {"aws:ResourceOrgID": ref("OrganizationId")}}
    allowed = {"StringEquals": {"aws:ResourceAccount": ref("AllowedAccounts")}}
    asking = {
        "Sid": "AskOrganization",
        "Effect": "Allow",
        "Action": "organizations:DescribeAccount",
        "Resource": sub("arn:${AWS::Partition}:organizations::*:account/${OrganizationId}/*"),
    }
    return [
        own,
        when("HasOrganization", everywhere | {"Condition": of_organization}),
        when("HasOrganization", asking),
        when("HasAllowedAccounts", everywhere | {"Sid": "ReadAllowedAccounts", "Condition": allowed}),
    ]


def _assume(sid: str, account: str) -> Json:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Resource": sub(f"arn:${{AWS::Partition}}:iam::{account}:role/{READ_ROLE}"),
    }


def _permission(*, central: bool) -> Json:
    """AWS Config may invoke the rule function; config/latest/developerguide/evaluate-config_develop-rules.

    A permission can name one source account only. A central function is asked by all members' AWS Config;
    it refuses every other account itself, before it assumes any role.
    """
    permission: Json = {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "FunctionName": ref(RULE.key),
            "Action": "lambda:InvokeFunction",
            "Principal": "config.amazonaws.com",
        },
    }
    if central:
        said = (
            "Every member's AWS Config asks; the function refuses accounts that are not of the organization."
        )
        return {**permission, "Metadata": _skipped({"id": "CKV_AWS_364", "comment": said})}
    permission["Properties"]["SourceAccount"] = ref("AWS::AccountId")
    return permission


def conditions(*, central: bool) -> Json:
    """The conditions that the functions' resources use."""
    found: Json = {
        "HasKey": {"Fn::Not": [equals(ref("KmsKeyArn"), "")]},
        "HasRuleConcurrency": {"Fn::Not": [equals(ref("RuleConcurrency"), 0)]},
        "HasWatchConcurrency": {"Fn::Not": [equals(ref("WatchConcurrency"), 0)]},
    }
    if central:
        found["HasOrganization"] = {"Fn::Not": [equals(ref("OrganizationId"), "")]}
        found["HasAllowedAccounts"] = {"Fn::Not": [equals(join("", ref("AllowedAccounts")), "")]}
    return found
