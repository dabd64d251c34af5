"""Judges every Lambda event source mapping that reads from Kafka: reachable, private and cheap?"""

__version__ = "0.1.0"
