"""Histories that nobody thought of, and what people believe after them.

A history is a list of steps over a few alerts that fall into several groups, routes and
integrations. ``Play`` lets it happen on the pretend clock and keeps its own account of which alerts
fire; ``beliefs`` reads the transcript as the people at the other end do.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final, TypeAlias

from hypothesis import strategies as st

from alertrouter.engine.core import SHORTEST_FLUSH
from alertrouter.engine.policy import Policy
from alertrouter.engine.routing import matching
from alertrouter.model.alert import AlertStatus
from alertrouter.model.labels import Labels
from alertrouter.model.notification import Integration, LogKey, Notification
from alertrouter.simulation import Outcome, Told
from tests.story import START, Branch, Story, labelled, policy, receiver, route, seconds

# An interval a little shorter than a flush may take, so that ticks are missed.
INTERVAL: Final = seconds("9s")
LONGEST_FLUSH: Final = SHORTEST_FLUSH
REPEAT: Final = seconds("40s")
GC: Final = seconds("50s")
ALERTS: Final = tuple(
    map(
        labelled,
        [
            "Disk host=a team=db",
            "Disk host=b team=db",
            "Disk host=a team=web",
            "Link host=a team=db severity=page",
            "Link host=b",
            "Load severity=page",
        ],
    )
)
ALL: Final = receiver("all", "webhook", "slack quiet")
DB: Final = receiver("db", "webhook", "webhook")


def world(*routes: Branch, by: str = "alertname") -> Policy:
    """Make a policy; all have the same durations, so that one horizon fits all."""
    tree = route("all", "", *routes, by=by, wait="3s", interval="9s", repeat="40s")
    return policy(tree, ALL, DB, receiver("page", "slack"), gc_interval="50s")


WORLDS: Final = (
    world(route("db", "team=db", continues=True), route("page", "severity=page")),
    world(route("page", "severity=page", continues=True), route("db", "team=db", by="host")),
    world(),
    world(route("db", "team=db", continues=True), route("db", "team=db", continues=True)),
)
TWINS: Final = 3


# Steps


@dataclass(frozen=True, slots=True)
class Fires:
    """A request says that alerts fire; ``lasts`` is the end it names, if it names one."""

    which: frozenset[int]
    lasts: float | None = None


@dataclass(frozen=True, slots=True)
class Resolves:
    """A request says that alerts are over as of now."""

    which: frozenset[int]


@dataclass(frozen=True, slots=True)
class Passes:
    """Time goes by."""

    span: float


@dataclass(frozen=True, slots=True)
class Delivers:
    """From now on deliveries to integrations of a kind fare like this."""

    kind: str
    arrives: bool
    takes: float


@dataclass(frozen=True, slots=True)
class Crashes:
    """The process dies and comes back; what was on its way ``arrives`` or not."""

    down_for: float
    arrives: bool


@dataclass(frozen=True, slots=True)
class Reloads:
    """Another configuration comes into effect, or the same again."""

    world: int


Step: TypeAlias = Fires | Resolves | Passes | Delivers | Crashes | Reloads

# Drawn from lists where possible: drawing a history takes longer than playing it.
EVERYTHING: Final = frozenset(range(len(ALERTS)))
FEW: Final = [frozenset(some) for size in (1, 2, 3) for some in combinations(EVERYTHING, size)]
WHICH: Final = st.sampled_from(FEW)
# Moments around the ticks, where the mistakes are, and others.
SPANS: Final = st.sampled_from([0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13, 18, 22, 31, 40, 41, 100])
FIRES: Final = st.builds(Fires, WHICH, st.sampled_from([None, None, 1.0, 3.0, 7.0, 20.0]))
RESOLVES: Final = st.builds(Resolves, st.sampled_from([*FEW, EVERYTHING]))
PASSES: Final = st.builds(Passes, SPANS.map(float))
DELIVERS: Final = st.builds(
    Delivers,
    st.sampled_from(["webhook", "slack"]),
    st.booleans(),
    st.sampled_from([0.0, 1.0, 6.0, 9.5, 15.0]),
)
CRASHES: Final = st.builds(Crashes, st.sampled_from([0.0, 0.0, 1.0, 30.0]), st.just(False))
UNNOTED_CRASHES: Final = st.builds(Crashes, st.just(0.0), st.just(True))
RELOADS: Final = st.builds(Reloads, st.integers(0, len(WORLDS) - 1))
CALM: Final = st.one_of(FIRES, RESOLVES, PASSES, DELIVERS)
WILD: Final = st.one_of(CALM, CRASHES, UNNOTED_CRASHES, RELOADS)
# Crashes and reloads look at everything anew, which heals what was forgotten: half go without.
HISTORIES: Final = st.one_of(*(st.lists(step, min_size=12, max_size=40) for step in (CALM, WILD)))


# What happens


@dataclass(frozen=True, slots=True)
class Reload:
    """When a policy came into effect, and how many messages had been told before.

    The first policy counts as loaded at the start.
    """

    told: int
    at: datetime
    policy: Policy


class Play:
    """One history as it happens.

    It ``has_namesakes`` if two groups may have had the same key, because of two routes with the
    same matchers or because of a reload; then one may have to wait for the other.
    """

    def __init__(self, history: Iterable[Step], *, start: int = 0) -> None:
        self.story = Story(WORLDS[start])
        self.has_namesakes = start == TWINS
        self.timeline = self.story.timeline
        self.reloads = [Reload(0, START, self.policy)]
        self.settling_since = START
        self._ends: dict[Labels, tuple[datetime, bool]] = {}
        self._starts: dict[Labels, datetime] = {}
        self._fates: dict[str, Outcome] = {}
        self.timeline.delivery = lambda note: self._fates.get(note.key.kind, Outcome())
        for step in history:
            self.happen(step)

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.timeline.policy

    def happen(self, step: Step) -> None:
        """Let one step happen."""
        match step:
            case Fires(which, lasts):
                self.fire([ALERTS[index] for index in sorted(which)], lasts)
            case Resolves(which):
                self.resolve([ALERTS[index] for index in sorted(which)])
            case Passes(span):
                self.timeline.advance_to(self.timeline.now + seconds(span))
            case Delivers(kind, arrives, takes):
                self._fates[kind] = Outcome(arrives, seconds(takes))
            case Crashes(down_for, arrives):
                self.timeline.crash(down_for=seconds(down_for), arrives=arrives)
            case Reloads(number):
                self.timeline.change_policy(WORLDS[number])
                told = len(self.timeline.told)
                self.reloads.append(Reload(told, self.timeline.now, self.policy))
                self.has_namesakes = True

    def fire(self, which: Sequence[Labels], lasts: float | None) -> None:
        """Report alerts; like Prometheus, with the start of the time for which they fire."""
        now = self.timeline.now
        span = self.story.resolve_timeout if lasts is None else seconds(lasts)
        for labels in which:
            end, is_named = self._ends.get(labels, (START, False))
            if end <= now:
                self._starts[labels] = now
            if lasts is None or not is_named or end <= now + span:
                self._ends[labels] = (now + span, lasts is not None)
        self._post(which, None if lasts is None else self.story.moment + lasts)

    def resolve(self, which: Sequence[Labels]) -> None:
        """Report that alerts are over; of those that do not fire nobody says so."""
        over = [labels for labels in which if labels in self.firing()]
        self._ends.update((labels, (self.timeline.now, True)) for labels in over)
        self._post(over, self.story.moment)

    def _post(self, which: Sequence[Labels], end: float | None) -> None:
        self.story.posts(
            *(
                self.story.alert(
                    "", start=(self._starts[labels] - START).total_seconds(), end=end, **labels
                )
                for labels in which
            )
        )

    def firing(self) -> set[Labels]:
        """Return the alerts that fire now, by this account and not by the engine's."""
        return {labels for labels, (end, _) in self._ends.items() if end > self.timeline.now}

    def settle(self) -> None:
        """Let deliveries work again, and give every group time to tell what it has to tell.

        What is under way may take until it is given up, and then its group looks again at once;
        a namesake looks again within an interval.
        """
        self._fates.clear()
        self.settling_since = self.timeline.now
        patience = LONGEST_FLUSH + (INTERVAL if self.has_namesakes else timedelta())
        self.timeline.advance_to(self.timeline.now + patience)

    def ended_lately(self) -> set[Labels]:
        """Return the alerts that ended by themselves since everything began to settle."""
        now = self.timeline.now
        return {who for who, (end, _) in self._ends.items() if self.settling_since < end <= now}


