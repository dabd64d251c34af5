"""Specification of clients that outlive a collection."""

from collections import Counter
from typing import Any

from kafka_trigger_guard.aws.collect import collect
from tests.aws.accounts import full_account
from tests.aws.canned_aws import REGION


def test_clients_that_are_kept_are_used_again_and_announce_each_call_once() -> None:
    """A warm function makes its clients once, and each collection hears its own calls only."""
    session, clients = full_account().session(), dict[str, Any]()
    first, second = Counter[str](), Counter[str]()
    collect(session, REGION, progress=lambda operation: first.update([operation]), clients=clients)
    made = dict(clients)
    collect(session, REGION, progress=lambda operation: second.update([operation]), clients=clients)
    assert made
    assert clients == made
    assert first == second
