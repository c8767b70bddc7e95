"""Stories of when a group speaks: group_wait, group_interval, and what joins meanwhile."""

import pytest

from tests.story import Moment, Story, policy, receiver, route

TREE = route("team-db", by="alertname", wait="30s", interval="5m", repeat="4h")


@pytest.fixture
def story() -> Story:
    return Story(TREE)


def test_a_new_group_waits_for_company(story: Story) -> None:
    """Everything that arrives within the group wait is in the first notification."""
    story.at("0s").fires("DiskFull", host="a")
    story.at("20s").fires("DiskFull", host="b")
    story.at("29s").nobody_hears_more()

    story.hears(
        "team-db", "first notification", at="30s", firing=["DiskFull host=a", "DiskFull host=b"]
    )
    story.nobody_hears_more(until="4h")


def test_an_alert_that_is_old_already_is_told_at_once(story: Story) -> None:
    """Who opens a group and started longer ago than the group wait has waited enough."""
    story.at("10m").posts(story.alert("DiskFull", start="9m29s"))

    story.hears("team-db", "first notification", at="10m", firing=["DiskFull"])


def test_an_alert_exactly_as_old_as_the_group_wait_still_waits(story: Story) -> None:
    """Only what started before that moment counts as old."""
    story.at("10m").posts(story.alert("DiskFull", start="9m30s"))

    story.hears("team-db", "first notification", at="10m30s", firing=["DiskFull"])


def test_an_old_alert_does_not_shorten_the_wait_of_others(story: Story) -> None:
    """Only the alert that opens the group decides how long the group waits."""
    story.at("1h").fires("DiskFull", host="a")
    story.at("1h10s").posts(story.alert("DiskFull host=b", start="0s"))

    story.hears(
        "team-db", "first notification", at="1h30s", firing=["DiskFull host=a", "DiskFull host=b"]
    )


def test_an_alert_from_the_future_waits_no_longer(story: Story) -> None:
    """A sender whose clock is ahead does not delay anybody."""
    story.at("0s").posts(story.alert("DiskFull", start="2h"))

    story.hears("team-db", "first notification", at="30s", firing=["DiskFull"])


def test_no_group_wait_means_at_once() -> None:
    """A group wait of zero is legal, and the group speaks in the moment it is opened."""
    story = Story(route("team-db", wait="0s"))
    story.at("7s").fires("DiskFull")

    story.hears("team-db", "first notification", at="7s", firing=["DiskFull"])


def test_a_latecomer_is_told_at_the_next_interval(story: Story) -> None:
    """Joining a group that has spoken is no reason to speak before its time; then all are told."""
    story.at("0s").fires("DiskFull", host="a")
    story.at("31s").fires("DiskFull", host="b")

    story.hears("team-db", "first notification", at="30s", firing=["DiskFull host=a"])
    story.hears(
        "team-db",
        "new alerts added",
        at="5m30s",
        firing=["DiskFull host=a", "DiskFull host=b"],
    )
    story.nobody_hears_more(until="4h")


def test_many_changes_within_an_interval_make_one_message(story: Story) -> None:
    """Two join and one ends between two flushes: that is told once."""
    story.at("0s").fires("DiskFull", host="a")
    story.hears("team-db", "first notification", at="30s", firing=["DiskFull host=a"])
    story.at("1m").fires("DiskFull", host="b")
    story.at("2m").fires("DiskFull", host="c")
    story.at("3m").resolves("DiskFull", host="a")

    story.hears(
        "team-db",
        "new alerts added",
        at="5m30s",
        firing=["DiskFull host=b", "DiskFull host=c"],
        resolved=["DiskFull host=a"],
    )
    story.nobody_hears_more(until="4h")


def test_groups_keep_their_own_time(story: Story) -> None:
    """Each group counts from its own first alert."""
    story.at("0s").fires("DiskFull", host="a")
    story.at("10s").fires("LinkDown", host="a")
    story.at("2m").fires("DiskFull", host="b").fires("LinkDown", host="b")

    story.hears("team-db", "first notification", at="30s", firing=["DiskFull host=a"])
    story.hears("team-db", "first notification", at="40s", firing=["LinkDown host=a"])
    for name, moment in (("DiskFull", "5m30s"), ("LinkDown", "5m40s")):
        both = [f"{name} host=a", f"{name} host=b"]
        story.hears("team-db", "new alerts added", at=moment, firing=both)
    story.nobody_hears_more(until="1h")


