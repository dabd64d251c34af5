"""Installs the pack: package, bucket, CloudFormation stacks and StackSets, and their removal."""
