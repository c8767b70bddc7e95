"""Stories of how alerts end, who hears of it, and what happens when they come back."""

import pytest

from tests.story import Story, policy, receiver, route

TREE = route("team-db", by="alertname", wait="30s", interval="5m", repeat="4h")
A, B = "DiskFull host=a", "DiskFull host=b"


@pytest.fixture
def story() -> Story:
    """One alert, told 30 seconds after it fired."""
    story = Story(TREE)
    story.at("0s").fires(A)
    story.hears("team-db", "first notification", at="30s", firing=[A])
    return story


def test_a_blip_costs_nobody_attention() -> None:
    """An alert that ends before its group first speaks is never told."""
    story = Story(TREE)
    story.at("0s").fires(A)
    story.at("29s").resolves(A)

    story.nobody_hears_more(until="5h")
    assert not len(story.timeline.engine.groups)


def test_what_was_over_when_it_came_is_never_told() -> None:
    """A first report that says it is over already opens a group that has nothing to say."""
    story = Story(TREE)
    story.at("1h").posts(story.alert(A, start="10m", end="20m"))

    story.holds("team-db", "nothing of it was ever told", at="1h")
    story.nobody_hears_more(until="6h")


def test_the_end_is_told_at_the_next_interval(story: Story) -> None:
    """Not in the moment it comes, but at the next flush, with both times; then the group ends."""
    story.at("1m").resolves(A)

    message = story.hears("team-db", "all alerts resolved", at="5m30s", resolved=[A])
    assert str(message.status) == "resolved"
    assert message.alerts[0].ends_at == story.alert(A, end="1m").ends_at
    assert not len(story.timeline.engine.groups)
    story.nobody_hears_more(until="5h")


def test_at_its_very_end_an_alert_is_over(story: Story) -> None:
    """An end that falls on a flush is told at that flush."""
    story.at("1m").posts(story.alert(A, start="0s", end="5m30s"))

    story.hears("team-db", "all alerts resolved", at="5m30s", resolved=[A])


def test_an_alert_without_an_end_is_over_when_nobody_repeats_it() -> None:
    """Its sender promised to repeat it within resolve_timeout."""
    story = Story(TREE, resolve_timeout="5m")
    story.at("0s").fires(A)
    story.hears("team-db", "first notification", at="30s", firing=[A])
    story.at("4m").posts(story.alert(A, start="0s"))

    story.nobody_hears_more(until="10m29s")
    message = story.hears("team-db", "all alerts resolved", at="10m30s", resolved=[A])
    assert message.alerts[0].ends_at == story.alert(A, end="9m").ends_at


def test_one_of_two_ends(story: Story) -> None:
    """The end is told once, together with what still fires; later the group is without it."""
    story.at("1m").fires(B)
    story.hears("team-db", "new alerts added", at="5m30s", firing=[A, B])
    story.at("6m").resolves(A)

    message = story.hears("team-db", "some alerts resolved", at="10m30s", firing=[B], resolved=[A])
    assert str(message.status) == "firing"
    story.nobody_hears_more(until="4h10m30s")
    story.hears("team-db", "repeat interval elapsed", at="4h15m30s", firing=[B])


def test_an_alert_between_two_flushes_is_still_told(story: Story) -> None:
    """Beside others that fire, an alert that came and went unannounced is told as resolved."""
    story.at("1m").fires(B)
    story.at("2m").resolves(B)

    story.hears("team-db", "some alerts resolved", at="5m30s", firing=[A], resolved=[B])
    story.nobody_hears_more(until="4h")


def test_flapping_between_two_flushes_is_silence(story: Story) -> None:
    """Who fires as before was told as before."""
    story.at("1m").resolves(A)
    story.at("2m").fires(A)

    story.holds("team-db", "already told", at="5m30s")
    story.nobody_hears_more(until="4h")


def test_firing_again_is_a_new_story(story: Story) -> None:
    """After its end was told, an alert opens a new group, which waits anew."""
    story.at("1m").resolves(A)
    story.hears("team-db", "all alerts resolved", at="5m30s", resolved=[A])
    story.at("6m").fires(A)

    story.hears("team-db", "first notification", at="6m30s", firing=[A])


def test_hearing_of_an_end_twice_is_not_told_twice(story: Story) -> None:
    """Senders repeat for a while that an alert is over."""
    story.at("1m").resolves(A)
    story.hears("team-db", "all alerts resolved", at="5m30s", resolved=[A])
    for minute in range(6, 20):
        story.at(f"{minute}m").posts(story.alert(A, start="0s", end="1m"))

    story.nobody_hears_more(until="4h")


def test_firing_again_while_its_end_is_being_told(story: Story) -> None:
    """The end that is under way is told; the alert stays in the group and is told again."""
    story.at("1m").resolves(A)
    story.deliveries(take="1m").at("6m").fires(A)

    story.hears("team-db", "all alerts resolved", at="6m30s", resolved=[A])
    story.hears("team-db", "first notification", at="11m30s", firing=[A])


def test_who_does_not_want_ends_hears_only_of_beginnings() -> None:
    """Two webhooks, one without send_resolved: the same facts, told by different rules."""
    tree = route("pair", by="alertname", wait=1, interval=5)
    story = Story(policy(tree, receiver("pair", "loud", "mute quiet")), resolve_timeout=10)
    first, second, third = "A v=1", "A v=2", "A v=3"
    story.at(1).fires(first).fires(second)
    for who in ("pair/loud[0]", "pair/mute[0]"):
        story.hears(who, "first notification", at=2, firing=[first, second])
    story.at(3).posts(story.alert(first, start=1, end=4)).fires(third)
    story.hears("pair/loud[0]", "new alerts added", at=7, firing=[second, third], resolved=[first])
    story.hears("pair/mute[0]", "new alerts added", at=7, firing=[second, third])
    story.at(8).posts(story.alert(third, start=3))

    story.hears("pair/loud[0]", "some alerts resolved", at=12, firing=[third], resolved=[second])
    story.holds("pair/mute[0]", "already told", at=12)
    story.nobody_hears_more()


def test_an_end_nobody_wants_is_remembered() -> None:
    """Without send_resolved the end is not told, but firing again is news."""
    story = Story(policy(TREE, receiver("team-db", "slack quiet")))
    story.at("0s").fires(A)
    story.hears("team-db", "first notification", at="30s", firing=[A])
    story.at("1m").resolves(A)
    story.holds("team-db", "send_resolved is false", at="5m30s")
    story.at("6m").fires(A)

    story.hears("team-db", "first notification", at="6m30s", firing=[A])
    story.nobody_hears_more(until="4h")


def test_partly_over_is_no_news_to_who_does_not_want_ends() -> None:
    """Who was told of two and not of the end of one is not told of its return either."""
    story = Story(policy(TREE, receiver("team-db", "slack quiet")))
    story.at("0s").fires(A).fires(B)
    story.hears("team-db", "first notification", at="30s", firing=[A, B])
    story.at("1m").resolves(A)
    story.at("6m").fires(A)

    story.nobody_hears_more(until="4h")


def test_a_receiver_without_integrations_swallows_its_alerts() -> None:
    """A black hole is legal; its groups live and end like others."""
    story = Story(policy(TREE, receiver("team-db")))
    story.at("0s").fires(A)
    story.at("1h").resolves(A)

    story.nobody_hears_more(until="2h")
    assert not len(story.timeline.engine.groups)
    assert not len(story.timeline.engine.shelf)
