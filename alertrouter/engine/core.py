"""The engine: events in, commands out.

Rules of this file:
1. Nothing here reads a clock. ``now`` comes with every event and never goes back, except as told
   by ClockStepped.
2. What the log says has been told is only what was delivered.
3. An alert that fires is never forgotten; one that is over stays until its groups have told so.
"""

from datetime import datetime, timedelta
from itertools import count
from typing import Final, assert_never

from msgspec.structs import replace

from alertrouter.engine.clock_steps import alert_after_step, alert_set_back, entry_after_step
from alertrouter.engine.commands import (
    Command,
    ForgetAlerts,
    ForgetSent,
    KeepAlerts,
    Notify,
    RecordHeld,
    RememberSent,
)
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
from alertrouter.engine.flushing import Flush, Told, verdicts
from alertrouter.engine.grouping import Group, Groups, KnownAlert, first_due
from alertrouter.engine.policy import Policy
from alertrouter.engine.regrouping import formed_anew
from alertrouter.engine.routing import matching
from alertrouter.engine.shelf import Shelf
from alertrouter.model.alert import stored_after
from alertrouter.model.notification import HeldCause, LogEntry
from alertrouter.model.route import Route

# A flush may take as long as the group interval, but never less than this (as in Alertmanager).
SHORTEST_FLUSH: Final = timedelta(seconds=10)
# How many alerts one DeadlineReached may look through, so that a thousand groups that are due at
# once do not hold up what arrives meanwhile; the rest is due at once again.
ALERTS_PER_DEADLINE: Final = 2_000


