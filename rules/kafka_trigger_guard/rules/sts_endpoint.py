"""kafka-trigger-sts-endpoint: pollers assume the execution role, so STS must be reached."""

from kafka_trigger_guard.rules.endpoint_rule import endpoint_rule
from kafka_trigger_guard.triggers.trigger import Service

RULE = endpoint_rule(
    "kafka-trigger-sts-endpoint",
    "Is the STS API reachable?",
    Service.STS,
)
