"""What the engine forgets, and what it must not; and that it does not think for too long."""

from collections.abc import Sequence

import pytest

from alertrouter.engine.commands import Notify
from alertrouter.engine.core import ALERTS_PER_DEADLINE, Engine
from alertrouter.engine.events import AlertsReceived, DeadlineReached
from tests.story import START, Story, labelled, policy, receiver, route, seconds, worded

TREE = route("db", by="alertname", wait="30s", interval="5m", repeat="4h")


def known(story: Story) -> Sequence[str]:
    """Name the alerts that the engine knows, and make sure that the store knows the same."""
    names = sorted(worded(labels) for labels in story.timeline.engine.shelf)
    assert names == sorted(worded(labels) for labels in story.timeline.kept.alerts)
    return names


def test_what_is_over_and_told_is_forgotten() -> None:
    """Every half hour, in memory and in the store."""
    story = Story(TREE)
    story.at("0s").fires("A").fires("B")
    story.at("10m").resolves("A")

    assert known(story.at("29m59s")) == ["A", "B"]
    assert known(story.at("30m")) == ["B"]


def test_what_is_over_and_not_told_is_kept() -> None:
    """As long as nobody could be told, the alert is needed."""
    story = Story(TREE)
    story.at("0s").fires("A").at("10m").deliveries(fail=["db"]).resolves("A")
    assert known(story.at("2h")) == ["A"]
    story.deliveries()

    assert known(story.at("2h30m")) == []


def test_what_is_over_and_waits_for_its_group_is_kept() -> None:
    """Its group has not spoken yet."""
    story = Story(policy(TREE, gc_interval="1m"))
    story.at("0s").fires("A").at("5m40s").resolves("A")

    assert known(story.at("10m29s")) == ["A"]
    assert known(story.at("11m")) == []


def test_one_group_that_has_not_told_is_enough_to_keep_an_alert() -> None:
    """The alert is in two groups, and only one of them could tell."""
    tree = route("root", "", route("db", "team=db", continues=True), route("ops", "team=db"))
    story = Story(tree)
    story.at("0s").fires("A team=db").at("1m").deliveries(fail=["ops"]).resolves("A team=db")
    assert known(story.at("2h")) == ["A team=db"]
    story.deliveries()

    assert known(story.at("2h30m")) == []


def test_what_fires_is_never_forgotten() -> None:
    """Not even if nobody repeats it for weeks."""
    story = Story(TREE)
    story.at("0s").fires("A")

    assert known(story.at("20d")) == ["A"]


def test_a_forgotten_alert_that_fires_again_starts_anew() -> None:
    """Nothing of its former life is left but the line in the log."""
    story = Story(TREE)
    story.at("0s").posts(story.alert("A", start="0s", end="10m")).at("1h").fires("A")

    assert known(story) == ["A"]
    story.hears("db", "first notification", at="30s", firing=["A"])
    story.hears("db", "all alerts resolved", at="10m30s", resolved=["A"])
    story.hears("db", "first notification", at="1h30s", firing=["A"])


@pytest.mark.parametrize(
    ("retention", "gone"),
    [
        pytest.param("120h", 8.5 * 3600, id="twice the repeat interval"),
        pytest.param("1h", 1.5 * 3600, id="not longer than the retention"),
    ],
)
def test_the_log_forgets_groups_that_are_gone(retention: str, gone: float) -> None:
    """Twice the repeat interval after the last word, in memory and in the store."""
    story = Story(policy(TREE, retention=retention))
    story.at("0s").fires("A").at("1m").resolves("A")
    story.hears("db", "first notification", at="30s", firing=["A"])
    story.hears("db", "all alerts resolved", at="5m30s", resolved=["A"])

    assert story.at(gone - 1).timeline.engine.log_size == len(story.timeline.kept.log) == 1
    assert story.at(gone).timeline.engine.log_size == len(story.timeline.kept.log) == 0


def test_the_log_does_not_forget_groups_that_live() -> None:
    """A retention shorter than the repeat interval does not make people hear things twice."""
    story = Story(policy(TREE, retention="1h"))
    story.at("0s").fires("A")
    story.hears("db", "first notification", at="30s", firing=["A"])

    story.nobody_hears_more(until="4h")
    assert story.timeline.engine.log_size == 1


def test_an_integration_that_wants_no_ends_leaves_nothing_behind() -> None:
    """Alerts, groups, deliveries and finally the log."""
    story = Story(policy(TREE, receiver("db", "slack quiet")))
    story.at("0s").fires("A").at("1m").resolves("A")

    assert known(story.at("30m")) == []
    assert len(story.timeline.engine.groups) == 0
    assert story.at("9h").timeline.engine.log_size == 0


# One deadline looks through so many alerts and no more.


def flood(groups: int, members: int) -> Engine:
    """Make an engine in which many groups are due in the same moment."""
    tree = route("db", by="alertname", wait="30s")
    engine = Engine(policy(tree), now=START)
    story = Story(tree)
    alerts = [
        story.alert(f"A{group}", x=str(member))
        for group in range(groups)
        for member in range(members)
    ]
    engine.handle(AlertsReceived(alerts), now=START)
    return engine


@pytest.mark.parametrize(
    ("groups", "members", "told"),
    [
        pytest.param(4, ALERTS_PER_DEADLINE // 2, [2, 2], id="two at a time"),
        pytest.param(3, ALERTS_PER_DEADLINE - 1, [2, 1], id="the one that exceeds is finished"),
        pytest.param(2, ALERTS_PER_DEADLINE + 1, [1, 1], id="a large one is not cut"),
        pytest.param(ALERTS_PER_DEADLINE + 1, 1, [ALERTS_PER_DEADLINE, 1], id="many small ones"),
    ],
)
def test_much_that_is_due_is_told_in_slices(groups: int, members: int, told: list[int]) -> None:
    """Between two slices the driver can take in what arrives; in the end all are told."""
    engine = flood(groups, members)
    due = START + seconds("30s")
    slices = []
    while engine.next_deadline() <= due:
        commands = engine.handle(DeadlineReached(), now=due)
        slices.append(sum(isinstance(command, Notify) for command in commands))

    assert slices == told


def test_a_deadline_that_comes_too_early_does_nothing() -> None:
    """Whoever wakes up early finds nothing due."""
    engine = flood(1, 1)

    assert engine.next_deadline() == START + seconds("30s")
    assert engine.handle(DeadlineReached(), now=START + seconds("29s")) == []
    assert engine.next_deadline() == START + seconds("30s")


def test_an_engine_without_alerts_wants_to_be_woken_to_forget() -> None:
    """The deadline is never further away than the next round of forgetting."""
    engine = Engine(policy(TREE, gc_interval="7m"), now=START)

    assert engine.next_deadline() == START + seconds("7m")
    assert engine.policy.gc_interval == seconds("7m")
    assert labelled("A") not in engine.shelf
