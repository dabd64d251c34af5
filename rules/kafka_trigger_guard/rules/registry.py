"""Every rule, in the order in which people read them. A new rule is a file, a test file, a line here."""

from kafka_trigger_guard.rules import (
    broker_access,
    broker_redundancy,
    destination_endpoint,
    egress,
    endpoint_ingress,
    lambda_endpoint,
    secretsmanager_endpoint,
    sts_endpoint,
)
from kafka_trigger_guard.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    lambda_endpoint.RULE,
    sts_endpoint.RULE,
    secretsmanager_endpoint.RULE,
    destination_endpoint.RULE,
    egress.RULE,
    endpoint_ingress.RULE,
    broker_access.RULE,
    broker_redundancy.RULE,
)
BY_NAME = {rule.name: rule for rule in RULES}
