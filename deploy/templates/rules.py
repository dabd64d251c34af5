"""The Config rules, and what starts the documents that repair what they find."""

from __future__ import annotations

from collections.abc import Iterable

from deploy.templates.documents import Document, role_arn
from deploy.templates.following import event_role, turned_red
from deploy.templates.intrinsics import Json, equals, given, join, ref, sub, when
from kafka_trigger_guard.installing.names import READ_ROLE, REMEDIATION, key_of, own_name
from kafka_trigger_guard.rules.parameters import COMMON, EVALUATED_RESOURCE_TYPE, Parameter
from kafka_trigger_guard.rules.registry import RULES
from kafka_trigger_guard.rules.rule import Rule

START_ROLE = "KafkaTriggerGuard-StartRepair"
_SSM = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}"
ATTEMPTS, RETRY_SECONDS = 3, 3600
"""config/latest/developerguide/setup-autoremediation: after these attempts within this time, AWS Config
stops repairing the resource until someone removes the remediation exception."""


_LISTS = ("Approvers", "Exempt")
"""The parameters of documents that are lists: AWS Config takes 25 values of 256 characters each for one.
config API, StaticValue"""


def config_rules(function: Json, depends_on: str = "") -> Json:
    """All rules; periodic, so that none has a Scope and none needs recorded resources.

    config/latest/developerguide/evaluate-config_components (trigger types)
    """
    return {f"{key_of(rule.name)}Rule": _config_rule(rule, function, depends_on) for rule in RULES}


def _config_rule(rule: Rule, function: Json, depends_on: str) -> Json:
    detail = {
        "EventSource": "aws.config",
        "MessageType": "ScheduledNotification",
        "MaximumExecutionFrequency": ref("Schedule"),
    }
    dependency = {"DependsOn": depends_on} if depends_on else {}
    return {
        "Type": "AWS::Config::ConfigRule",
        **dependency,
        "Properties": {
            "ConfigRuleName": rule.name,
            "Description": rule.asks,
            "InputParameters": {
                "Rule": rule.name,
                "ExecutionRoleName": READ_ROLE,
                **{parameter.name: _value(rule, parameter) for parameter in rule.parameters},
            },
            "Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": function, "SourceDetails": [detail]},
        },
    }


def _value(rule: Rule, parameter: Parameter) -> Json:
    """A parameter as the template's user gives it; AWS Config refuses empty ones, so those are left out."""
    name = parameter.name if parameter in COMMON else own_name(rule.name, parameter.name)
    return ref(name) if parameter.default else when(f"Has{name}", ref(name))


def rule_conditions() -> Json:
    """Whether the parameters that are empty by default were given."""
    names = [parameter.name for parameter in COMMON if not parameter.default]
    names += [
        own_name(rule.name, each.name) for rule in RULES for each in rule.own_parameters if not each.default
    ]
    return {f"Has{name}": given(name) for name in names}


def repaired(documents: Iterable[Document]) -> tuple[Rule, ...]:
    """The rules whose documents are there."""
    names = {document.name for document in documents}
    return tuple(rule for rule in RULES if rule.document in names)


def repairs(documents: tuple[Document, ...]) -> Json:
    """What starts the documents: AWS Config's remediation, or EventBridge when a result turns red."""
    by_name = {document.name: document for document in documents}
    rules = repaired(documents)
    if not rules:
        return {}
    found: Json = {}
    for rule in rules:
        document = by_name[str(rule.document)]
        found[f"{key_of(rule.name)}Repair"] = _by_config(rule, document)
        found[f"{key_of(rule.name)}RepairEvents"] = _by_event(rule, document)
    started = [by_name[name] for name in dict.fromkeys(str(rule.document) for rule in rules)]
    return {"StartRole": _start_role(started), **found}


def repair_conditions(documents: tuple[Document, ...]) -> Json:
    """Per rule: whether it repairs, and whether AWS Config or EventBridge starts that by itself."""
    rules = repaired(documents)
    if not rules:
        return {}
    found: Json = {
        "HasApprovers": {"Fn::Not": [equals(join("", ref("Approvers")), "")]},
        "StartedByEvents": equals(ref("RemediationTrigger"), "eventbridge"),
    }
    options = {name: told for document in documents for name, told in document.options.items()}
    found |= {f"Has{name}": given(name) for name, told in options.items() if told.get("default") == ""}
    for rule in rules:
        key, chosen = key_of(rule.name), ref(own_name(rule.name, REMEDIATION))
        automatic, events = equals(chosen, "auto"), {"Condition": "StartedByEvents"}
        found[f"{key}Repairs"] = {"Fn::Not": [equals(chosen, "off")]}
        found[f"{key}ByConfig"] = {"Fn::And": [automatic, {"Fn::Not": [events]}]}
        found[f"{key}ByEvents"] = {"Fn::And": [automatic, events]}
    return found


