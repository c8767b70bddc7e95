"""How patient to be with a receiver that fails: a value from a pure function.

The pauses are Alertmanager's: half a second, then half as long again each time, never over a
minute, each spread by half up and down so that many groups do not knock at the same moment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom
from typing import Final

FIRST_PAUSE: Final = timedelta(seconds=0.5)
LONGEST_PAUSE: Final = timedelta(minutes=1)
GROWTH: Final = 1.5
SPREAD: Final = 0.5


@dataclass(frozen=True, slots=True)
class Pauses:
    """The pauses between attempts. ``chance`` gives numbers from 0 up to 1."""

    first: timedelta = FIRST_PAUSE
    longest: timedelta = LONGEST_PAUSE
    chance: Callable[[], float] = SystemRandom().random

    def after(self, attempt: int, asked: timedelta | None) -> timedelta:
        """Return the pause after failed attempt number *attempt* (from 1).

        A receiver that *asked* for a pause gets it, with up to a second more.
        """
        if asked is not None:
            return asked + timedelta(seconds=self.chance())
        steps = min(attempt - 1, 64)  # far beyond the longest pause, and no overflow
        pause = min(self.first * GROWTH**steps, self.longest)
        return pause * (1 - SPREAD + 2 * SPREAD * self.chance())
