"""Alerts: when they are over, how reports merge, in which order they are told."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, strategies as st
from msgspec import Struct
from msgspec.structs import replace

from alertrouter.model.alert import (
    Alert,
    AlertStatus,
    in_order,
    label_order,
    merged,
    stored_after,
)
from alertrouter.model.labels import Labels
from tests.conformance.vector_files import vectors

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SOME = Labels({"alertname": "DiskFull"})


class Span(Struct):
    """One report: times in seconds from now."""

    start: float
    end: float
    updated: float
    timeout: bool
    annotations: dict[str, str] = {}


class Merge(Struct):
    """Two reports and what is true of both."""

    note: str
    a: Span
    b: Span
    start: float
    end: float
    updated: float
    timeout: bool
    symmetric: bool


class Store(Struct):
    """Reports in order, and what is on the shelf after the last."""

    note: str
    pushes: list[Span]
    start: float
    end: float
    annotations: dict[str, str]
    resolved: bool


class Sort(Struct):
    """Label sets as they came and as they are told."""

    sorted: list[dict[str, str]]


def alert(span: Span) -> Alert:
    return Alert(
        labels=SOME,
        starts_at=NOW + span.start * SECOND,
        ends_at=NOW + span.end * SECOND,
        updated_at=NOW + span.updated * SECOND,
        is_timeout=span.timeout,
        annotations=span.annotations,
    )


def spanning(start: float, end: float, *, updated: float = 0, timeout: bool = False) -> Alert:
    return alert(Span(start, end, updated, timeout))


@pytest.mark.parametrize("case", vectors("alerts", "merge", Merge), ids=lambda case: case.note)
def test_two_reports_merge_as_in_alertmanager(case: Merge) -> None:
    """In either order where their ages tell which is the younger."""
    expected = alert(Span(case.start, case.end, case.updated, case.timeout))
    one, other = alert(case.a), alert(case.b)

    assert merged(one, other, NOW) == expected
    assert case.symmetric
    assert merged(other, one, NOW) == expected


@pytest.mark.parametrize("case", vectors("alerts", "store", Store), ids=lambda case: case.note)
def test_reports_follow_each_other_as_in_alertmanager(case: Store) -> None:
    """Overlapping spans become one; otherwise the last one stands alone."""
    stored: Alert | None = None
    for span in case.pushes:
        stored = stored_after(stored, alert(span), NOW + span.updated * SECOND)

    assert stored is not None
    assert stored.starts_at == NOW + case.start * SECOND
    assert stored.ends_at == NOW + case.end * SECOND
    assert stored.annotations == case.annotations
    assert stored.is_resolved(NOW) is case.resolved


FIRING = spanning(10, 100)


@pytest.mark.parametrize(
    ("stored", "report", "now", "span"),
    [
        pytest.param(FIRING, spanning(20, 50), 30, (10, 100), id="an end inside: the later one"),
        pytest.param(FIRING, spanning(10, 200), 30, (10, 200), id="a later end, same start"),
        pytest.param(FIRING, spanning(5, 200), 30, (5, 200), id="around it: replaced"),
        pytest.param(FIRING, spanning(20, 200), 30, (10, 200), id="a later start: the earlier"),
        pytest.param(FIRING, spanning(10, 30), 30, (10, 30), id="its end is now"),
        pytest.param(FIRING, spanning(10, 10), 30, (10, 10), id="no span at all: replaced"),
        pytest.param(FIRING, spanning(100, 150), 120, (100, 150), id="starts at the old end"),
        pytest.param(spanning(10, 40), spanning(45, 99), 50, (45, 99), id="fires again"),
        pytest.param(spanning(10, 40), spanning(10, 35), 50, (10, 40), id="over, and over earlier"),
        pytest.param(
            spanning(10, 100, timeout=True), spanning(20, 50), 30, (10, 50), id="a mere timeout"
        ),
        pytest.param(
            FIRING, spanning(20, 50, timeout=True), 30, (10, 100), id="refreshed by a timeout"
        ),
        pytest.param(None, FIRING, 30, (10, 100), id="the first report"),
    ],
)
def test_spans_overlap_or_replace(
    stored: Alert | None, report: Alert, now: float, span: tuple[float, float]
) -> None:
    """Touching is not overlapping: a span that begins at the end of another stands alone."""
    after = stored_after(stored, report, NOW + now * SECOND)

    start, end = ((moment - NOW) / SECOND for moment in (after.starts_at, after.ends_at))
    assert (start, end) == span


def test_the_younger_report_gives_everything_but_the_times() -> None:
    """Even if it arrives first."""
    older = replace(FIRING, annotations={"n": "old"}, generator_url="http://old")
    younger = replace(
        spanning(20, 200, updated=5, timeout=True),
        annotations={"n": "new"},
        generator_url="http://new",
    )

    for one, other in ((older, younger), (younger, older)):
        result = merged(one, other, NOW)
        assert (result.annotations, result.generator_url) == ({"n": "new"}, "http://new")
        assert result.is_timeout
        assert result.updated_at == younger.updated_at


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(99.999999, AlertStatus.FIRING), (100, AlertStatus.RESOLVED), (101, AlertStatus.RESOLVED)],
)
def test_at_its_very_end_an_alert_is_over(seconds: float, status: AlertStatus) -> None:
    """The end is the first moment at which it does not fire."""
    moment = NOW + seconds * SECOND

    assert FIRING.status(moment) is status
    assert FIRING.is_resolved(moment) is (status is AlertStatus.RESOLVED)


SPANS = st.builds(
    lambda start, length, updated, timeout: spanning(
        start, start + length, updated=updated, timeout=timeout
    ),
    st.integers(-50, 50),
    st.integers(0, 100),
    st.integers(-50, 50),
    st.booleans(),
)


@given(SPANS, SPANS)
def test_merging_invents_no_times(one: Alert, other: Alert) -> None:
    """The start is the earlier of the two, the end one of the two, and the order is no matter."""
    result = merged(one, other, NOW)

    assert result.starts_at == min(one.starts_at, other.starts_at)
    assert result.ends_at in (one.ends_at, other.ends_at)
    if one.updated_at != other.updated_at:
        assert result == merged(other, one, NOW)


@given(SPANS, st.booleans())
def test_the_same_report_twice_changes_nothing(one: Alert, is_later: bool) -> None:
    """Senders repeat themselves all the time."""
    again = replace(one, updated_at=one.updated_at + SECOND) if is_later else one

    assert stored_after(one, again, NOW) == again


# A label with an empty value does not exist here, so the case that has one says nothing.
SORTED = [
    case.sorted
    for case in vectors("alerts", "sort", Sort)
    if all(all(labels.values()) for labels in case.sorted)
]


@pytest.mark.parametrize(
    "expected",
    [
        *SORTED,
        [{"job": "a", "instance": "b"}, {"job": "a", "instance": "c"}, {"job": "b"}],
        [{"a": "1"}, {"a": "2"}, {"a": "1", "b": "1"}],
        [{"b": "1"}, {"a": "1"}, {"a": "0", "z": "1"}],
        [{"a": "1", "c": "1"}, {"a": "1", "b": "1"}],
    ],
    ids=str,
)
def test_alerts_are_told_in_the_order_of_alertmanager(expected: list[dict[str, str]]) -> None:
    """By job, by instance, then by labels: fewer first, and who lacks a name first."""
    alerts = [replace(FIRING, labels=Labels(labels)) for labels in expected]

    for shuffled in permutations(alerts):
        assert [dict(one.labels) for one in in_order(shuffled)] == expected


LABEL_SETS = st.dictionaries(st.sampled_from("abc"), st.sampled_from("xy"), max_size=3).map(Labels)


@given(LABEL_SETS, LABEL_SETS)
def test_any_two_label_sets_have_an_order(one: Labels, other: Labels) -> None:
    """Exactly one comes first, unless they are the same."""
    is_before, is_after = (
        label_order(one) < label_order(other),
        label_order(other) < label_order(one),
    )

    assert (is_before or is_after) is (one != other)
    assert not (is_before and is_after)
