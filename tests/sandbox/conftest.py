"""A fresh sandbox for each test, whose every answer is checked against botocore's model."""

from collections.abc import Iterator

import pytest

from kafka_trigger_guard.sandbox import Aws, aws
from tests.sandbox.account import Account
from tests.sandbox.answers import check_answers
from tests.sandbox.automating import Automations


@pytest.fixture
def sandbox() -> Iterator[Aws]:
    """A sandbox in us-east-1."""
    with aws("us-east-1") as running:
        yield running


@pytest.fixture
def account(sandbox: Aws) -> Account:
    """The sandbox's own account in us-east-1."""
    return Account(check_answers(sandbox.session()))


@pytest.fixture
def automations(sandbox: Aws) -> Automations:
    """The sandbox's SSM Automation."""
    return Automations(check_answers(sandbox.session()))
