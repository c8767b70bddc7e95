"""Stories of a process that dies and starts again from what was kept."""

import pytest

from tests.story import Moment, Story, policy, receiver, route

TREE = route("db", by="alertname", wait="30s", interval="5m", repeat="4h")


@pytest.fixture
def story() -> Story:
    """One alert, told 30 seconds after it fired."""
    story = Story(TREE)
    story.at("0s").fires("A")
    story.hears("db", "first notification", at="30s", firing=["A"])
    return story


@pytest.mark.parametrize("down_for", ["0s", "1s", "3h"])
def test_what_was_told_stays_told(story: Story, down_for: Moment) -> None:
    """The log survives, however long the process was down."""
    story.at("1m").crashes(down_for=down_for)

    story.nobody_hears_more(until="4h30s")
    assert story.at("5h").timeline.told[-1].notification.reason == "repeat interval elapsed"


def test_a_group_that_waited_does_not_wait_twice() -> None:
    """The wait counts from the start of the alert, not from the start of the process."""
    story = Story(TREE)
    story.at("1m").fires("A")
    story.at("1m10s").crashes(down_for="5s")

    story.nobody_hears_more(until="1m29s")
    story.hears("db", "first notification", at="1m30s", firing=["A"])


def test_a_group_that_should_have_spoken_meanwhile_speaks_at_once() -> None:
    """Nobody waits for a process that was down."""
    story = Story(TREE)
    story.at("1m").fires("A")
    story.at("1m10s").crashes(down_for="10m")

    story.hears("db", "first notification", at="11m10s", firing=["A"])
    story.nobody_hears_more(until="4h")


def test_an_end_that_came_while_the_process_was_down_is_told(story: Story) -> None:
    """Whoever was told of the beginning hears of the end, with the time at which it came."""
    story.at("1m").posts(story.alert("A", start="0s", end="3m"))
    story.at("2m").crashes(down_for="2m")

    message = story.hears("db", "all alerts resolved", at="4m", resolved=["A"])
    assert message.alerts[0].ends_at == story.alert("A", end="3m").ends_at
    story.nobody_hears_more(until="4h")


def test_an_end_that_was_told_is_not_told_again(story: Story) -> None:
    """An alert that is over and not yet forgotten opens no group."""
    story.at("1m").resolves("A")
    story.hears("db", "all alerts resolved", at="5m30s", resolved=["A"])
    story.at("6m").crashes()

    assert not len(story.timeline.engine.groups)
    story.nobody_hears_more(until="4h")


def test_an_end_that_nobody_could_be_told_is_told_after_the_restart(story: Story) -> None:
    """The delivery failed, then the process died."""
    story.at("1m").resolves("A").deliveries(fail=["db"])
    story.misses("db", "all alerts resolved", at="5m30s")
    story.at("6m").deliveries().crashes()

    story.hears("db", "all alerts resolved", at="6m", resolved=["A"])
    story.nobody_hears_more(until="4h")


def test_what_nobody_was_told_of_and_is_over_stays_untold() -> None:
    """A blip while the process was down costs nobody attention."""
    story = Story(TREE)
    story.at("0s").posts(story.alert("A", start="0s", end="20s"))
    story.at("10s").crashes(down_for="1m")

    story.nobody_hears_more(until="4h")


def test_firing_again_after_the_restart_is_news(story: Story) -> None:
    """The alert was over and told so before the process died."""
    story.at("1m").resolves("A")
    story.hears("db", "all alerts resolved", at="5m30s", resolved=["A"])
    story.at("6m").crashes().at("7m").fires("A")

    story.hears("db", "first notification", at="7m30s", firing=["A"])


def test_what_was_on_its_way_and_lost_is_told_after_the_restart() -> None:
    """What is not in the log was not told."""
    story = Story(TREE).deliveries(take="1m")
    story.at("0s").fires("A").at("1m").deliveries().crashes()

    story.hears("db", "first notification", at="1m", firing=["A"])
    story.nobody_hears_more(until="4h")


def test_what_arrived_while_the_process_died_is_told_once_more() -> None:
    """Between telling and noting lies a moment; who dies in it tells twice, rather than never."""
    story = Story(TREE).deliveries(take="1m")
    story.at("0s").fires("A").at("1m").deliveries().crashes(delivering=True)

    story.hears("db", "first notification", at="1m", firing=["A"])
    story.hears("db", "first notification", at="1m", firing=["A"])
    story.nobody_hears_more(until="4h")


def test_an_end_nobody_wants_is_not_forgotten_by_a_restart() -> None:
    """Without send_resolved too, firing again is news after a restart."""
    story = Story(policy(TREE, receiver("db", "slack quiet")))
    story.at("0s").fires("A")
    story.hears("db", "first notification", at="30s", firing=["A"])
    story.at("1m").resolves("A").at("6m").crashes().at("7m").fires("A")

    story.hears("db", "first notification", at="7m30s", firing=["A"])
    story.nobody_hears_more(until="4h")


def test_the_configuration_may_have_changed_meanwhile(story: Story) -> None:
    """A restart with other routes is a restart and a reload in one."""
    story.at("1m").reloads(route("ops", by="alertname"))
    story.timeline.crash()

    story.hears("ops", "first notification", at="1m", firing=["A"])
    story.nobody_hears_more(until="3h")


def test_who_wants_no_ends_makes_nobody_hear_them_twice() -> None:
    """The quiet one was never told of ends, which is no reason to tell them to others again."""
    story = Story(policy(TREE, receiver("db", "webhook", "slack quiet")))
    a, b, c = "A x=1", "A x=2", "A x=3"
    story.at("0s").fires(a).fires(b).fires(c)
    for who in ("db/webhook[0]", "db/slack[0]"):
        story.hears(who, "first notification", at="30s", firing=[a, b, c])
    story.at("1m").resolves(a)
    story.hears("db/webhook[0]", "some alerts resolved", at="5m30s", firing=[b, c], resolved=[a])
    story.at("6m").resolves(b)
    story.hears("db/webhook[0]", "some alerts resolved", at="10m30s", firing=[c], resolved=[b])
    story.at("11m").crashes()

    story.nobody_hears_more(until="3h")


def test_an_end_that_came_while_the_process_was_down_is_noted_for_who_wants_no_ends() -> None:
    """Nobody hears of it, but firing again is news."""
    story = Story(policy(TREE, receiver("db", "slack quiet")))
    story.at("0s").posts(story.alert("A", start="0s", end="5m"))
    story.hears("db", "first notification", at="30s", firing=["A"])
    story.at("1m").crashes(down_for="10m")
    story.holds("db", "send_resolved is false", at="11m")
    story.at("12m").fires("A")

    story.hears("db", "first notification", at="12m30s", firing=["A"])
    story.nobody_hears_more(until="3h")
