"""The parameters of the templates; what belongs to rules and documents is made from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from deploy.templates.documents import Document
from deploy.templates.intrinsics import Json
from kafka_trigger_guard.installing.names import REMEDIATION, own_name
from kafka_trigger_guard.rules.parameters import (
    COMMON,
    EVALUATED_RESOURCE_TYPE,
    EXEMPT,
    UNKNOWN_AS,
    Parameter,
)
from kafka_trigger_guard.rules.registry import RULES
from kafka_trigger_guard.rules.rule import Rule

BOOLEAN = ["true", "false"]
REMEDIATIONS = ["off", "manual", "auto"]
SCHEDULES = ["One_Hour", "Three_Hours", "Six_Hours", "Twelve_Hours", "TwentyFour_Hours"]
RETENTIONS = [7, 14, 30, 60, 90, 180, 365, 400, 731, 1096, 1827, 3653]
LONGEST_EXEMPT = 700
"""InputParameters have at most 1024 characters (config API, ConfigRule); the others need the rest."""
_ALLOWED = {
    EVALUATED_RESOURCE_TYPE.name: ["AWS::Lambda::EventSourceMapping", "AWS::Lambda::Function"],
    UNKNOWN_AS.name: ["NON_COMPLIANT", "NOT_APPLICABLE"],
}


def text(description: str, default: str | int | None = "", **more: object) -> Json:
    """A parameter of type String; without a default it must be given."""
    described: Json = {"Type": "String", "Description": description}
    return described | ({} if default is None else {"Default": default}) | more


def number(description: str, default: int, **more: object) -> Json:
    """A parameter of type Number."""
    return {**text(description, default, **more), "Type": "Number"}


def texts(description: str) -> Json:
    """A comma-separated list, empty by default."""
    return {**text(description), "Type": "CommaDelimitedList"}


def of_rules() -> Json:
    """What the rules judge by: the parameters that all share, then each rule's own."""
    shared = {parameter.name: _of_rule(parameter, "Every rule") for parameter in COMMON}
    own = {
        own_name(rule.name, parameter.name): _of_rule(parameter, rule.name, rule.nat_default)
        for rule in RULES
        for parameter in rule.own_parameters
    }
    return shared | own


def _of_rule(parameter: Parameter, whose: str, absent: str = "") -> Json:
    default = parameter.default
    meaning = f"{whose}: {parameter.meaning} ({parameter.accepts}"
    meaning += f"; empty: {absent})" if not default and absent else ")"
    if parameter is EXEMPT:
        return text(meaning, default, MaxLength=LONGEST_EXEMPT)
    if parameter.accepts.startswith("a whole number"):
        return text(meaning, default, AllowedPattern="[1-9][0-9]{0,4}")
    allowed = _ALLOWED.get(parameter.name, BOOLEAN if default else ["", *BOOLEAN])
    return text(meaning, default, AllowedValues=allowed)


def of_schedule() -> Json:
    """How often AWS Config asks. config API, SourceDetail.MaximumExecutionFrequency"""
    meaning = "How often AWS Config asks every rule; changes are followed at once in between"
    return {"Schedule": text(meaning, "TwentyFour_Hours", AllowedValues=SCHEDULES)}


def of_remediation(repaired: Iterable[Rule], documents: Iterable[Document]) -> Json:
    """Who may repair what: per rule, how repairs are started, who approves, and the documents' options."""
    found = {
        own_name(rule.name, REMEDIATION): text(
            f"{rule.name}: off, manual (a person starts {rule.document}) or auto (it starts by itself)",
            "manual",
            AllowedValues=REMEDIATIONS,
        )
        for rule in repaired
    }
    if not found:
        return {}
    found["RemediationTrigger"] = text(
        "What starts a repair that is auto: AWS Config itself, or EventBridge when a result turns red",
        "config",
        AllowedValues=["config", "eventbridge"],
    )
    found["Approvers"] = texts("ARNs of who must approve each repair (IAM users or roles); empty: nobody")
    for document in documents:
        for name, option in document.options.items():
            meaning = str(option.get("description", name)).split("\n")[0]
            found[name] = text(meaning, option.get("default", ""), **_accepted(option))
    return found


def _accepted(option: Mapping[str, Any]) -> Json:
    """What a document's parameter accepts, in the template's words."""
    words = {"allowedValues": "AllowedValues", "allowedPattern": "AllowedPattern"}
    return {ours: option[theirs] for theirs, ours in words.items() if theirs in option}


def of_place() -> Json:
    """Where this stack stands among the Regions of an account, and what its roles are held to."""
    return {
        "HomeRegion": text(
            "The one Region whose stack creates the roles that all Regions share; empty: this Region",
        ),
        "PermissionsBoundary": text("ARN of a managed policy that bounds every role; empty: none"),
    }


def of_functions() -> Json:
    """The Lambda package and how the functions run."""
    return {
        "CodeBucket": text("Bucket that holds the Lambda package, in this Region", None),
        "CodeKey": text("Key of the Lambda package", None),
        "Architecture": text(
            "Processor of the functions; the package runs on both", "arm64", AllowedValues=["arm64", "x86_64"]
        ),
        "MemorySize": number("Memory of each function, in MB", 512, MinValue=256, MaxValue=10240),
        "RuleConcurrency": number(
            "Executions that are reserved for the rule function; 0: none are", 10, MinValue=0, MaxValue=1000
        ),
        "WatchConcurrency": number(
            "Executions that are reserved for the watch function, from 2; 0: none are",
            2,
            MinValue=0,
            MaxValue=1000,
        ),
        "LogRetentionDays": number("Days for which logs are kept", 365, AllowedValues=RETENTIONS),
        "OwnerTag": text(
            "Tag of the judged functions that names their owner, for the rows in the log; empty: none",
            "Owner",
        ),
        "KmsKeyArn": text(
            "ARN of the customer managed key that encrypts queues, topics, logs and environment; "
            "empty: AWS's own keys, and topics are not encrypted"
        ),
        "Email": text(
            "Address that findings and alarms are sent to; empty: subscribe to the topics yourself"
        ),
    }
