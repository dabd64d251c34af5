"""The CloudFormation templates, made from the registry of rules and from the SSM documents."""
