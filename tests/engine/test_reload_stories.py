"""Stories of a configuration that changes while alerts are known."""

import pytest

from tests.story import Story, policy, receiver, route

TREE = route("db", by="alertname", wait="30s", interval="5m", repeat="4h")
OTHER = route("ops", by="alertname", wait="30s", interval="5m", repeat="4h")


@pytest.fixture
def story() -> Story:
    """One alert, told 30 seconds after it fired."""
    story = Story(TREE)
    story.at("0s").fires("A")
    story.hears("db", "first notification", at="30s", firing=["A"])
    return story


def test_a_reload_repeats_nothing_and_starts_intervals_anew() -> None:
    """The group looks at once whether it has something to say, then every interval from there."""
    tree = route("db", by="", wait=1, interval=6, repeat="10m")
    story = Story(tree)
    story.at(1).fires("a")
    story.hears("db", "first notification", at=2, firing=["a"])
    story.at(3).reloads(tree)
    story.holds("db", "already told", at=3)
    story.at(4).fires("b")

    story.hears("db", "new alerts added", at=9, firing=["a", "b"])
    story.nobody_hears_more(until="9m")


def test_changes_that_waited_for_the_interval_are_told_at_the_reload(story: Story) -> None:
    """Looking at once means telling at once."""
    story.at("1m").fires("A", host="b")
    story.at("2m").reloads(TREE)

    story.hears("db", "new alerts added", at="2m", firing=["A", "A host=b"])


def test_a_group_that_waits_goes_on_waiting_but_not_anew() -> None:
    """Its wait counts from the start of its first alert."""
    story = Story(TREE)
    story.at("1m").fires("A")
    story.at("1m20s").reloads(TREE)

    story.nobody_hears_more(until="1m29s")
    story.hears("db", "first notification", at="1m30s", firing=["A"])


def test_the_oldest_alert_of_a_waiting_group_decides() -> None:
    """Whatever the order in which the alerts are found again."""
    story = Story(TREE)
    story.at("1m10s").posts(story.alert("A host=late", start="1m10s"))
    story.posts(story.alert("A host=early", start="1m"))
    story.at("1m20s").reloads(TREE)

    story.hears("db", "first notification", at="1m30s", firing=["A host=early", "A host=late"])


def test_another_receiver_is_told_what_fires(story: Story) -> None:
    """Alerts that are known take the new routes at once; the former receiver hears no more."""
    story.at("1m").reloads(OTHER)
    story.hears("ops", "first notification", at="1m", firing=["A"])
    story.at("2m").resolves("A")

    story.hears("ops", "all alerts resolved", at="6m", resolved=["A"])
    story.nobody_hears_more(until="5h")


def test_back_to_the_former_receiver(story: Story) -> None:
    """What it was told before is still told; what changed meanwhile is news to it."""
    story.at("1m").reloads(OTHER)
    story.hears("ops", "first notification", at="1m", firing=["A"])
    story.at("2m").fires("A", host="b")
    story.at("3m").reloads(TREE)

    story.hears("db", "new alerts added", at="3m", firing=["A", "A host=b"])
    story.nobody_hears_more(until="4h")


def test_an_end_is_owed_to_whom_the_beginning_was_told(story: Story) -> None:
    """A receiver that comes back hears that what it was told of is over."""
    story.at("1m").reloads(OTHER)
    story.hears("ops", "first notification", at="1m", firing=["A"])
    story.at("2m").resolves("A")
    story.hears("ops", "all alerts resolved", at="6m", resolved=["A"])
    story.at("7m").reloads(TREE)

    story.hears("db", "all alerts resolved", at="7m", resolved=["A"])
    story.nobody_hears_more(until="4h")


def test_what_is_over_and_told_opens_no_group(story: Story) -> None:
    """A reload between the end and its being forgotten says nothing; firing again does."""
    story.at("1m").resolves("A")
    story.hears("db", "all alerts resolved", at="5m30s", resolved=["A"])
    story.at("6m").reloads(TREE)
    assert not len(story.timeline.engine.groups)
    story.at("7m").fires("A")

    story.hears("db", "first notification", at="7m30s", firing=["A"])
    story.nobody_hears_more(until="4h")


def test_an_end_that_waits_for_its_interval_is_not_lost(story: Story) -> None:
    """Over, but not yet told: the reload tells it."""
    story.at("1m").resolves("A")
    story.at("2m").reloads(TREE)

    story.hears("db", "all alerts resolved", at="2m", resolved=["A"])
    story.nobody_hears_more(until="4h")


def test_an_alert_that_came_and_went_before_the_reload_is_told_after_it(story: Story) -> None:
    """The group still held it, so it is told as it would have been."""
    story.at("1m").fires("A", host="b")
    story.at("2m").resolves("A", host="b")
    story.at("3m").reloads(TREE)

    story.hears("db", "some alerts resolved", at="3m", firing=["A"], resolved=["A host=b"])
    story.nobody_hears_more(until="4h")


def test_other_grouping_is_another_group(story: Story) -> None:
    """A changed group_by changes the name under which people were told."""
    story.at("1m").reloads(route("db", by="", wait="30s", interval="5m"))

    message = story.hears("db", "first notification", at="1m", firing=["A"])
    assert message.key.group_key == "{}:{}"
    story.nobody_hears_more(until="3h")