# What people make of it


def audience(tree: Policy, labels: Labels) -> Iterator[tuple[LogKey, Integration]]:
    """Name everybody who should hear of an alert with *labels*."""
    for one in matching(tree.root, labels):
        who = tree.receivers[one.options.receiver]
        group_key = one.group_key(one.group_labels(labels))
        for integration in who.integrations:
            yield LogKey(group_key, who.name, integration.kind, integration.index), integration


Believer: TypeAlias = tuple[LogKey, Labels]


def last_words(told: Iterable[Told]) -> dict[Believer, Told]:
    """For each alert that somebody has heard of, return the last message about it."""
    return {
        (line.notification.key, alert.labels): line
        for line in told
        if line.arrived
        for alert in line.notification.alerts
    }


def belief(line: Told, labels: Labels) -> AlertStatus:
    """Say what a message makes people believe of one alert."""
    over = {alert.labels for alert in line.notification.resolved}
    return AlertStatus.RESOLVED if labels in over else AlertStatus.FIRING


def content(note: Notification) -> tuple[frozenset[tuple[Labels, datetime]], frozenset[Labels]]:
    """Say what a message is about: which alerts fire, since when, and which are over."""
    return (
        frozenset((alert.labels, alert.starts_at) for alert in note.firing),
        frozenset(alert.labels for alert in note.resolved),
    )
