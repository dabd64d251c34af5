"""Where something is installed: an account and Region, with clients that say which calls they make."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3

from kafka_trigger_guard.aws.calls import client_of

Announce = Callable[[str, str], None]
"""Told the Region and what is going on."""
_PAUSE_SECONDS = 3.0


@dataclass(slots=True)
class Place:
    """An account and Region."""

    session: boto3.Session
    account: str
    region: str
    announce: Announce = lambda _region, _what: None
    _clients: dict[str, Any] = field(default_factory=dict)

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn` or another."""
        return str(self.session.get_partition_for_region(self.region))

    @property
    def domain(self) -> str:
        """The domain of AWS's addresses here."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    def client(self, service: str) -> Any:
        """A client with retries, made once."""
        if service not in self._clients:
            self._clients[service] = client_of(self.session, service, self.region, self.tell)
        return self._clients[service]

    def tell(self, what: str) -> None:
        """Say what is going on here."""
        self.announce(self.region, what)

    def pause(self) -> None:
        """Wait until it is worth asking again."""
        time.sleep(_PAUSE_SECONDS)
