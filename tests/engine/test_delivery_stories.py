"""Stories of deliveries that fail, or take their time."""

from datetime import timedelta

import pytest

from alertrouter.simulation import Outcome
from tests.story import Moment, Story, policy, receiver, route

TREE = route("db", by="alertname", wait="30s", interval="5m", repeat="4h")
PAIR = policy(TREE, receiver("db", "webhook", "slack"))


def test_what_failed_is_tried_at_the_next_interval() -> None:
    """Nothing was told, so the first notification is still the first."""
    story = Story(TREE).deliveries(fail=["db"])
    story.at("0s").fires("A")
    story.misses("db", "first notification", at="30s")
    story.misses("db", "first notification", at="5m30s")
    story.at("6m").deliveries()

    story.hears("db", "first notification", at="10m30s", firing=["A"])
    story.nobody_hears_more(until="4h")


def test_the_healthy_integration_is_not_told_again() -> None:
    """Each integration has its own line in the log."""
    story = Story(PAIR).deliveries(fail=["db/slack[0]"])
    story.at("0s").fires("A")
    story.hears("db/webhook[0]", "first notification", at="30s", firing=["A"])
    story.misses("db/slack[0]", "first notification", at="30s")
    story.at("1m").deliveries()

    story.hears("db/slack[0]", "first notification", at="5m30s", firing=["A"])
    story.holds("db/webhook[0]", "already told", at="5m30s")
    story.nobody_hears_more(until="4h")


def test_a_failing_receiver_does_not_delay_another() -> None:
    """Groups of different routes have nothing to do with each other."""
    story = Story(
        route(
            "good",
            "",
            route("bad", "alertname=~.+", continues=True),
            route("good", "alertname=~.+"),
            wait=1,
            interval=2,
        )
    ).deliveries(fail=["bad"], take=2, only="bad")
    story.at(0).fires("A x=1")
    story.hears("good", "first notification", at=1, firing=["A x=1"])
    story.at(1.5).fires("A x=2")

    story.hears("good", "new alerts added", at=3, firing=["A x=1", "A x=2"])
    story.nobody_hears_more(until=60)


def test_an_end_that_could_not_be_told_is_told_later() -> None:
    """The group keeps what is over until people know."""
    story = Story(TREE)
    story.at("0s").fires("A")
    story.hears("db", "first notification", at="30s", firing=["A"])
    story.at("1m").resolves("A").deliveries(fail=["db"])
    story.misses("db", "all alerts resolved", at="5m30s")
    story.misses("db", "all alerts resolved", at="10m30s")
    story.at("11m").deliveries()

    story.hears("db", "all alerts resolved", at="15m30s", resolved=["A"])
    story.nobody_hears_more(until="4h")


def test_who_did_not_hear_of_the_beginning_does_not_hear_of_the_end() -> None:
    """A first notification that was lost needs no second one to take it back."""
    story = Story(TREE).deliveries(fail=["db"])
    story.at("0s").fires("A")
    story.misses("db", "first notification", at="30s")
    story.at("1m").resolves("A").deliveries()

    story.holds("db", "nothing of it was ever told", at="5m30s")
    story.nobody_hears_more(until="4h")


def test_what_joined_during_an_outage_is_told_with_the_rest() -> None:
    """After an outage people hear of the group as it is by then."""
    story = Story(TREE).deliveries(fail=["db"])
    story.at("0s").fires("A x=1").fires("A x=2")
    story.at("6m").fires("A x=3").resolves("A x=1")
    story.at("7m").deliveries()

    story.hears(
        "db", "first notification", at="10m30s", firing=["A x=2", "A x=3"], resolved=["A x=1"]
    )
    story.nobody_hears_more(until="4h")


