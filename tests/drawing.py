"""How Hypothesis draws: the same examples in every CI run of the same test, others in every local run."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

SAME, HUNTING = "same", "hunting"


def set_up_drawing() -> None:
    """Choose the profile, and draw no numbers from the sources of whatever modules are loaded by then.

    Hypothesis does that even when it is derandomized: what a test tries would depend on the tests before it
    in the same process, and on every number in the product.
    """
    settings.register_profile(
        SAME, derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.register_profile(HUNTING, deadline=None, print_blob=True)
    settings.load_profile(SAME if os.environ.get("KAFKA_TRIGGER_GUARD_CI") else HUNTING)
    providers._get_local_constants = Constants