def _by_config(rule: Rule, document: Document) -> Json:
    """AWS Config's remediation: a button for a person, or by itself.

    config API, RemediationConfiguration: RESOURCE_ID is the only value that is not fixed, and an automatic
    one must say AutomationAssumeRole.
    """
    key = key_of(rule.name)
    parameters: Json = {"EventSourceMappingId": {"ResourceValue": {"Value": "RESOURCE_ID"}}}
    for name, value in _given(rule, document).items():
        fixed = {"StaticValue": {"Values": value if name in _LISTS else [value]}}
        condition = _condition_of(name, rule, document)
        parameters[name] = when(condition, fixed) if condition else fixed
    return {
        "Type": "AWS::Config::RemediationConfiguration",
        "Condition": f"{key}Repairs",
        "Properties": {
            "ConfigRuleName": ref(f"{key}Rule"),
            "ResourceType": ref(EVALUATED_RESOURCE_TYPE.name),
            "TargetType": "SSM_DOCUMENT",
            "TargetId": ref(f"{document.key}Document"),
            "Automatic": when(f"{key}ByConfig", True, False),
            "MaximumAutomaticAttempts": when(f"{key}ByConfig", ATTEMPTS),
            "RetryAttemptSeconds": when(f"{key}ByConfig", RETRY_SECONDS),
            "Parameters": parameters,
        },
    }


def _given(rule: Rule, document: Document) -> Json:
    """What every repair of a rule is told, whoever starts it; only what the document asks for."""
    offered = {
        "Rule": rule.name,
        "AutomationAssumeRole": role_arn(document.name),
        "AllowNat": ref(f"{key_of(rule.name)}AllowNat"),
        "Approvers": ref("Approvers"),
        "Exempt": {"Fn::Split": [",", ref("Exempt")]},
        **{name: ref(name) for name in document.options},
    }
    if "AllowNat" not in [parameter.name for parameter in rule.own_parameters]:
        del offered["AllowNat"]
    return {name: value for name, value in offered.items() if name in document.parameters}


def _condition_of(name: str, rule: Rule, document: Document) -> str:
    """The condition under which there is a value: AWS Config refuses empty ones. config API, StaticValue"""
    if name == "AllowNat":
        return f"Has{own_name(rule.name, name)}"
    optional = name in _LISTS or document.options.get(name, {}).get("default") == ""
    return f"Has{name}" if optional else ""


def _by_event(rule: Rule, document: Document) -> Json:
    """EventBridge starts the document when the rule's result turns red.

    eventbridge/latest/userguide/eb-targets (Systems Manager Automation). AWS Config's own remediation is not
    documented for resource types that AWS Config does not record, such as event source mappings. A value
    that is empty is left out: none may be. ssm API, AutomationParameterMap
    """
    values: Json = {}
    members = '"EventSourceMappingId":[<resource>]'
    for name, value in _given(rule, document).items():
        condition = _condition_of(name, rule, document)
        told = join('","', value) if name in _LISTS else value
        member = join("", [f',"{name}":["', told, '"]'])
        values[name] = when(condition, member, "") if condition else member
        members += f"${{{name}}}"
    definition = f"{_SSM}:automation-definition/{document.name}:$DEFAULT"
    return {
        "Type": "AWS::Events::Rule",
        "Condition": f"{key_of(rule.name)}ByEvents",
        "Properties": {
            "Description": f"Repairs what {rule.name} finds",
            "EventPattern": turned_red(rule.name),
            "Targets": [
                {
                    "Id": "Document",
                    "Arn": sub(definition),
                    "RoleArn": {"Fn::GetAtt": ["StartRole", "Arn"]},
                    "InputTransformer": {
                        "InputPathsMap": {"resource": "$.detail.resourceId"},
                        "InputTemplate": sub("{" + members + "}", **values),
                    },
                }
            ],
        },
    }


def _start_role(documents: list[Document]) -> Json:
    """What EventBridge may start, and the roles that it may hand to it."""
    start = {
        "Effect": "Allow",
        "Action": "ssm:StartAutomationExecution",
        "Resource": [
            each
            for document in documents
            for each in (
                sub(f"{_SSM}:automation-definition/{document.name}:*"),
                sub(f"{_SSM}:document/{document.name}"),
            )
        ]
        + [sub(f"{_SSM}:automation-execution/*")],
    }
    passed = {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": [role_arn(document.name) for document in documents],
        "Condition": {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
    }
    return {"Condition": "StartedByEvents", **event_role(START_ROLE, [start, passed])}
