"""Pauses between attempts."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from alertrouter.runtime.retries import Pauses

case = pytest.param


@pytest.mark.parametrize(
    ("attempt", "chance", "seconds"),
    [
        case(1, 0.5, 0.5, id="the first"),
        case(2, 0.5, 0.75, id="half as long again"),
        case(3, 0.5, 1.125, id="and again"),
        case(100, 0.5, 60, id="never over a minute, but for the spread"),
        case(1, 0.0, 0.25, id="spread down"),
        case(10_000, 0.999, 89.94, id="spread up, no overflow"),
    ],
)
def test_pauses_grow(attempt: int, chance: float, seconds: float) -> None:
    """As Alertmanager's do."""
    pause = Pauses(chance=lambda: chance).after(attempt, None)
    assert pause.total_seconds() == pytest.approx(seconds)


@given(st.floats(min_value=0, max_value=0.999), st.floats(min_value=0, max_value=3600))
def test_what_the_receiver_asks_for_is_obeyed(chance: float, asked: float) -> None:
    """Never earlier, at most a second later."""
    pause = Pauses(chance=lambda: chance).after(1, timedelta(seconds=asked)).total_seconds()
    assert asked - 1e-6 <= pause <= asked + 1
