"""Stories of somebody who sets the wall clock. Moments are what the clock shows."""

import pytest

from tests.story import Moment, Story, route

TREE = route("db", by="alertname", wait="30s", interval="5m", repeat="4h")
# A step of the clock, and what it would have shown at 2h if it had been set before.
STEPS = pytest.mark.parametrize(
    ("step", "shown"),
    [pytest.param("1h", 3 * 3600.0, id="ahead"), pytest.param("-1h", 3600.0, id="back")],
)


@pytest.fixture
def story() -> Story:
    """One alert, told at 2h00m30s."""
    story = Story(TREE)
    story.at("2h").fires("A")
    story.hears("db", "first notification", at="2h30s", firing=["A"])
    return story


@STEPS
def test_a_group_waits_as_long_as_it_would_have(step: Moment, shown: float) -> None:
    """Timers count real time."""
    story = Story(TREE)
    story.at("2h").fires("A").at("2h10s").clock_steps(step)

    story.nobody_hears_more(until=shown + 29)
    story.hears("db", "first notification", at=shown + 30, firing=["A"])


@STEPS
def test_an_interval_is_as_long_as_it_would_have_been(
    story: Story, step: Moment, shown: float
) -> None:
    """A change is told five minutes after the last flush, by whatever clock."""
    story.at("2h1m").clock_steps(step).fires("A", host="b")

    story.nobody_hears_more(until=shown + 329)
    story.hears("db", "new alerts added", at=shown + 330, firing=["A", "A host=b"])


@STEPS
def test_nothing_is_repeated_early_or_late(story: Story, step: Moment, shown: float) -> None:
    """The repeat interval counts real time too."""
    story.at("2h1m").clock_steps(step)

    story.nobody_hears_more(until=shown + 4 * 3600 + 30)
    story.hears("db", "repeat interval elapsed", at=shown + 4 * 3600 + 330, firing=["A"])


@STEPS
def test_nothing_ends_by_the_step_alone(step: Moment, shown: float) -> None:
    """An alert that would have fired for another four minutes still fires after the step."""
    story = Story(TREE, resolve_timeout="5m")
    story.at("2h").fires("A")
    story.hears("db", "first notification", at="2h30s", firing=["A"])
    story.at("2h1m").clock_steps(step)

    story.nobody_hears_more(until=shown + 299)
    (known,) = story.timeline.engine.shelf.values()
    assert not known.alert.is_resolved(story.timeline.now)


def test_after_a_step_ahead_an_alert_ends_when_it_would_have() -> None:
    """An end that was only promised moves along."""
    story = Story(TREE, resolve_timeout="7m")
    story.at("2h").fires("A")
    story.hears("db", "first notification", at="2h30s", firing=["A"])
    story.at("2h1m").clock_steps("1h")

    story.hears("db", "all alerts resolved", at="3h10m30s", resolved=["A"])


@STEPS
def test_an_end_that_was_told_stays_told(story: Story, step: Moment, shown: float) -> None:
    """What was over does not fire again because the clock went back; not after a reload either."""
    story.at("2h1m").resolves("A")
    story.hears("db", "all alerts resolved", at="2h5m30s", resolved=["A"])
    story.at("2h6m").clock_steps(step).reloads(TREE)

    story.nobody_hears_more(until=shown + 4 * 3600)


@STEPS
def test_an_end_that_waits_for_its_flush_is_told_in_time(
    story: Story, step: Moment, shown: float
) -> None:
    """It was over before the step and is over after it."""
    story.at("2h1m").resolves("A").clock_steps(step)

    story.hears("db", "all alerts resolved", at=shown + 330, resolved=["A"])
    story.nobody_hears_more(until=shown + 4 * 3600)


@STEPS
def test_a_report_after_the_step_counts(step: Moment, shown: float) -> None:
    """After a step back too the newest report is the youngest: it ends the alert."""
    story = Story(TREE)
    story.at("2h").posts(story.alert("A", start="10m"))
    story.hears("db", "first notification", at="2h", firing=["A"])
    story.at("2h1m").clock_steps(step)
    story.at(shown + 120).posts(story.alert("A", start="10m", end=shown + 110))

    story.hears("db", "all alerts resolved", at=shown + 300, resolved=["A"])
    story.nobody_hears_more(until=shown + 4 * 3600)


@STEPS
def test_what_was_told_around_the_step_survives_a_crash(
    story: Story, step: Moment, shown: float
) -> None:
    """The store keeps the youngest entry of the log; after a step back that is still the last."""
    story.at("2h1m").resolves("A").clock_steps(step)
    story.hears("db", "all alerts resolved", at=shown + 330, resolved=["A"])
    story.at(shown + 360).crashes().fires("A")

    story.hears("db", "first notification", at=shown + 390, firing=["A"])
    story.nobody_hears_more(until=shown + 4 * 3600)


@STEPS
def test_a_delivery_under_way_is_noted_in_the_new_time(step: Moment, shown: float) -> None:
    """The entry is as old as the delivery, and is kept for as long as ever."""
    story = Story(TREE).deliveries(take="1m")
    story.at("2h").fires("A").at("2h1m").clock_steps(step).deliveries()
    story.hears("db", "first notification", at=shown + 90, firing=["A"])

    (entry,) = story.timeline.kept.log.values()
    assert (entry.expires_at - entry.at).total_seconds() == 8 * 3600
    story.nobody_hears_more(until=shown + 4 * 3600)


@STEPS
def test_forgetting_goes_on(story: Story, step: Moment, shown: float) -> None:
    """The moment at which alerts are forgotten moves with the clock."""
    story.at("2h1m").resolves("A")
    story.hears("db", "all alerts resolved", at="2h5m30s", resolved=["A"])
    story.at("2h10m").clock_steps(step)

    assert len(story.at(shown + 29 * 60).timeline.engine.shelf) == 1
    assert len(story.at(shown + 30 * 60).timeline.engine.shelf) == 0


def test_a_clock_that_went_back_while_the_process_was_down() -> None:
    """Entries and alerts from the future are taken as of now: nothing is stuck until then."""
    story = Story(TREE)
    story.at("2h").posts(story.alert("A", start="10m"), story.alert("B", start="10m"))
    for name in ("A", "B"):
        story.hears("db", "first notification", at="2h", firing=[name])
    story.at("2h1m").resolves("B")
    story.hears("db", "all alerts resolved", at="2h5m", resolved=["B"])
    story.at("2h6m").crashes(down_for="-1h")
    story.nobody_hears_more(until="1h6m30s")
    story.posts(story.alert("A", start="10m", end="1h6m30s"))
    story.hears("db", "all alerts resolved", at="1h11m", resolved=["A"])
    story.at("1h12m").crashes().fires("A")

    story.hears("db", "first notification", at="1h12m30s", firing=["A"])
    story.nobody_hears_more(until="5h12m30s")
    story.hears("db", "repeat interval elapsed", at="5h17m30s", firing=["A"])
