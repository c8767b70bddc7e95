"""Stories in time: what happens, when, and who hears of it.

Times are what the clock shows, counted from the beginning of the story: ``"5m30s"``, or seconds.
Alerts are written as ``"DiskFull host=a"``: the name of the alert, then its other labels. A message
is heard once: ``hears`` crosses it off, and ``nobody_hears_more`` wants everything crossed off.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from msgspec.structs import replace

from alertrouter.engine.arrival import arrived
from alertrouter.engine.policy import Policy
from alertrouter.model.alert import Alert
from alertrouter.model.durations import parse_duration
from alertrouter.model.labels import Labels
from alertrouter.model.matchers import Matcher, MatchOp, in_listed_order
from alertrouter.model.notification import Integration, Notification, Receiver
from alertrouter.model.route import Route, RouteOptions, child_id, child_key
from alertrouter.simulation import Outcome, Timeline

START: Final = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

Moment: TypeAlias = str | float


def seconds(amount: Moment) -> timedelta:
    """Read ``"5m30s"``, ``"-1h"`` or a number of seconds."""
    if not isinstance(amount, str):
        return timedelta(seconds=amount)
    return -parse_duration(amount[1:]) if amount.startswith("-") else parse_duration(amount)


# Alerts


def labelled(text: str, **more: str) -> Labels:
    """Read ``"DiskFull host=a"``; a first word with ``=`` is a label like any other."""
    pairs = [word.partition("=") for word in text.split()]
    named = [(key, value) if equals else ("alertname", key) for key, equals, value in pairs]
    return Labels(dict(named) | more)


def worded(labels: Labels) -> str:
    """Write a label set as stories do."""
    others = [f"{key}={value}" for key, value in labels.pairs if key != "alertname"]
    return " ".join([labels.value("alertname"), *others]).strip()


# Routes


@dataclass(frozen=True, slots=True)
class Branch:
    """A route as a story writes it down; what it does not state it has from its parent."""

    match: tuple[Matcher, ...]
    continues: bool
    stated: Mapping[str, object]
    routes: Sequence["Branch"]

    def planted(self, parent: Route | None = None, position: int = 0) -> Route:
        """Return the route and all below it, complete with options and keys."""
        options = parent.options if parent else RouteOptions(receiver="")
        alone = Route(
            options=replace(options, **self.stated),
            matchers=self.match,
            continues=self.continues,
            key=child_key(parent, self.match),
            id=child_id(parent, self.match, position),
        )
        return replace(
            alone,
            children=tuple(child.planted(alone, at) for at, child in enumerate(self.routes)),
        )


def matchers(text: str) -> tuple[Matcher, ...]:
    """Read ``"team=db env!=dev sev=~crit.*"``."""
    found = []
    for word in text.split():
        name, op, value = re.split("(=~|!~|!=|=)", word, maxsplit=1)
        found.append(Matcher(name, MatchOp(op), value))
    return in_listed_order(found)


def route(
    receiver: str = "",
    match: str = "",
    *routes: Branch,
    by: str | None = None,
    continues: bool = False,
    **durations: Moment,
) -> Branch:
    """Describe a route; ``wait``, ``interval`` and ``repeat`` are its durations.

    ``by`` lists the labels to group by; ``"..."`` stands for all of them.
    """
    names = {"wait": "group_wait", "interval": "group_interval", "repeat": "repeat_interval"}
    stated: dict[str, object] = {names[key]: seconds(value) for key, value in durations.items()}
    if receiver:
        stated["receiver"] = receiver
    if by is not None:
        stated["group_by"] = () if by == "..." else tuple(sorted(by.split()))
        stated["group_by_all"] = by == "..."
    return Branch(matchers(match), continues, stated, routes)


def receiver(name: str, *integrations: str) -> Receiver:
    """Describe a receiver: ``receiver("db", "webhook", "slack quiet")``.

    A quiet integration does not hear of resolved alerts.
    """
    counts: dict[str, int] = {}
    found = []
    for text in integrations:
        kind, _, manner = text.partition(" ")
        found.append(Integration(kind, counts.get(kind, 0), send_resolved=manner != "quiet"))
        counts[kind] = counts.get(kind, 0) + 1
    return Receiver(name, tuple(found))


def policy(tree: Branch, *receivers: Receiver, **durations: Moment) -> Policy:
    """Make the values the engine runs on; receivers not described have one webhook."""
    root = tree.planted()
    known = {one.name: one for one in receivers}
    for name in (node.options.receiver for node in root.walk()):
        known.setdefault(name, receiver(name, "webhook"))
    spans = {name: seconds(value) for name, value in durations.items()}
    return replace(Policy(root=root, receivers=known), **spans)


# Stories


@dataclass(frozen=True, slots=True)
class Heard:
    """One message as somebody heard it, or missed it."""

    who: str
    at: timedelta
    reason: str
    firing: tuple[str, ...]
    resolved: tuple[str, ...]
    note: Notification = field(repr=False, compare=False)

    def is_for(self, who: str) -> bool:
        """Say whether *who* (``db``, or ``db/webhook[1]``) is the one that hears this."""
        return who in (self.note.key.receiver, self.who)


def heard(note: Notification, at: datetime) -> Heard:
    """Write a notification down in the words of stories."""
    firing = tuple(worded(alert.labels) for alert in note.firing)
    resolved = tuple(worded(alert.labels) for alert in note.resolved)
    return Heard(str(note.key), at - START, str(note.reason), firing, resolved, note)


class Story:
    """Tells what happens, then asks who heard of it."""

    def __init__(
        self, tree: Branch | Policy, *receivers: Receiver, resolve_timeout: Moment = "30d"
    ) -> None:
        self.policy = tree if isinstance(tree, Policy) else policy(tree, *receivers)
        self.timeline = Timeline(self.policy, START)
        self.resolve_timeout = seconds(resolve_timeout)
        self._looked_at = 0
        self._unheard: list[Heard] = []
        self._missed: list[Heard] = []

    # What happens

    def at(self, moment: Moment) -> "Story":
        """Let time pass until the clock shows *moment*, and all that is due then has happened."""
        self.timeline.advance_to(START + seconds(moment))
        return self

    def fires(self, name: str, *, note: str = "", **labels: str) -> "Story":
        """Report an alert that starts now and names no end."""
        return self.posts(self.alert(name, note=note, **labels))

    def resolves(self, name: str, **labels: str) -> "Story":
        """Report that an alert is over as of now."""
        return self.posts(self.alert(name, end=self.moment, **labels))

    def alert(
        self,
        name: str,
        *,
        start: Moment | None = None,
        end: Moment | None = None,
        note: str = "",
        **labels: str,
    ) -> Alert:
        """Make a report as it would arrive now; ``end=None`` promises to report again."""
        return arrived(
            labelled(name, **labels),
            {"note": note} if note else {},
            None if start is None else START + seconds(start),
            None if end is None else START + seconds(end),
            "",
            now=self.timeline.now,
            lifetime=self.resolve_timeout,
        )

    def posts(self, *alerts: Alert) -> "Story":
        """Report several alerts in one request."""
        self.timeline.receive(alerts)
        return self

    def deliveries(self, *, fail: Iterable[str] = (), take: Moment = 0, only: str = "") -> "Story":
        """From now on, lose what goes to *fail*; delivering to *only* (or to all) lasts *take*."""
        losing = tuple(fail)

        def outcome(note: Notification) -> Outcome:
            names = (note.key.receiver, str(note.key))
            is_slow = not only or only in names
            return Outcome(
                arrives=not any(name in names for name in losing),
                takes=seconds(take) if is_slow else timedelta(),
            )

        self.timeline.delivery = outcome
        return self

    def reloads(self, tree: Branch | Policy, *receivers: Receiver) -> "Story":
        """Put another configuration into effect."""
        self.policy = tree if isinstance(tree, Policy) else policy(tree, *receivers)
        self.timeline.change_policy(self.policy)
        return self

    def crashes(self, *, down_for: Moment = 0, delivering: bool = False) -> "Story":
        """Kill the process and start it again; *delivering* lets through what was on its way."""
        self.timeline.crash(down_for=seconds(down_for), arrives=delivering)
        return self

    def clock_steps(self, by: Moment) -> "Story":
        """Set the wall clock ahead, or back if *by* is negative."""
        self.timeline.step_clock(seconds(by))
        return self

    # What came of it

    @property
    def moment(self) -> float:
        """What the clock shows, in seconds."""
        return (self.timeline.now - START).total_seconds()

    def hears(
        self,
        who: str,
        reason: str,
        *,
        at: Moment,
        firing: Sequence[str] = (),
        resolved: Sequence[str] = (),
    ) -> Notification:
        """Cross off the message that *who* heard at *at*, and return it."""
        self._go_on_to(at)
        expected = (seconds(at), reason, tuple(firing), tuple(resolved))
        for one in self._listen():
            if one.is_for(who) and (one.at, one.reason, one.firing, one.resolved) == expected:
                self._unheard.remove(one)
                return one.note
        raise AssertionError(f"{who} does not hear {expected}; {self._transcript()}")

    def misses(self, who: str, reason: str, *, at: Moment) -> Notification:
        """Cross off the message to *who* that was lost at *at*, and return it."""
        self._go_on_to(at)
        self._listen()
        for one in self._missed:
            if one.is_for(who) and (one.at, one.reason) == (seconds(at), reason):
                self._missed.remove(one)
                return one.note
        raise AssertionError(f"{who} does not miss {reason} at {at}; lost: {self._missed}")

    def nobody_hears_more(self, until: Moment | None = None) -> None:
        """Want every message up to *until* (or now) crossed off."""
        if until is not None:
            self.at(until)
        assert not self._listen(), self._transcript()

    def holds(self, who: str, cause: str, *, at: Moment) -> None:
        """Want the trail to say that *who* was not told at *at*, and why."""
        self._go_on_to(at)
        causes = [
            str(decision.held)
            for decision in self.timeline.held
            if decision.at == START + seconds(at)
            and who in (decision.key.receiver, str(decision.key))
        ]
        assert cause in causes, f"{who} at {at}: {causes or 'nothing was held back'}"

    def _go_on_to(self, moment: Moment) -> None:
        if START + seconds(moment) >= self.timeline.now:
            self.at(moment)

    def _listen(self) -> list[Heard]:
        """Take up what was told since the last look; return what nobody asked about yet."""
        for told in self.timeline.told[self._looked_at :]:
            line = heard(told.notification, told.at)
            (self._unheard if told.arrived else self._missed).append(line)
        self._looked_at = len(self.timeline.told)
        return self._unheard

    def _transcript(self) -> str:
        lines = [f"  {one}" for one in self._unheard]
        return "\n".join(["not asked about yet:", *(lines or ["  nothing"])])
