"""How the laws run: the same networks in every run, and many others in each acceptance run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def networks_tried(count: int, *, always_others: bool = False) -> Decorator:
    """Settings for a law over `count` generated networks, the same in every run unless `always_others`."""
    return settings(
        max_examples=count,
        derandomize=not always_others,
        database=None,
        deadline=None,
        print_blob=always_others,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
    )
