"""What becomes of the times that a sender names, or does not name."""

from datetime import UTC, datetime, timedelta

import pytest

from alertrouter.engine.arrival import arrived
from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LABELS = Labels({"alertname": "DiskFull"})


def arrival(start: float | None, end: float | None, lifetime: float = 300) -> Alert:
    """Let a report arrive; times in seconds from now."""
    return arrived(
        LABELS,
        {"summary": "full"},
        None if start is None else NOW + start * SECOND,
        None if end is None else NOW + end * SECOND,
        "http://prometheus/graph",
        now=NOW,
        lifetime=lifetime * SECOND,
    )


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param(None, None, (0, 300, True), id="no times: from now, until it is not repeated"),
        pytest.param(-60, None, (-60, 300, True), id="a start: the lifetime counts from now"),
        pytest.param(-900, None, (-900, 300, True), id="an old start makes no difference"),
        pytest.param(60, None, (60, 300, True), id="a start in the future"),
        pytest.param(300, None, (300, 300, True), id="a start at the very end"),
        pytest.param(None, 60, (60, 60, False), id="an end alone is the start as well"),
        pytest.param(None, -60, (-60, -60, False), id="an end alone that has passed"),
        pytest.param(-60, 60, (-60, 60, False), id="both"),
        pytest.param(-60, -60, (-60, -60, False), id="both the same"),
    ],
)
def test_missing_times_are_filled_in(
    start: float | None, end: float | None, expected: tuple[float, float, bool]
) -> None:
    """As Alertmanager does; what was filled in is marked, so that it yields to a real end."""
    alert = arrival(start, end)

    found = ((alert.starts_at - NOW) / SECOND, (alert.ends_at - NOW) / SECOND, alert.is_timeout)
    assert found == expected


ZERO = datetime(1, 1, 1, tzinfo=UTC)


def test_a_zero_time_is_a_missing_time() -> None:
    """Go writes times that are not set as the first moment of the year 1."""

    def report(start: datetime | None, end: datetime | None) -> Alert:
        return arrived(LABELS, {}, start, end, "", now=NOW, lifetime=SECOND)

    assert report(ZERO, ZERO) == report(None, None)
    assert report(NOW, ZERO) == report(NOW, None)
    assert report(ZERO, NOW) == report(None, NOW)


def test_the_rest_is_taken_as_it_is() -> None:
    """Labels, annotations and link; the report is as old as its arrival."""
    alert = arrival(None, None)

    assert alert.labels is LABELS
    assert alert.annotations == {"summary": "full"}
    assert alert.generator_url == "http://prometheus/graph"
    assert alert.updated_at == NOW


def test_without_a_lifetime_it_is_over_at_once() -> None:
    """resolve_timeout may be zero."""
    assert arrival(None, None, lifetime=0).is_resolved(NOW)


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        pytest.param(
            60,
            -60,
            "endsAt: 2026-03-02T07:59:00+00:00 is before startsAt 2026-03-02T08:01:00+00:00",
            id="both named",
        ),
        pytest.param(
            301,
            None,
            "endsAt: 2026-03-02T08:05:00+00:00 is before startsAt 2026-03-02T08:05:01+00:00: "
            "set endsAt, or send startsAt in the past",
            id="the end was filled in",
        ),
    ],
)
def test_nothing_ends_before_it_starts(start: float, end: float | None, message: str) -> None:
    """The sender is told both times, and the remedy if it named only one."""
    with pytest.raises(ValueError, match="is before") as refusal:
        arrival(start, end)

    assert str(refusal.value) == message


def test_times_at_the_end_of_the_calendar_can_be_counted_on() -> None:
    """An alert for ever is a valid one, and adding a group wait to its times must not fail."""
    end = datetime.max.replace(tzinfo=UTC)
    now = datetime(2026, 1, 31, tzinfo=UTC)
    minute = timedelta(minutes=1)
    for start in (None, now, end):
        alert = arrived(Labels({"a": "b"}), {}, start, end, "", now=now, lifetime=minute)
        assert alert.starts_at + 100 * 365 * timedelta(days=1) > now
        assert alert.ends_at + 100 * 365 * timedelta(days=1) > alert.ends_at
