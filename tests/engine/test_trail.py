"""The trail: for each integration at each flush, what was said and why, or why not."""

from alertrouter.engine.commands import Notify, RecordHeld
from alertrouter.engine.core import Engine
from alertrouter.engine.events import AlertsReceived, DeadlineReached, Delivered
from alertrouter.model.notification import Decision, HeldCause, LogKey, Reason
from tests.story import START, Story, policy, receiver, route, seconds

TREE = route("db", "", route("db", "team=db"), by="alertname", wait="30s", repeat="4h")
KEY = LogKey('{}/{team="db"}:{alertname="A"}', "db", "webhook", 0)


def test_a_decision_to_speak_names_reason_and_route() -> None:
    """With the numbers of alerts, and the next moment at which anything can be said."""
    story = Story(TREE)
    engine = Engine(policy(TREE), now=START)
    engine.handle(AlertsReceived([story.alert("A team=db")]), now=START)
    due = START + seconds("30s")
    (command,) = engine.handle(DeadlineReached(), now=due)

    assert isinstance(command, Notify)
    assert command.deadline == due + seconds("5m")
    assert command.decision == Decision(
        key=KEY,
        route_id='{}/{team="db"}/0',
        at=due,
        reason=Reason.FIRST,
        held=None,
        firing=1,
        resolved=0,
        last_told=None,
        quiet_until=None,
        next_flush=due + seconds("5m"),
    )
    engine.handle(Delivered(command.flush, KEY), now=due + seconds("1s"))
    (held,) = engine.handle(DeadlineReached(), now=due + seconds("5m"))
    assert isinstance(held, RecordHeld)
    assert held.decision == Decision(
        key=KEY,
        route_id='{}/{team="db"}/0',
        at=due + seconds("5m"),
        reason=None,
        held=HeldCause.ALREADY_TOLD,
        firing=1,
        resolved=0,
        last_told=due + seconds("1s"),
        quiet_until=due + seconds("4h1s"),
        next_flush=due + seconds("10m"),
    )


def test_only_what_was_told_already_is_quiet_until_some_moment() -> None:
    """For other causes there is no moment from which the same would be told again."""
    tree = route("db", wait=0, interval="5m")
    story = Story(policy(tree, receiver("db", "webhook", "slack quiet")))
    story.at(0).fires("A").at("1m").resolves("A").at("5m")

    (held,) = story.timeline.held
    assert (held.held, held.quiet_until) == (HeldCause.RESOLVED_NOT_WANTED, None)
    assert (held.firing, held.resolved) == (0, 1)
    assert held.last_told == START


def test_every_flush_says_something_about_every_integration() -> None:
    """Told or held: nothing passes in silence."""
    story = Story(policy(TREE, receiver("db", "webhook", "slack", "slack quiet")))
    story.at("0s").fires("A", team="db").at("20m")

    told = {(str(line.notification.key), line.notification.at) for line in story.timeline.told}
    held = {(str(decision.key), decision.at) for decision in story.timeline.held}
    moments = [START + seconds(30 + 300 * interval) for interval in range(4)]
    names = ["db/webhook[0]", "db/slack[0]", "db/slack[1]"]
    assert told | held == {(name, moment) for name in names for moment in moments}
    assert not told & held
