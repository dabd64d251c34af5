"""Lambda: functions that run with the code that was uploaded, and mappings that read from Kafka."""
