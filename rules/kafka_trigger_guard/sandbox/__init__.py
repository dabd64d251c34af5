"""An AWS in this process, for the demo and the tests; an optional extra that needs moto."""

from kafka_trigger_guard.sandbox.aws import Aws, aws
from kafka_trigger_guard.sandbox.server import server

__all__ = ["Aws", "aws", "server"]
