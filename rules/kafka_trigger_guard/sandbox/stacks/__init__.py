"""CloudFormation: stacks and StackSets, where moto is unlike AWS."""
