"""Step TellNotApproved: nobody approved in time, or somebody refused."""

from __future__ import annotations

from collections.abc import Mapping

from remediation.scripts.own_steps import Failed


def handler(events: Mapping[str, str], _context: object) -> None:
    """Raises Failed with the sentence."""
    raise Failed(
        "No approver approved this, so nothing was changed: an approver must allow it when the document is "
        f"started again, or somebody must do it by hand. {events['Sentence']}"
    )
