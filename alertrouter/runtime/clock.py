"""The only file that asks what time it is.

Timers must not care whether somebody sets the wall clock, alert times must. Both live on one axis
here: wall time as it was at the start, carried on by the monotonic clock. Small corrections (NTP
slewing) are followed silently; a jump is reported once, so that the engine can move its timers.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

# A difference of more than this between wall and monotonic time is a jump, not a correction.
JUMP: Final = timedelta(seconds=1)


class Clock(Protocol):
    """Tells the time to everything in ``runtime``."""

    def now(self) -> datetime:
        """Return the present moment in UTC; never goes back except by a reported jump."""
        ...

    def jumped(self) -> timedelta:
        """Return by how much the wall clock has jumped since this was last asked."""
        ...


class Seconds(Protocol):
    """A function that counts seconds."""

    def __call__(self) -> float:
        """Return the count."""
        ...


class SystemClock:
    """The machine's clocks. ``wall`` and ``steady`` count seconds and can be given for tests."""

    def __init__(self, wall: Seconds = time.time, steady: Seconds = time.monotonic) -> None:
        self._wall = wall
        self._steady = steady
        self._offset = wall() - steady()
        self._latest = datetime.fromtimestamp(0, UTC)

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        moment = datetime.fromtimestamp(self._steady() + self._offset, UTC)
        self._latest = max(self._latest, moment)
        return self._latest

    def jumped(self) -> timedelta:
        """Follow the wall clock; return the size of a jump, zero for a mere correction."""
        difference = timedelta(seconds=self._wall() - self._steady() - self._offset)
        self._offset += difference.total_seconds()
        if abs(difference) <= JUMP:
            return timedelta()
        self._latest += difference
        return difference