def test_new_words_alone_are_no_news(story: Story) -> None:
    """Changed annotations cause no message; the next one has them."""
    story.at("0s").fires("DiskFull", host="a", note="80%")
    story.hears("team-db", "first notification", at="30s", firing=["DiskFull host=a"])
    story.at("1m").fires("DiskFull", host="a", note="90%")
    story.nobody_hears_more(until="6m")
    story.fires("DiskFull", host="b")

    both = ["DiskFull host=a", "DiskFull host=b"]
    message = story.hears("team-db", "new alerts added", at="10m30s", firing=both)
    assert message.alerts[0].annotations == {"note": "90%"}


@pytest.mark.parametrize(
    ("repeat", "again"),
    [
        pytest.param("9m59s", ["10m", "20m"], id="just under two intervals: at the second"),
        pytest.param("10m", ["15m", "30m"], id="exactly two intervals: strictly older, so a third"),
        pytest.param("10m1s", ["15m", "30m"], id="just over two intervals"),
        pytest.param("1ms", ["5m", "10m"], id="shorter than the interval: at every one"),
    ],
)
def test_unchanged_facts_are_repeated(repeat: Moment, again: list[Moment]) -> None:
    """A repetition comes at the first flush for which the last message is older than that."""
    story = Story(route("team-db", wait=0, interval="5m", repeat=repeat))
    story.at(0).fires("DiskFull")
    story.hears("team-db", "first notification", at=0, firing=["DiskFull"])

    for moment in again:
        story.hears("team-db", "repeat interval elapsed", at=moment, firing=["DiskFull"])
        story.nobody_hears_more()


def test_the_repeat_interval_counts_from_the_last_message() -> None:
    """Whatever the last message was about, the interval starts anew with it."""
    story = Story(route("team-db", wait="1s", interval="2s", repeat="5s"))
    story.at(0.5).fires("A x=1")
    story.hears("team-db", "first notification", at=1.5, firing=["A x=1"])
    story.at(4.2).fires("A x=2")

    story.hears("team-db", "new alerts added", at=5.5, firing=["A x=1", "A x=2"])
    story.nobody_hears_more(until=11)
    story.hears("team-db", "repeat interval elapsed", at=11.5, firing=["A x=1", "A x=2"])
    story.nobody_hears_more(until=13)


def test_integrations_have_their_own_reasons() -> None:
    """One that was added hears for the first time when the other hears again."""
    one, two = receiver("team-db", "webhook"), receiver("team-db", "webhook", "slack")
    tree = route("team-db", wait=0, interval="5m", repeat="9m")
    story = Story(policy(tree, one))
    story.at(0).fires("DiskFull")
    story.hears("team-db", "first notification", at=0, firing=["DiskFull"])

    story.at("7m").reloads(policy(tree, two))
    story.hears("team-db/slack[0]", "first notification", at="7m", firing=["DiskFull"])
    story.nobody_hears_more(until="11m59s")
    story.hears("team-db/webhook[0]", "repeat interval elapsed", at="12m", firing=["DiskFull"])
    story.hears("team-db/slack[0]", "repeat interval elapsed", at="17m", firing=["DiskFull"])
    story.nobody_hears_more()


def test_several_reports_of_one_alert_become_one_alert() -> None:
    """The earliest start stays, the youngest words are told, the latest end counts."""
    story = Story(route("hook", by="alertname", wait=1, interval=1, repeat="1ms"))

    def told(reason: str, moment: float, *, start: float, note: str = "") -> None:
        message = story.hears("hook", reason, at=moment, firing=["A"])
        alert = message.alerts[0]
        assert alert.starts_at == story.alert("A", start=start).starts_at
        assert alert.annotations == ({"note": note} if note else {})

    story.at(1.0).posts(story.alert("A", start=1.1))
    story.at(1.2).posts(story.alert("A", start=1.0))
    told("first notification", 2.0, start=1.0)
    story.at(2.1).posts(story.alert("A", start=2.0, note="v1"))
    told("repeat interval elapsed", 3.0, start=1.0, note="v1")
    story.at(3.6).posts(story.alert("A", start=1.5, note="v2"))
    told("repeat interval elapsed", 4.0, start=1.0, note="v2")
    story.at(4.6).posts(story.alert("A", start=3, end=4.5, note="v2"))
    story.at(4.8).posts(story.alert("A", start=2.9, end=4.8, note="v3"))
    story.posts(story.alert("A", start=2.9, end=4.1, note="v3"))
    over = story.hears("hook", "all alerts resolved", at=5, resolved=["A"]).alerts[0]
    expected = story.alert("A", start=1, end=4.8, note="v3")
    assert (over.starts_at, over.ends_at) == (expected.starts_at, expected.ends_at)
    assert over.annotations == expected.annotations
    story.at(5.3).posts(story.alert("A", start=5.0))
    story.nobody_hears_more(until=6.2)
    told("first notification", 6.3, start=5.0)
    story.nobody_hears_more()
