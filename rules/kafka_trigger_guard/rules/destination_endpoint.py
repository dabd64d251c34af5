"""kafka-trigger-destination-endpoint: failed batches are lost if their destination is not reached."""

from kafka_trigger_guard.rules.endpoint_rule import endpoint_rule
from kafka_trigger_guard.rules.findings import Reason
from kafka_trigger_guard.triggers.trigger import Service

RULE = endpoint_rule(
    "kafka-trigger-destination-endpoint",
    "Is the on-failure destination's service reachable, if there is one?",
    Service.SQS,
    Service.SNS,
    Service.S3,
    unless=(Reason.NO_DESTINATION, "the trigger has no on-failure destination in SQS, SNS or S3"),
)
