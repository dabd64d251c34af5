"""The sandbox's time, which is skipped instead of waited for."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Real time and whatever was skipped of it."""

    def __init__(self) -> None:
        self._skipped = timedelta()

    def now(self) -> datetime:
        """The present time, in UTC."""
        return datetime.now(UTC) + self._skipped

    def restart(self) -> None:
        """Show real time again."""
        self._skipped = timedelta()

    def skip(self, seconds: float) -> None:
        """Let time pass."""
        self._skipped += timedelta(seconds=seconds)


CLOCK = Clock()
"""The one clock of this process; a new sandbox starts in the present."""