class Engine:
    """Decides who is told what, and when, over alerts that are all in memory."""

    def __init__(self, policy: Policy, *, now: datetime) -> None:
        self._policy = policy
        self._shelf = Shelf()
        self._groups = Groups()
        self._told = Told({}, {})
        self._flushes: dict[int, Flush] = {}
        self._flush_ids = count(1)
        self._next_gc = now + policy.gc_interval

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._policy

    @property
    def shelf(self) -> Shelf:
        """The known alerts; to look at, not to change."""
        return self._shelf

    @property
    def groups(self) -> Groups:
        """The live groups; to look at, not to change."""
        return self._groups

    @property
    def log_size(self) -> int:
        """How many entries the notification log holds."""
        return len(self._told.log)

    def next_deadline(self) -> datetime:
        """Say when the engine next wants a DeadlineReached."""
        due = self._groups.next_due()
        return self._next_gc if due is None else min(due, self._next_gc)

    def handle(self, event: Event, *, now: datetime) -> list[Command]:
        """Apply one event and return what must now be done, in order."""
        match event:
            case AlertsReceived():
                return self._receive(event, now)
            case DeadlineReached():
                return self._reach_deadline(now)
            case Delivered() | DeliveryFailed():
                return self._conclude(event, now)
            case PolicyChanged(policy=policy):
                self._change_policy(policy, now)
            case Restored():
                return self._restore(event, now)
            case ClockStepped(seconds=seconds):
                return self._step_clock(timedelta(seconds=seconds), now)
            case _:
                assert_never(event)
        return []

    # Alerts come in

    def _receive(self, event: AlertsReceived, now: datetime) -> list[Command]:
        kept = []
        for report in event.alerts:
            known = self._shelf.get(report.labels)
            if known is None:
                known = self._shelf.put(report)
                known.groups = self._groups_for(known, now)
            else:
                known.alert = stored_after(known.alert, report, now)
            if not known.is_settled:
                self._settle(known, now)
            kept.append(known.alert)
        return [KeepAlerts(kept)]

    def _groups_for(self, known: KnownAlert, now: datetime) -> list[Group]:
        routes = matching(self._policy.root, known.alert.labels)
        return [self._group_for(route, known, now) for route in routes]

    def _settle(self, known: KnownAlert, now: datetime) -> None:
        """Make the alert a member of all its groups, opening those that are gone."""
        for position, group in enumerate(known.groups):
            alive = self._group_for(group.route, known, now) if group.is_gone else group
            alive.join(known)
            known.groups[position] = alive
        known.is_settled = True

    def _group_for(self, route: Route, known: KnownAlert, now: datetime) -> Group:
        labels = route.group_labels(known.alert.labels)
        group = self._groups.get((route.id, labels))
        if group is None:
            group = Group(route, labels, first_due(known.alert, route.options.group_wait, now))
            self._groups.add(group)
        return group

    # Time passes

    def _reach_deadline(self, now: datetime) -> list[Command]:
        commands: list[Command] = []
        seen = 0
        while seen < ALERTS_PER_DEADLINE and (group := self._groups.pop_due(now)):
            seen += max(1, len(group))
            self._groups.rearm(group, now + group.route.options.group_interval)
            if group.is_flushing:
                group.has_missed_tick = True
            else:
                commands += self._flush(group, now)
        if now >= self._next_gc:
            self._next_gc = now + self._policy.gc_interval
            commands += self._forget(now)
        return commands

    def _flush(self, group: Group, now: datetime) -> list[Command]:
        flush_id, flush = next(self._flush_ids), Flush(group, now)
        options = group.route.options
        deadline = now + max(options.group_interval, SHORTEST_FLUSH)
        commands: list[Command] = []
        receiver, retention = self._policy.receivers[options.receiver], self._policy.retention
        for verdict in verdicts(group, receiver, self._told, retention=retention, now=now):
            if verdict.notification is not None and verdict.entry is not None:
                flush.waiting[verdict.entry.key] = verdict.entry
                self._told.under_way[verdict.entry.key] = verdict.entry
                commands.append(Notify(flush_id, verdict.notification, verdict.decision, deadline))
                continue
            commands.append(RecordHeld(verdict.decision))
            flush.has_failed |= verdict.decision.held is HeldCause.BEING_TOLD
            if verdict.entry is not None:
                commands.append(self._remember(verdict.entry))
        if flush.waiting:
            self._flushes[flush_id] = flush
            group.is_flushing = True
        else:
            self._end_flush(flush)
        return commands

    def _forget(self, now: datetime) -> list[Command]:
        """Drop what nobody needs any more: alerts that are over, entries that have expired.

        An entry outlives its time while its group lives: only with it is an end known to be news.
        """
        over = self._shelf.forget_over(now)
        live = {group.key for group in self._groups}
        expired = [
            key
            for key, entry in self._told.log.items()
            if entry.expires_at <= now and key.group_key not in live
        ]
        for key in expired:
            del self._told.log[key]
        commands: list[Command] = []
        if over:
            commands.append(ForgetAlerts(over))
        if expired:
            commands.append(ForgetSent(expired))
        return commands

    # Deliveries end

    def _conclude(self, event: Delivered | DeliveryFailed, now: datetime) -> list[Command]:
        flush = self._flushes[event.flush]
        entry = flush.waiting.pop(event.key)
        del self._told.under_way[event.key]
        commands: list[Command] = []
        if isinstance(event, Delivered):
            took = now - entry.at
            commands.append(
                self._remember(replace(entry, at=now, expires_at=entry.expires_at + took))
            )
        else:
            flush.has_failed = True
        if not flush.waiting:
            del self._flushes[event.flush]
            flush.group.is_flushing = False
            self._end_flush(flush)
            commands += self._take_up_missed_tick(flush.group, now)
        return commands

    def _remember(self, entry: LogEntry) -> RememberSent:
        self._told.log[entry.key] = entry
        return RememberSent(entry)

    def _end_flush(self, flush: Flush) -> None:
        """After a flush that failed everything stays, and is looked at again at the next tick."""
        if flush.has_failed or flush.group.is_gone:
            return
        flush.group.drop_told(flush.over)
        if not flush.group.members:
            self._groups.remove(flush.group)

    def _take_up_missed_tick(self, group: Group, now: datetime) -> list[Command]:
        if group.is_gone or not group.has_missed_tick:
            return []
        group.has_missed_tick = False
        self._groups.rearm(group, now + group.route.options.group_interval)
        return self._flush(group, now)

    # The world changes

    def _change_policy(self, policy: Policy, now: datetime) -> None:
        self._policy = policy
        self._next_gc = min(self._next_gc, now + policy.gc_interval)
        for flush in self._flushes.values():
            flush.over.clear()  # it tells of these ends, but to those of the former policy
        self._groups = formed_anew(self._shelf, policy, self._groups, self._told, now)

    def _restore(self, event: Restored, now: datetime) -> list[Command]:
        """Take up what was kept; if the clock went back meanwhile, nothing is from the future."""
        for alert in event.alerts:
            is_early = alert.updated_at > now
            self._shelf.put(alert_set_back(alert, alert.updated_at, now) if is_early else alert)
        self._told.log.update((entry.key, entry) for entry in event.log)
        early = [entry_after_step(entry, now - entry.at) for entry in event.log if entry.at > now]
        commands = self._rewrite(early)
        self._groups = formed_anew(self._shelf, self._policy, self._groups, self._told, now)
        return commands

    def _step_clock(self, by: timedelta, now: datetime) -> list[Command]:
        """Keep what was promised in real time: timers go on, and nothing ends by the jump alone."""
        self._groups.shift(by)
        self._next_gc += by
        for known in self._shelf.values():
            known.alert = alert_after_step(known.alert, by, now)
        for flush in self._flushes.values():
            for key, entry in flush.waiting.items():
                flush.waiting[key] = entry_after_step(entry, by)
        return self._rewrite([entry_after_step(entry, by) for entry in self._told.log.values()])

    def _rewrite(self, entries: list[LogEntry]) -> list[Command]:
        """Put entries in the place of younger ones, which a store would not let go otherwise."""
        if not entries:
            return []
        commands: list[Command] = [ForgetSent([entry.key for entry in entries])]
        commands += [self._remember(entry) for entry in entries]
        return commands
