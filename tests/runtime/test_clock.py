"""The clock follows small corrections silently and reports jumps once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from alertrouter.runtime.clock import SystemClock


@dataclass
class Machine:
    """A machine whose clocks the test moves."""

    wall: float = 1_700_000_000.0
    steady: float = 50.0

    def clock(self) -> SystemClock:
        return SystemClock(lambda: self.wall, lambda: self.steady)

    def pass_time(self, seconds: float, *, wall: float | None = None) -> None:
        self.steady += seconds
        self.wall += seconds if wall is None else wall


def test_time_passes() -> None:
    """Without trouble it is the wall clock's time."""
    machine = Machine()
    clock = machine.clock()
    machine.pass_time(90)
    assert clock.now() == datetime.fromtimestamp(1_700_000_090, UTC)
    assert clock.jumped() == timedelta()


@pytest.mark.parametrize("jump", [3600.0, -3600.0, 1.5, -1.5])
def test_a_jump_is_reported_once(jump: float) -> None:
    """Until it is reported, time goes on as if nothing had happened."""
    machine = Machine()
    clock = machine.clock()
    machine.pass_time(10, wall=10 + jump)
    assert clock.now() == datetime.fromtimestamp(1_700_000_010, UTC)
    assert clock.jumped() == timedelta(seconds=jump)
    assert clock.now() == datetime.fromtimestamp(1_700_000_010 + jump, UTC)
    assert clock.jumped() == timedelta()


def test_a_correction_is_followed_and_time_does_not_go_back() -> None:
    """NTP slewing moves the clock by milliseconds; deadlines must not be reached twice."""
    machine = Machine()
    clock = machine.clock()
    before = clock.now()
    machine.pass_time(0, wall=-0.2)
    assert clock.jumped() == timedelta()
    assert clock.now() == before
    machine.pass_time(1)
    assert clock.now() == datetime.fromtimestamp(1_700_000_000.8, UTC)
