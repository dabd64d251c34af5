"""AWS Config: rules that invoke functions, their results, remediation, aggregators."""
