"""SSM Automation, which moto keeps documents for and does not execute."""
