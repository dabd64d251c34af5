"""Kinds of resources that moto's CloudFormation lacks; each is made by the API call that AWS would make.

Resources that moto has and does not delete or update as AWS does are corrected here too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.config.models import config_backends
from moto.core.common_models import CloudFormationModel
from moto.events.models import EventBusPolicyStatement, events_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from kafka_trigger_guard.sandbox.config.operations import delete_config_rule, put_config_rule
from kafka_trigger_guard.sandbox.config.remediation import (
    delete_remediation_configuration,
    put_remediation_configurations,
)
from kafka_trigger_guard.sandbox.operations import Call

Properties = Mapping[str, Any]


class StackResource(CloudFormationModel):
    """A resource of a stack: its physical id and where it is; kinds say how it is put and deleted."""

    kind = ""

    def __init__(self, name: str, properties: Properties, account: str, region: str) -> None:
        self.name = name
        self.properties = properties
        self.account, self.region = account, region

    @property
    def physical_resource_id(self) -> str:
        """What Ref gives."""
        return self.name

    def put(self) -> None:
        """Make it, or change it to what its properties say."""
        raise NotImplementedError

    def delete(self, account: str, region: str) -> None:
        """Delete it."""
        raise NotImplementedError

    def called(self, **parameters: Any) -> Call:
        """A call by the account that the stack is in."""
        return Call(self.account, self.region, parameters)

    @classmethod
    def cloudformation_type(cls) -> str:
        """Its type in templates."""
        return cls.kind

    @staticmethod
    def cloudformation_name_type() -> str:
        """No property of it is its name unless a kind says so."""
        return ""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> StackResource:
        """Make it from its part of a template."""
        made = cls(resource_name, cloudformation_json["Properties"], account_id, region_name)
        made.put()
        return made

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,  # noqa: ARG003
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> StackResource:
        """Change it in place, as AWS does for every property of these kinds that may change."""
        changed = cls(original_resource.name, cloudformation_json["Properties"], account_id, region_name)
        changed.put()
        return changed

    @classmethod
    def delete_from_cloudformation_json(cls, *_: Any) -> None:
        """Resources are deleted as objects."""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:  # noqa: ARG003
        """None has an attribute that templates could ask for."""
        return False


class QueuePolicy(StackResource, CloudFormationModel):
    """Who may use queues."""

    kind = "AWS::SQS::QueuePolicy"

    def put(self) -> None:
        """Set the queues' policy."""
        self._set(json.dumps(self.properties["PolicyDocument"]))

    def delete(self, account: str, region: str) -> None:  # noqa: ARG002
        """Take the policy off the queues that are still there."""
        self._set("")

    def _set(self, policy: str) -> None:
        backend: Any = sqs_backends[self.account][self.region]
        for url in self.properties["Queues"]:
            name = str(url).rsplit("/", 1)[-1]
            if name in backend.queues:
                backend.set_queue_attributes(name, {"Policy": policy})


class TopicPolicy(StackResource, CloudFormationModel):
    """Who may publish to topics."""

    kind = "AWS::SNS::TopicPolicy"

    def put(self) -> None:
        """Set the topics' policy."""
        backend: Any = sns_backends[self.account][self.region]
        for topic in self.properties["Topics"]:
            backend.set_topic_attribute(topic, "policy", json.dumps(self.properties["PolicyDocument"]))

    def delete(self, account: str, region: str) -> None:
        """It ends with its topic."""


class Subscription(StackResource, CloudFormationModel):
    """Who is told what is published to a topic."""

    kind = "AWS::SNS::Subscription"

    def put(self) -> None:
        """Subscribe."""
        backend: Any = sns_backends[self.account][self.region]
        given = self.properties
        self.name = backend.subscribe(given["TopicArn"], given["Endpoint"], given["Protocol"]).arn

    def delete(self, account: str, region: str) -> None:
        """End the subscription."""
        backend: Any = sns_backends[account][region]
        backend.unsubscribe(self.name)


