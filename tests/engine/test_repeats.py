"""The rules of deduplication, as a table and as Alertmanager applied them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st
from msgspec import Struct

from alertrouter.engine.repeats import why_notify
from alertrouter.model.notification import HeldCause, LogEntry, LogKey, Reason
from tests.conformance.vector_files import vectors

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
KEY = LogKey("{}:{}", "db", "webhook", 0)
Digests = frozenset[int]
NOBODY: Digests = frozenset()
A, B, BOTH = frozenset({1}), frozenset({2}), frozenset({1, 2})


def entry(firing: Digests, resolved: Digests = NOBODY, *, age: float = 60) -> LogEntry:
    told = NOW - timedelta(seconds=age)
    return LogEntry(key=KEY, at=told, firing=firing, resolved=resolved, expires_at=NOW)


class Case(Struct):
    """What the log holds (its age in seconds), what the group holds now, and what follows."""

    note: str
    notify: bool
    reason: str
    entry: bool = False
    entry_firing: frozenset[int] = NOBODY
    entry_resolved: frozenset[int] = NOBODY
    entry_age: float = 0
    firing: frozenset[int] = NOBODY
    resolved: frozenset[int] = NOBODY
    repeat: float = 600
    send_resolved: bool = True


@pytest.mark.parametrize("case", vectors("dedup", "needs_update", Case), ids=lambda case: case.note)
def test_the_answers_are_those_of_alertmanager(case: Case) -> None:
    """Whether it speaks, and in which words it says why."""
    told = entry(case.entry_firing, case.entry_resolved, age=case.entry_age)
    why = why_notify(
        told if case.entry else None,
        case.firing,
        case.resolved,
        send_resolved=case.send_resolved,
        repeat_interval=timedelta(seconds=case.repeat),
        now=NOW,
    )

    assert isinstance(why, Reason) is case.notify
    assert not case.notify or why == case.reason


@pytest.mark.parametrize(
    ("told", "firing", "resolved", "expected"),
    [
        pytest.param(None, A, NOBODY, Reason.FIRST, id="never told"),
        pytest.param(None, NOBODY, A, HeldCause.NOTHING_FIRED, id="over before it was told"),
        pytest.param(entry(NOBODY, A), A, NOBODY, Reason.FIRST, id="back again"),
        pytest.param(entry(NOBODY, A), NOBODY, A, HeldCause.NOTHING_FIRED, id="over, told so"),
        pytest.param(entry(A), A, NOBODY, HeldCause.ALREADY_TOLD, id="nothing new"),
        pytest.param(entry(A), BOTH, NOBODY, Reason.NEW_ALERTS, id="one more"),
        pytest.param(entry(A), B, NOBODY, Reason.NEW_ALERTS, id="another one instead"),
        pytest.param(entry(A), B, A, Reason.NEW_ALERTS, id="a new one outweighs an end"),
        pytest.param(entry(BOTH), A, NOBODY, HeldCause.ALREADY_TOLD, id="one fewer, no end"),
        pytest.param(entry(BOTH), A, B, Reason.SOME_RESOLVED, id="one of two over"),
        pytest.param(entry(A, B), A, B, HeldCause.ALREADY_TOLD, id="its end was told"),
        pytest.param(entry(BOTH), NOBODY, BOTH, Reason.ALL_RESOLVED, id="all over"),
        pytest.param(entry(A), NOBODY, NOBODY, Reason.ALL_RESOLVED, id="nothing left at all"),
        pytest.param(entry(A, age=601), A, NOBODY, Reason.REPEAT, id="told long ago"),
        pytest.param(entry(A, age=600), A, NOBODY, HeldCause.ALREADY_TOLD, id="exactly as long"),
        pytest.param(entry(BOTH, age=601), A, B, Reason.SOME_RESOLVED, id="an end before a repeat"),
    ],
)
def test_the_first_rule_that_applies_decides(
    told: LogEntry | None, firing: Digests, resolved: Digests, expected: Reason | HeldCause
) -> None:
    """For an integration that wants to hear of ends, told every ten minutes."""
    repeat = timedelta(minutes=10)

    why = why_notify(told, firing, resolved, send_resolved=True, repeat_interval=repeat, now=NOW)

    assert why is expected


SOME = st.frozensets(st.integers(1, 4))


@given(SOME, SOME, st.floats(0, 1000), st.booleans())
def test_what_was_just_told_is_not_told_again(
    firing: Digests, resolved: Digests, age: float, send_resolved: bool
) -> None:
    """A message answers its own reason, whatever it was."""
    why = why_notify(
        entry(firing, resolved, age=age),
        firing,
        resolved,
        send_resolved=send_resolved,
        repeat_interval=timedelta(seconds=1000),
        now=NOW,
    )

    assert why is (HeldCause.ALREADY_TOLD if firing else HeldCause.NOTHING_FIRED)


@given(SOME, SOME, SOME, st.floats(0, 2000), st.booleans())
def test_nobody_stays_unaware_of_an_alert_that_fires(
    told: Digests, firing: Digests, resolved: Digests, age: float, send_resolved: bool
) -> None:
    """Whatever else the group holds: an alert that is held back is one that was told."""
    why = why_notify(
        entry(told, age=age),
        firing,
        resolved,
        send_resolved=send_resolved,
        repeat_interval=timedelta(seconds=1000),
        now=NOW,
    )

    assert isinstance(why, Reason) or firing <= told
