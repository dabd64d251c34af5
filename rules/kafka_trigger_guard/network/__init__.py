"""The VPC model and the paths through it. Pure; knows nothing of Lambda, Kafka or AWS Config."""
