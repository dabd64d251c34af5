"""How the laws run: always the same networks in every run, more of them in the acceptance run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def networks_tried(count: int) -> Decorator:
    """Settings for a law over `count` generated networks."""
    return settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
    )
