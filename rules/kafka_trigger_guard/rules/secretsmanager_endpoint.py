"""kafka-trigger-secretsmanager-endpoint: pollers read the secret that authenticates them to the brokers."""

from kafka_trigger_guard.rules.endpoint_rule import endpoint_rule
from kafka_trigger_guard.rules.findings import Reason
from kafka_trigger_guard.triggers.trigger import Service

RULE = endpoint_rule(
    "kafka-trigger-secretsmanager-endpoint",
    "Is Secrets Manager reachable, if a secret is used?",
    Service.SECRETS_MANAGER,
    unless=(Reason.NO_SECRET, "the trigger uses no secret"),
)
