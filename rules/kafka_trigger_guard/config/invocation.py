"""What AWS Config asks: its event, checked before anything is read and any role is assumed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from rdklib import InvalidParametersError

from kafka_trigger_guard.config.function import ACCOUNT_ID, Function
from kafka_trigger_guard.config.refusals import InvocationError

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes import AWSConfigRuleEvent

    from kafka_trigger_guard.rules.parameters import Parameters

RULE = "Rule"
EXECUTION_ROLE_NAME = "ExecutionRoleName"
OWN_PARAMETERS = (RULE, EXECUTION_ROLE_NAME)
"""The InputParameters that are meant for the function and not for the rule it runs."""
_ROLE_NAME = re.compile(r"[\w+=,.@/-]{1,512}", re.ASCII)
_SERVICE_LINKED = "aws-service-role/"


class MessageType(Enum):
    """The messages that are answered. config API, SourceDetail.MessageType"""

    SCHEDULED = "ScheduledNotification"
    CHANGE = "ConfigurationItemChangeNotification"
    OVERSIZED_CHANGE = "OversizedConfigurationItemChangeNotification"


@dataclass(frozen=True, slots=True)
class Invocation:
    """One question of AWS Config: which rule, with which parameters, of whom, by which role, and when."""

    event: Mapping[str, Any]
    message: Mapping[str, Any]
    message_type: MessageType
    config_rule_name: str
    rule: str
    parameters: Parameters
    account: str
    region: str
    role_arn: str
    asked_at: datetime
    asked_at_text: str

    @property
    def correlation_id(self) -> str:
        """The same for every retry of this question."""
        return f"{self.account}/{self.region}/{self.config_rule_name}/{self.asked_at_text}"


def invocation_of(event: Mapping[str, Any], function: Function) -> Invocation:
    """The checked event. Raises InvalidParametersError for parameters, else InvocationError."""
    from aws_lambda_powertools.utilities.data_classes.aws_config_rule_event import AWSConfigRuleEvent

    asked = AWSConfigRuleEvent(dict(event))
    message = _message(asked)
    message_type = _message_type(message)
    given = _given_parameters(asked)
    rule, parameters = rule_of(given)
    account = _account(asked, message)
    asked_at_text = str(message.get("notificationCreationTime", ""))
    return Invocation(
        event=event,
        message=message,
        message_type=message_type,
        config_rule_name=str(asked.get("configRuleName") or ""),
        rule=rule,
        parameters=parameters,
        account=account,
        region=_region(asked, function),
        role_arn=_role_arn(asked, given, account, function),
        asked_at=_time(asked_at_text),
        asked_at_text=asked_at_text,
    )


def rule_of(given: Mapping[str, str]) -> tuple[str, Parameters]:
    """The rule that InputParameters name, and its own parameters. Raises InvalidParametersError."""
    from kafka_trigger_guard.rules.parameters import ParameterError, parse
    from kafka_trigger_guard.rules.registry import BY_NAME

    name = str(given.get(RULE, ""))
    if name not in BY_NAME:
        said = f"unknown rule {name}" if name else f"the parameter {RULE} is missing"
        raise InvalidParametersError(f"{said}: set {RULE} to one of {', '.join(BY_NAME)}")
    accepted = BY_NAME[name].parameters
    empty_by_default = {parameter.name for parameter in accepted if not parameter.default}
    own = {
        key: value
        for key, value in given.items()
        if key not in OWN_PARAMETERS and (value or key not in empty_by_default)
    }
    try:
        return name, parse(accepted, own)
    except ParameterError as error:
        raise InvalidParametersError(f"{name}: {error}") from None


def _message(asked: AWSConfigRuleEvent) -> Mapping[str, Any]:
    try:
        message = json.loads(asked["invokingEvent"])
    except (KeyError, TypeError, ValueError):
        message = None
    if not isinstance(message, dict):
        raise InvocationError("not an event of AWS Config: invokingEvent is missing or no JSON object")
    return message


def _message_type(message: Mapping[str, Any]) -> MessageType:
    try:
        return MessageType(message.get("messageType"))
    except ValueError:
        answered = ", ".join(kind.value for kind in MessageType)
        raise InvocationError(
            f"unknown message type {message.get('messageType')}; answered are {answered}"
        ) from None


def _given_parameters(asked: AWSConfigRuleEvent) -> dict[str, str]:
    text = asked.get("ruleParameters") or "{}"
    try:
        given = json.loads(text)
    except (TypeError, ValueError):
        given = None
    if not isinstance(given, dict):
        raise InvalidParametersError("the rule's InputParameters are no JSON object")
    return {str(name): str(value) for name, value in given.items() if value is not None}


def _account(asked: AWSConfigRuleEvent, message: Mapping[str, Any]) -> str:
    account = str(asked.get("accountId") or "")
    if not ACCOUNT_ID.fullmatch(account):
        raise InvocationError("not an event of AWS Config: accountId is missing")
    item = message.get("configurationItem") or message.get("configurationItemSummary") or {}
    told = {str(found) for found in (message.get("awsAccountId"), item.get("awsAccountId")) if found}
    if told - {account}:
        raise InvocationError(f"the event speaks of account {', '.join(sorted(told))} and is from {account}")
    return account


def _region(asked: AWSConfigRuleEvent, function: Function) -> str:
    """A rule and its function are in the same Region. config API, Source.SourceIdentifier"""
    parts = str(asked.get("configRuleArn") or "").split(":")
    return parts[3] if len(parts) > 5 and parts[3] else function.region


def _role_arn(asked: AWSConfigRuleEvent, given: Mapping[str, str], account: str, function: Function) -> str:
    name = given.get(EXECUTION_ROLE_NAME, "").strip("/")
    if name:
        if not _ROLE_NAME.fullmatch(name):
            raise InvalidParametersError(f"{EXECUTION_ROLE_NAME}={name}: expected the name of an IAM role")
        role_arn = f"arn:{function.partition}:iam::{account}:role/{name}"
    else:
        role_arn = str(asked.get("executionRoleArn") or "")
    if f":role/{_SERVICE_LINKED}" in role_arn or role_arn.endswith("/AWSServiceRoleForConfig"):
        raise InvocationError(
            f"{role_arn} is a service-linked role, which no function can assume: "
            f"set the rule's InputParameter {EXECUTION_ROLE_NAME} to a role of account {account}"
        )
    parts = role_arn.split(":")
    if len(parts) != 6 or parts[4] != account:
        raise InvocationError(
            f"no role of account {account} to assume ({role_arn or 'none given'}): "
            f"set the rule's InputParameter {EXECUTION_ROLE_NAME}"
        )
    return role_arn


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise InvocationError(f"not an event of AWS Config: notificationCreationTime is {text or 'missing'}")
    return found
