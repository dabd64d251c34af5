"""EC2's networks, where moto leaves them out or is unlike AWS."""
