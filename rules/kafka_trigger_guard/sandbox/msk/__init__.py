"""Amazon MSK: clusters, their brokers' interfaces, and VPC connections."""
