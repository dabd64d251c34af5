"""The scripts of the Automation documents, as ordinary modules: standard library and boto3 only."""