def test_a_delivery_under_way_goes_on(story: Story) -> None:
    """The group does not tell the same again while the message is on its way."""
    story.at("1m").fires("A", host="b").deliveries(take="2m")
    story.at("6m").reloads(TREE)

    story.hears("db", "new alerts added", at="7m30s", firing=["A", "A host=b"])
    story.holds("db", "already told", at="7m30s")
    story.nobody_hears_more(until="3h")


def test_a_delivery_to_a_receiver_that_is_gone_ends_in_peace(story: Story) -> None:
    """It may arrive or fail; the new receiver is told as soon as it has ended."""
    story.at("1m").fires("A", host="b").deliveries(take="2m")
    story.at("6m").reloads(OTHER).deliveries()

    story.hears("db", "new alerts added", at="7m30s", firing=["A", "A host=b"])
    story.hears("ops", "first notification", at="7m30s", firing=["A", "A host=b"])
    story.nobody_hears_more(until="3h")


def test_a_delivery_of_a_route_that_is_gone_ends_in_peace() -> None:
    """Its group exists no more; what was told is remembered all the same."""
    child = route("root", "", route("db", "team=db", by="alertname"), by="", wait=0)
    story = Story(child).deliveries(take=9)
    story.at(0).fires("A team=db").at(5).reloads(route("root", by="", wait=0)).deliveries()
    story.hears("root", "first notification", at=5, firing=["A team=db"])
    story.hears("db", "first notification", at=9, firing=["A team=db"])
    story.at(20).reloads(child)

    story.holds("db", "already told", at=20)
    story.nobody_hears_more(until="3h")


def test_an_end_told_to_the_former_receiver_is_still_owed_to_the_new_one(story: Story) -> None:
    """A flush that began before the reload does not speak for those who came with it."""
    story.at("1m").reloads(OTHER)
    story.hears("ops", "first notification", at="1m", firing=["A"])
    story.at("2m").reloads(TREE)
    story.at("3m").resolves("A").deliveries(take="1m")
    story.at("7m30s").reloads(OTHER).deliveries()
    story.hears("db", "all alerts resolved", at="8m", resolved=["A"])

    story.hears("ops", "all alerts resolved", at="8m", resolved=["A"])
    story.nobody_hears_more(until="4h")


def test_a_retry_survives_the_reload(story: Story) -> None:
    """A delivery that fails after a reload is tried again by the group that replaced its own."""
    story.at("1m").fires("A", host="b").deliveries(fail=["db"], take="1m")
    story.at("6m").reloads(TREE)
    story.misses("db", "new alerts added", at="6m30s")
    story.deliveries()
    story.misses("db", "new alerts added", at="7m30s")

    story.hears("db", "new alerts added", at="11m30s", firing=["A", "A host=b"])
    story.nobody_hears_more(until="4h")


def test_two_routes_may_change_places() -> None:
    """Their groups are new to the engine, and people are not told again."""
    db, ops = route("db", "team=db"), route("ops", "team=ops")
    story = Story(route("root", "", db, ops, wait=0))
    story.at(0).fires("A team=db").fires("A team=ops")
    story.hears("db", "first notification", at=0, firing=["A team=db"])
    story.hears("ops", "first notification", at=0, firing=["A team=ops"])
    story.at(10).reloads(route("root", "", ops, db, wait=0))

    story.nobody_hears_more(until="3h")


def test_an_integration_that_is_added_is_told_of_what_fires(story: Story) -> None:
    """It hears for the first time what the others have heard."""
    story.at("1m").reloads(policy(TREE, receiver("db", "webhook", "slack")))

    story.hears("db/slack[0]", "first notification", at="1m", firing=["A"])
    story.nobody_hears_more(until="4h")


def test_forgetting_follows_the_new_interval() -> None:
    """A shorter interval counts from the reload, not from the end of the former one."""
    story = Story(policy(route("db", wait=0), gc_interval="10h"))
    story.at(0).posts(story.alert("A", start=0, end=0))
    story.at(5).reloads(policy(route("db", wait=0), gc_interval="1m"))

    assert len(story.at(64).timeline.engine.shelf) == 1
    assert len(story.at(65).timeline.engine.shelf) == 0


def test_an_end_waits_for_the_beginning_that_is_still_on_its_way() -> None:
    """A group that took the place of another keeps what is over until it has had its say."""
    db, ops = route("db", "team=db"), route("ops", "team=ops")
    story = Story(route("root", "", db, ops, wait=0, interval=3)).deliveries(take=9)
    story.at(0).fires("A team=db")
    story.at(1).reloads(route("root", "", ops, db, wait=0, interval=3)).deliveries()
    story.at(2).resolves("A team=db")
    story.holds("db", "being told at this moment", at=4)

    story.hears("db", "first notification", at=9, firing=["A team=db"])
    story.hears("db", "all alerts resolved", at=10, resolved=["A team=db"])
    story.nobody_hears_more(until="1h")


def test_an_end_before_the_reload_waits_for_the_beginning_too() -> None:
    """People are about to hear that the alert fires, so somebody has to tell them that it is over.

    Its new group takes it in although the log does not know yet that it was told.
    """
    db, ops = route("db", "team=db"), route("ops", "team=ops")
    story = Story(route("root", "", db, ops, wait=0, interval=20)).deliveries(take=9)
    story.at(0).fires("A team=db")
    story.at(2).resolves("A team=db").deliveries()
    story.at(4).reloads(route("root", "", ops, db, wait=0, interval=20))

    story.hears("db", "first notification", at=9, firing=["A team=db"])
    story.hears("db", "all alerts resolved", at=24, resolved=["A team=db"])
    story.nobody_hears_more(until="1h")
