"""What the scenario tests of the documents use."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest

from kafka_trigger_guard.sandbox import aws
from tests.remediation.running import deploy


@pytest.fixture
def account() -> Iterator[boto3.Session]:
    """A fresh account with every document and its role."""
    with aws() as sandbox:
        session = sandbox.session()
        deploy(session)
        yield session
