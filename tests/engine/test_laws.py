"""Laws that hold in every history: alerts, failures, crashes and reloads in any order.

Where the engine cannot know what people heard, because it died between a delivery and its note,
the laws ask nothing about the alerts concerned until the next message about them.
"""

from datetime import datetime
from itertools import pairwise
from random import Random

from hypothesis import given, settings, strategies as st

from alertrouter.engine.policy import Policy
from alertrouter.model.alert import AlertStatus
from alertrouter.model.notification import LogKey, Notification, Reason
from alertrouter.simulation import Told
from tests.engine.histories import (
    ALERTS,
    EVERYTHING,
    GC,
    HISTORIES,
    INTERVAL,
    REPEAT,
    WHICH,
    WORLDS,
    Believer,
    Crashes,
    Passes,
    Play,
    Resolves,
    Step,
    audience,
    belief,
    content,
    last_words,
)
from tests.story import Story

STARTS = st.integers(0, len(WORLDS) - 1)
# A history takes two milliseconds; most of them are dull.
MANY = settings(max_examples=3 * settings().max_examples)


def arrivals(play: Play) -> dict[LogKey, list[Told]]:
    """Return what each integration heard about each group, in order."""
    heard: dict[LogKey, list[Told]] = {}
    for line in play.timeline.told:
        if line.arrived:
            heard.setdefault(line.notification.key, []).append(line)
    return heard


def responsible(policy: Policy) -> set[Believer]:
    """Return who has to hear of which alert."""
    return {(key, labels) for labels in ALERTS for key, _ in audience(policy, labels)}


def owed(play: Play) -> dict[Believer, Told]:
    """Return the last words about each alert to those who have been responsible ever since.

    Who is not responsible any more after a reload hears no more, not even that it is over.
    """
    told = play.timeline.told
    words: dict[Believer, Told] = {}
    for reload, until in zip(
        play.reloads, [*(later.told for later in play.reloads[1:]), len(told)], strict=True
    ):
        words |= last_words(told[reload.told : until])
        words = {who: words[who] for who in words.keys() & responsible(reload.policy)}
    return words


def was_moved(play: Play, one: Told, other: Told) -> bool:
    """Say whether between two messages an alert of the first was taken to other routes."""
    return any(
        (one.notification.key, alert.labels) not in responsible(reload.policy)
        for reload in play.reloads
        if one.notification.at <= reload.at <= other.at
        for alert in one.notification.alerts
    )


@MANY
@given(HISTORIES, STARTS)
def test_no_alert_that_fires_is_lost(history: list[Step], start: int) -> None:
    """Once deliveries work, everybody concerned soon knows of every alert that fires."""
    play = Play(history, start=start)
    play.settle()

    words = last_words(play.timeline.told)
    concerned = {
        (key, labels) for labels in play.firing() for key, _ in audience(play.policy, labels)
    }
    assert concerned <= words.keys()
    assert [
        who
        for who in concerned
        if words[who].is_known and belief(words[who], who[1]) is not AlertStatus.FIRING
    ] == []


@MANY
@given(HISTORIES, STARTS)
def test_nobody_is_told_the_same_twice(history: list[Step], start: int) -> None:
    """Not within the repeat interval, unless the engine died before it could note the first.

    Who was not responsible meanwhile, because of reloads to and fro, may hear it again.
    """
    play = Play(history, start=start)
    play.settle()

    assert [
        (str(key), one.at, other.at)
        for key, lines in arrivals(play).items()
        for one, other in pairwise(lines)
        if one.is_known
        and content(one.notification) == content(other.notification)
        and other.notification.at - one.at <= REPEAT
        and not was_moved(play, one, other)
    ] == []


@MANY
@given(HISTORIES, STARTS)
def test_only_what_was_told_is_taken_back(history: list[Step], start: int) -> None:
    """A message in which nothing fires follows one in which something did."""
    play = Play(history, start=start)
    play.settle()

    for lines in arrivals(play).values():
        is_worried = False
        for line in lines:
            assert is_worried or line.notification.firing
            is_worried = bool(line.notification.firing) or not line.is_known


