"""Durations in Prometheus' grammar."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st
from msgspec import UNSET, Struct, UnsetType, field

from alertrouter.model.durations import format_duration, parse_duration
from tests.conformance.vector_files import vectors

MILLISECOND = timedelta(milliseconds=1)


class Case(Struct):
    """One text; its length in milliseconds and how it is written again, unless it is refused."""

    given: str = field(name="in")
    ms: int | UnsetType = UNSET
    text: str = ""


@pytest.mark.parametrize(
    "case", vectors("misc", "duration", Case), ids=lambda case: repr(case.given)
)
def test_durations_are_those_of_prometheus(case: Case) -> None:
    """Read, and written in the canonical form."""
    if case.ms is UNSET:
        with pytest.raises(ValueError, match='write it like "30s"'):
            parse_duration(case.given)
    else:
        assert parse_duration(case.given) == case.ms * MILLISECOND
        assert format_duration(case.ms * MILLISECOND) == case.text


@pytest.mark.parametrize(
    ("duration", "text"),
    [("90d", "90d"), ("14d", "2w"), ("365d", "1y"), ("366d", "366d"), ("1500ms", "1s500ms")],
)
def test_years_and_weeks_are_written_where_nothing_is_left_over(duration: str, text: str) -> None:
    """As Prometheus does, so that a configuration reads the same in both."""
    assert format_duration(parse_duration(duration)) == text


@pytest.mark.parametrize("text", ["293y", "99999999999999999999y"])
def test_a_duration_fits_in_64_bits_of_nanoseconds(text: str) -> None:
    """Longer ones are refused where they are written."""
    with pytest.raises(ValueError, match="longer than the 292 years"):
        parse_duration(text)


@given(st.integers(min_value=0, max_value=9_208_512_000_000))
def test_what_is_written_can_be_read(milliseconds: int) -> None:
    """For every duration there is."""
    duration = milliseconds * MILLISECOND
    assert parse_duration(format_duration(duration)) == duration


@given(st.text(alphabet="0123456789ywdhms. -+"))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but ValueError ever comes out, and never a negative duration."""
    try:
        assert parse_duration(text) >= timedelta()
    except ValueError as refusal:
        assert str(refusal)  # noqa: PT017  both outcomes are right
