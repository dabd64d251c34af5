"""`python -m kafka_trigger_guard` is the program `kafka-trigger-guard`."""

from kafka_trigger_guard.cli import main

main()