class Alarm(StackResource, CloudFormationModel):
    """A metric that is watched."""

    kind = "AWS::CloudWatch::Alarm"

    def put(self) -> None:
        """Set the alarm."""
        given = self.properties
        backend: Any = cloudwatch_backends[self.account][self.region]
        backend.put_metric_alarm(
            name=self.name,
            namespace=given["Namespace"],
            metric_name=given["MetricName"],
            comparison_operator=given["ComparisonOperator"],
            evaluation_periods=given["EvaluationPeriods"],
            period=given["Period"],
            threshold=given["Threshold"],
            statistic=given["Statistic"],
            description=given.get("AlarmDescription"),
            dimensions=[dict(each) for each in given["Dimensions"]],
            alarm_actions=given.get("AlarmActions"),
            treat_missing_data=given.get("TreatMissingData"),
            actions_enabled=True,
        )

    def delete(self, account: str, region: str) -> None:
        """Delete the alarm."""
        backend: Any = cloudwatch_backends[account][region]
        backend.delete_alarms([self.name])


class EventBusPolicy(StackResource, CloudFormationModel):
    """Who may put events on a bus."""

    kind = "AWS::Events::EventBusPolicy"

    def put(self) -> None:
        """Put the statement into the bus's policy."""
        sid = self.properties["StatementId"]
        statement = {**self.properties["Statement"], "Sid": sid}
        self._bus()._statements[sid] = EventBusPolicyStatement.from_dict(statement)

    def delete(self, account: str, region: str) -> None:  # noqa: ARG002
        """Take the statement out again."""
        self._bus().remove_statement(self.properties["StatementId"])

    def _bus(self) -> Any:
        backend: Any = events_backends[self.account][self.region]
        return backend.describe_event_bus(self.properties["EventBusName"])


class ConfigRule(StackResource, CloudFormationModel):
    """A rule of AWS Config."""

    kind = "AWS::Config::ConfigRule"

    @staticmethod
    def cloudformation_name_type() -> str:
        """The property that is its name."""
        return "ConfigRuleName"

    def put(self) -> None:
        """Put the rule; CloudFormation hands InputParameters over as JSON text."""
        given = {**self.properties, "ConfigRuleName": self.name}
        if "InputParameters" in given:
            given["InputParameters"] = json.dumps(given["InputParameters"])
        put_config_rule(self.called(ConfigRule=given))

    def delete(self, account: str, region: str) -> None:  # noqa: ARG002
        """Delete the rule."""
        delete_config_rule(self.called(ConfigRuleName=self.name))


class RemediationConfiguration(StackResource, CloudFormationModel):
    """What repairs what a rule finds."""

    kind = "AWS::Config::RemediationConfiguration"

    def put(self) -> None:
        """Put the configuration; its id is that of its rule."""
        self.name = str(self.properties["ConfigRuleName"])
        put_remediation_configurations(self.called(RemediationConfigurations=[dict(self.properties)]))

    def delete(self, account: str, region: str) -> None:  # noqa: ARG002
        """Delete the configuration."""
        delete_remediation_configuration(self.called(ConfigRuleName=self.name))


class Aggregator(StackResource, CloudFormationModel):
    """A view of the rules of several accounts or Regions."""

    kind = "AWS::Config::ConfigurationAggregator"

    @staticmethod
    def cloudformation_name_type() -> str:
        """The property that is its name."""
        return "ConfigurationAggregatorName"

    def put(self) -> None:
        """Put the aggregator."""
        backend: Any = config_backends[self.account][self.region]
        given = self.properties
        backend.put_configuration_aggregator(
            {
                "ConfigurationAggregatorName": self.name,
                "AccountAggregationSources": given.get("AccountAggregationSources"),
                "OrganizationAggregationSource": given.get("OrganizationAggregationSource"),
                "Tags": [],
            }
        )

    def delete(self, account: str, region: str) -> None:
        """Delete the aggregator."""
        backend: Any = config_backends[account][region]
        backend.delete_configuration_aggregator(self.name)
