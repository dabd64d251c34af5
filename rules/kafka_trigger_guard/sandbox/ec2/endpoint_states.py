"""Endpoints that take a while: pending before they are available, deleting before they are gone.

    with lingering_endpoints(looks=2): ...

No clock drives them, so that a test takes no time: a state ends when it has been looked at often enough, by
DescribeVpcEndpoints or by a DeleteSecurityGroup that meets the endpoint's interfaces. Without it both states
pass at once. https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LOOKS: list[int] = []
_ATTRIBUTE = "looks_left"


@contextmanager
def lingering_endpoints(looks: int = 2) -> Iterator[None]:
    """Let endpoints that are created or deleted meanwhile stay as they are for so many looks."""
    _LOOKS.append(looks)
    try:
        yield
    finally:
        _LOOKS.pop()


def begin(endpoint: Any, state: str) -> bool:
    """Put an interface endpoint into a passing state; whether it stays in it for a while."""
    if not _LOOKS or endpoint.vpc_endpoint_type != "Interface":
        return False
    endpoint.state = state
    setattr(endpoint, _ATTRIBUTE, _LOOKS[-1])
    return True


def look(ec2: Any, *endpoint_ids: str) -> Iterator[Any]:
    """Somebody looks at the endpoints; gives those that are gone by now, to be removed."""
    for endpoint_id in endpoint_ids:
        endpoint = ec2.vpc_end_points.get(endpoint_id)
        if endpoint is None or endpoint.state not in ("pending", "deleting"):
            continue
        left = getattr(endpoint, _ATTRIBUTE, 0)
        setattr(endpoint, _ATTRIBUTE, left - 1)
        if left > 0:
            continue
        if endpoint.state == "deleting":
            yield endpoint
        else:
            endpoint.state = "available"
