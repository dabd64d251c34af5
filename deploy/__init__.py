"""Everything that installs: the CloudFormation templates with their generator, and the Lambda package."""
