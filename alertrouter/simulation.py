"""The engine on a pretend clock: four hours pass in a microsecond, and a transcript remains.

The other driver of the engine, beside ``runtime``. Tests tell stories with it; nothing is sent.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias, assert_never

from alertrouter.engine.commands import (
    Command,
    ForgetAlerts,
    ForgetSent,
    KeepAlerts,
    Notify,
    RecordHeld,
    RememberSent,
)
from alertrouter.engine.core import Engine
from alertrouter.engine.events import (
    AlertsReceived,
    ClockStepped,
    DeadlineReached,
    Delivered,
    DeliveryFailed,
    Event,
    PolicyChanged,
    Restored,
)
from alertrouter.engine.policy import Policy
from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels
from alertrouter.model.notification import Decision, LogEntry, LogKey, Notification

# A story in which nothing comes to rest would never end; ten deadlines a second for a day do.
MOST_DEADLINES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a pretended delivery goes: whether it arrives, and how long that takes."""

    arrives: bool = True
    takes: timedelta = timedelta()


Delivery: TypeAlias = Callable[[Notification], Outcome]


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the transcript: what was delivered, or was lost on the way, and when.

    A message that arrived in the very moment of a crash is one that the engine does not know of.
    """

    at: datetime
    notification: Notification
    arrived: bool
    is_known: bool = True


@dataclass(slots=True)
class Kept:
    """What a store would hold: the engine can be restored from it."""

    alerts: dict[Labels, Alert] = field(default_factory=dict)
    log: dict[LogKey, LogEntry] = field(default_factory=dict)

    def remember(self, entry: LogEntry) -> None:
        """Write an entry over the one with the same key, unless that one is younger."""
        former = self.log.get(entry.key)
        if former is None or former.at <= entry.at:
            self.log[entry.key] = entry


class Timeline:
    """Drives one engine through pretended time and keeps what it said.

    ``now`` only goes ahead, but for ``step_clock``. ``delivery`` decides how each message fares
    and may be replaced at any moment; by default all arrive at once.
    """

    def __init__(self, policy: Policy, start: datetime) -> None:
        self.now = start
        self.policy = policy
        self.engine = Engine(policy, now=start)
        self.delivery: Delivery = lambda _: Outcome()
        self.told: list[Told] = []
        self.held: list[Decision] = []
        self.kept = Kept()
        self._pending: list[tuple[datetime, Notify, bool]] = []

    def receive(self, alerts: Iterable[Alert]) -> None:
        """Hand in alerts at the present moment."""
        self._happen(AlertsReceived(list(alerts)))

    def change_policy(self, policy: Policy) -> None:
        """Load another configuration."""
        self.policy = policy
        self._happen(PolicyChanged(policy))

    def crash(self, *, down_for: timedelta = timedelta(), arrives: bool = False) -> None:
        """Die, and start again after *down_for* from what was kept.

        What was on its way is lost; or it *arrives*, but nobody has noted that.
        """
        if arrives:
            self.told += [
                Told(self.now, command.notification, arrived=True, is_known=False)
                for _, command, _ in self._pending
            ]
        self._pending.clear()
        self.now += down_for
        self.engine = Engine(self.policy, now=self.now)
        self._happen(Restored(list(self.kept.alerts.values()), list(self.kept.log.values())))

    def step_clock(self, by: timedelta) -> None:
        """Set the wall clock; no real time passes, and deliveries under way take as long."""
        self.now += by
        self._pending = [(at + by, command, arrives) for at, command, arrives in self._pending]
        self._happen(ClockStepped(by.total_seconds()))

    def advance_to(self, moment: datetime) -> None:
        """Let time pass up to and including *moment*."""
        for _ in range(MOST_DEADLINES):
            ends = min((at for at, _, _ in self._pending), default=None)
            due = self.engine.next_deadline()
            upcoming = due if ends is None else min(due, ends)
            if upcoming > moment:
                self.now = max(self.now, moment)
                return
            self.now = max(self.now, upcoming)
            if ends is not None and ends <= self.now:
                self._end_deliveries()
            else:
                self._happen(DeadlineReached())
        raise RuntimeError(f"the story does not come to rest before {moment.isoformat()}")

    def _happen(self, event: Event) -> None:
        for command in self.engine.handle(event, now=self.now):
            self._carry_out(command)

    def _carry_out(self, command: Command) -> None:
        match command:
            case Notify(notification=notification, deadline=deadline):
                outcome = self.delivery(notification)
                ends_at = min(self.now + outcome.takes, deadline)
                arrives = outcome.arrives and self.now + outcome.takes <= deadline
                self._pending.append((ends_at, command, arrives))
            case KeepAlerts(alerts=alerts):
                self.kept.alerts.update((alert.labels, alert) for alert in alerts)
            case ForgetAlerts(labels=labels):
                for one in labels:
                    del self.kept.alerts[one]
            case RememberSent(entry=entry):
                self.kept.remember(entry)
            case ForgetSent(keys=keys):
                for key in keys:
                    del self.kept.log[key]
            case RecordHeld(decision=decision):
                self.held.append(decision)
            case _:
                assert_never(command)

    def _end_deliveries(self) -> None:
        ended = [entry for entry in self._pending if entry[0] <= self.now]
        self._pending = [entry for entry in self._pending if entry[0] > self.now]
        for _, command, arrived in ended:
            note = command.notification
            self.told.append(Told(self.now, note, arrived))
            report = Delivered if arrived else DeliveryFailed
            self._happen(report(command.flush, note.key))
