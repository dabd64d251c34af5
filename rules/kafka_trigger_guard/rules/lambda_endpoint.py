"""kafka-trigger-lambda-endpoint: every payload goes through the Lambda API, so it must be private."""

from kafka_trigger_guard.rules.endpoint_rule import endpoint_rule
from kafka_trigger_guard.triggers.trigger import Service

RULE = endpoint_rule(
    "kafka-trigger-lambda-endpoint",
    "Is the Lambda API reached privately?",
    Service.LAMBDA,
)