@MANY
@given(HISTORIES, STARTS)
def test_nobody_worries_for_ever(history: list[Step], start: int) -> None:
    """Once deliveries work, who was told that an alert fires hears soon that it is over."""
    play = Play(history, start=start)
    play.settle()

    wants_ends = {
        key
        for labels in ALERTS
        for key, integration in audience(play.policy, labels)
        if integration.send_resolved
    }
    assert [
        (key, labels)
        for (key, labels), line in owed(play).items()
        if key in wants_ends
        and line.is_known
        and labels not in play.firing() | play.ended_lately()
        and belief(line, labels) is AlertStatus.FIRING
    ] == []


@MANY
@given(HISTORIES, STARTS)
def test_a_message_is_consistent(history: list[Step], start: int) -> None:
    """Each alert once, either firing or over, all of one group, and no ends for who wants none."""
    play = Play(history, start=start)

    for note in (line.notification for line in play.timeline.told):
        names = [alert.labels for alert in note.alerts]
        assert len(set(names)) == len(names)
        assert names
        assert {alert.labels for alert in note.firing}.isdisjoint(
            alert.labels for alert in note.resolved
        )
        assert all(note.group_labels.items() <= labels.items() for labels in names)
        assert not (note.key == LogKey(note.key.group_key, "all", "slack", 0) and note.resolved)


@MANY
@given(HISTORIES, STARTS)
def test_a_restart_in_peace_says_nothing(history: list[Step], start: int) -> None:
    """When everybody knows everything, dying and coming back changes nothing for anybody."""
    play = Play(history, start=start)
    play.settle()
    told = len(play.timeline.told)

    play.happen(Crashes(0, arrives=False))
    play.happen(Passes(INTERVAL.total_seconds()))
    lately = play.ended_lately()
    assert [
        line.notification
        for line in play.timeline.told[told:]
        if line.notification.reason is not Reason.REPEAT
        and lately.isdisjoint(alert.labels for alert in line.notification.alerts)
    ] == []


@MANY
@given(HISTORIES, STARTS)
def test_in_the_end_nothing_is_left(history: list[Step], start: int) -> None:
    """When all is over and told, no alert, group, delivery or line of the log remains."""
    play = Play([*history, Resolves(EVERYTHING)], start=start)
    play.settle()
    play.happen(Passes((4 * REPEAT + 2 * GC).total_seconds()))

    engine, kept = play.timeline.engine, play.timeline.kept
    assert (len(engine.shelf), len(engine.groups), engine.log_size) == (0, 0, 0)
    assert (engine._flushes, engine._told.under_way) == ({}, {})
    assert (kept.alerts, kept.log) == ({}, {})


def transcript(story: Story) -> list[tuple[datetime, Notification]]:
    """Return what was said, in an order that does not depend on that of the groups."""
    said = [(line.at, line.notification) for line in story.timeline.told]
    return sorted(said, key=lambda one: (one[0], one[1].key))


@given(
    st.lists(st.tuples(WHICH, st.none() | st.just(7.0), st.integers(0, 30)), max_size=6),
    STARTS,
    st.randoms(use_true_random=False),
)
def test_the_order_within_a_request_does_not_matter(
    batches: list[tuple[frozenset[int], float | None, int]], start: int, random: Random
) -> None:
    """Nor does it matter how many requests bring the alerts, if they come in the same moment.

    That is so for alerts that start now: of two that open a group together, the first one decides
    whether the group waits.
    """
    together, apart = Story(WORLDS[start]), Story(WORLDS[start])
    moment = 0
    for which, lasts, span in batches:
        for story in (together, apart):
            story.at(moment)
        alerts = [
            together.alert("", end=None if lasts is None else moment + lasts, **ALERTS[index])
            for index in sorted(which)
        ]
        together.posts(*alerts)
        random.shuffle(alerts)
        cut = random.randint(0, len(alerts))
        apart.posts(*alerts[:cut]).posts(*alerts[cut:])
        moment += span

    for story in (together, apart):
        story.at(moment + 60)
    assert transcript(together) == transcript(apart)
