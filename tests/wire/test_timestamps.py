"""Times in the forms that Alertmanager's API accepts."""

from datetime import UTC, datetime

import pytest

from alertrouter.wire.timestamps import parse_time

case = pytest.param


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+08:00", "0001-01-01 00:00:00"]
)
def test_the_zero_time_is_none(text: str) -> None:
    """Go writes it where there is no time, in whatever zone."""
    assert parse_time(text) is None


@pytest.mark.parametrize(
    "text",
    [
        case("yesterday", id="a word"),
        case("2026-01-31T25:00:00Z", id="hour 25"),
        case("2026-02-30", id="30 February"),
        case("2026-01-31T12:00:00+25:00", id="offset over a day"),
        case("2026-01-31T12:00:00Z ", id="trailing space"),
        case("1770000000", id="seconds since 1970"),
    ],
)
def test_what_is_not_a_time_says_what_would_be(text: str) -> None:
    """The remedy is an example."""
    with pytest.raises(ValueError, match="is not a time") as refused:
        parse_time(text)
    assert "2026-01-31T13:00:00Z" in str(refused.value)


def test_every_time_has_a_zone() -> None:
    """One without is UTC."""
    assert parse_time("2026-01-31T12:00") == datetime(2026, 1, 31, 12, tzinfo=UTC)
