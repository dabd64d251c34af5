"""The story of the demo: an account with six Kafka triggers, and how AWS Config repairs them."""