def test_a_tick_missed_during_a_slow_delivery_is_taken_up_right_after() -> None:
    """A group does not overtake itself, and does not wait another interval either."""
    story = Story(route("db", wait=0, interval="1m")).deliveries(take="50s")
    story.at(0).fires("A x=1")
    story.hears("db", "first notification", at="50s", firing=["A x=1"])
    story.at("55s").fires("A x=2").deliveries(take="55s")
    story.at("1m1s").fires("A x=3")
    story.hears("db", "new alerts added", at="1m55s", firing=["A x=1", "A x=2"])
    story.hears("db", "new alerts added", at="2m55s", firing=["A x=1", "A x=2", "A x=3"])
    story.nobody_hears_more(until="1h")


def test_a_delivery_longer_than_the_interval_ends_and_the_group_looks_again_at_once() -> None:
    """The missed tick is taken up when the delivery ends; from then on intervals count anew."""
    story = Story(route("db", wait=0, interval="4s")).deliveries(take="9s")
    story.at(0).fires("A x=1")
    story.at(1).fires("A x=2").at(8).deliveries()
    story.hears("db", "first notification", at=9, firing=["A x=1"])
    story.hears("db", "new alerts added", at=9, firing=["A x=1", "A x=2"])
    story.at(10).fires("A x=3")

    story.hears("db", "new alerts added", at=13, firing=["A x=1", "A x=2", "A x=3"])
    story.nobody_hears_more(until="1h")


@pytest.mark.parametrize(
    ("interval", "allowed"),
    [
        pytest.param("1s", "10s", id="a short interval: ten seconds all the same"),
        pytest.param("5m", "5m", id="else as long as the interval"),
    ],
)
def test_a_delivery_is_given_up_after_the_interval(interval: Moment, allowed: Moment) -> None:
    """The command names the moment; what still hangs then has failed."""
    story = Story(route("db", wait=0, interval=interval)).deliveries(take="1h")
    story.at(0).fires("A")

    story.misses("db", "first notification", at=allowed)
    story.nobody_hears_more(until="30m")


def test_two_integrations_may_end_at_different_moments() -> None:
    """The flush ends with the slower one; what each was told counts from its own delivery."""
    story = Story(policy(route("db", wait=0, interval="1m", repeat="2m"), PAIR.receivers["db"]))
    story.timeline.delivery = lambda note: Outcome(
        takes=timedelta(seconds=30 if note.key.kind == "slack" else 0)
    )
    story.at(0).fires("A")
    story.hears("db/webhook[0]", "first notification", at=0, firing=["A"])
    story.hears("db/slack[0]", "first notification", at=30, firing=["A"])

    story.hears("db/webhook[0]", "repeat interval elapsed", at="3m", firing=["A"])
    story.hears("db/slack[0]", "repeat interval elapsed", at="3m30s", firing=["A"])
    story.nobody_hears_more()


def test_a_group_does_not_end_while_a_delivery_is_under_way() -> None:
    """One integration heard of the end, the other not yet: the group stays for its sake."""
    story = Story(PAIR)
    story.at("0s").fires("A")
    for who in ("db/webhook[0]", "db/slack[0]"):
        story.hears(who, "first notification", at="30s", firing=["A"])
    story.at("1m").resolves("A").deliveries(fail=["db/slack[0]"])
    story.hears("db/webhook[0]", "all alerts resolved", at="5m30s", resolved=["A"])
    assert len(story.timeline.engine.groups) == 1
    story.deliveries()

    story.hears("db/slack[0]", "all alerts resolved", at="10m30s", resolved=["A"])
    story.nobody_hears_more(until="4h")
    assert not len(story.timeline.engine.groups)


def test_an_outage_longer_than_the_log_remembers_loses_no_end() -> None:
    """What was told stays known as long as the group has something to say about it."""
    story = Story(policy(route("db", wait=0, interval="5m", repeat="10m"), gc_interval="1m"))
    story.at("0s").fires("A")
    story.hears("db", "first notification", at="0s", firing=["A"])
    story.at("1m").resolves("A").deliveries(fail=["db"])
    story.at("3h").deliveries()

    story.hears("db", "all alerts resolved", at="3h5m", resolved=["A"])
    story.nobody_hears_more(until="10h")
