"""The pretend clock itself: what it promises to the stories told on it."""

from datetime import timedelta

import pytest

from alertrouter.simulation import Outcome, Timeline
from tests.story import START, Story, policy, receiver, route, seconds

TREE = route("db", by="alertname", wait="30s", interval="5m", repeat="4h")


def timeline() -> Timeline:
    story = Story(TREE)
    story.at("0s").fires("A")
    return story.timeline


def test_time_passes_up_to_and_including_the_moment() -> None:
    """What is due at the moment itself has happened."""
    line = timeline()

    line.advance_to(START + seconds("29s"))
    assert line.told == []
    line.advance_to(START + seconds("30s"))
    assert [told.at for told in line.told] == [START + seconds("30s")]
    assert line.now == START + seconds("30s")


def test_time_does_not_go_back() -> None:
    """Asking for a moment that has passed changes nothing."""
    line = timeline()
    line.advance_to(START + seconds("1m"))

    line.advance_to(START)
    assert line.now == START + seconds("1m")


def test_what_is_kept_is_enough_to_start_again() -> None:
    """Alerts and log, as a store would hold them."""
    line = timeline()
    line.advance_to(START + seconds("1m"))

    assert [dict(labels) for labels in line.kept.alerts] == [{"alertname": "A"}]
    assert [entry.at for entry in line.kept.log.values()] == [START + seconds("30s")]
    line.crash(down_for=seconds("1h"))
    assert line.now == START + seconds("1h1m")
    assert len(line.engine.shelf) == line.engine.log_size == 1


@pytest.mark.parametrize("arrives", [True, False])
def test_a_crash_cuts_off_what_is_on_its_way(arrives: bool) -> None:
    """It arrives, or not; either way nobody has noted it."""
    line = timeline()
    line.delivery = lambda _: Outcome(takes=timedelta(minutes=1))
    line.advance_to(START + seconds("40s"))

    line.crash(arrives=arrives)
    assert [(told.at, told.is_known) for told in line.told] == (
        [(START + seconds("40s"), False)] if arrives else []
    )
    assert line.kept.log == {}
    line.advance_to(START + seconds("2m"))
    assert [told.is_known for told in line.told[-1:]] == [True]


def test_a_younger_entry_stays() -> None:
    """As in every store: what is older does not replace what is younger."""
    line = timeline()
    line.advance_to(START + seconds("1m"))
    (entry,) = line.kept.log.values()
    line.kept.remember(entry)
    line.step_clock(-seconds("1h"))

    (older,) = line.kept.log.values()
    assert older.at == entry.at - seconds("1h")
    line.kept.remember(entry)
    line.kept.remember(older)
    assert list(line.kept.log.values()) == [entry]


def test_the_slower_of_two_deliveries_ends_later() -> None:
    """Each takes its own time; the transcript has them in the order in which they ended."""
    story = Story(policy(TREE, receiver("db", "webhook", "slack")))
    slow, quick = Outcome(takes=seconds("20s")), Outcome(takes=seconds("10s"), arrives=False)
    story.timeline.delivery = lambda note: slow if note.key.kind == "webhook" else quick
    story.at("0s").fires("A").at("1m")

    lines = [
        (told.notification.key.kind, told.at - START, told.arrived) for told in story.timeline.told
    ]
    assert lines == [("slack", seconds("40s"), False), ("webhook", seconds("50s"), True)]


def test_a_story_that_never_rests_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of going on for ever."""
    monkeypatch.setattr("alertrouter.simulation.MOST_DEADLINES", 10)

    with pytest.raises(RuntimeError, match="does not come to rest before 2026-03-03T08:00:00"):
        timeline().advance_to(START + timedelta(days=1))
