"""What is read of AWS: each a part of a snapshot."""
