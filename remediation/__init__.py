"""What changes an account: Automation documents, and the scripts that they carry."""
