"""One flush of one group: for each integration of its receiver, what is said and why.

What the notification log will hold of a message (its entry) is settled here, together with the
message; it becomes true when the message is delivered.
"""

from datetime import datetime, timedelta

from msgspec import Struct

from alertrouter.engine.grouping import Group
from alertrouter.engine.repeats import why_notify
from alertrouter.model.alert import Alert, in_order
from alertrouter.model.labels import Labels
from alertrouter.model.notification import (
    Decision,
    HeldCause,
    Integration,
    LogEntry,
    LogKey,
    Notification,
    Reason,
    Receiver,
)


class Verdict(Struct, frozen=True):
    """What one integration gets at a flush.

    With a ``notification`` the ``entry`` is logged once that is delivered; an entry without one is
    logged at once (the end of a group whose integration does not want to hear of ends).
    """

    decision: Decision
    notification: Notification | None
    entry: LogEntry | None


class Told(Struct, frozen=True):
    """What integrations were told (the notification log), and what they are being told now."""

    log: dict[LogKey, LogEntry]
    under_way: dict[LogKey, LogEntry]

    def has_heard(self, key: LogKey, alert: Labels) -> bool:
        """Say whether *key* was last told that *alert* fires, or is about to hear so."""
        entries = (self.log.get(key), self.under_way.get(key))
        return any(entry is not None and alert.digest in entry.firing for entry in entries)


class Flush:
    """A flush under way: which deliveries it waits for, and what was over when it began."""

    __slots__ = ("at", "group", "has_failed", "over", "waiting")

    def __init__(self, group: Group, at: datetime) -> None:
        self.group = group
        self.at = at
        self.over = group.over(at)
        self.waiting: dict[LogKey, LogEntry] = {}
        self.has_failed = False


class _Content(Struct, frozen=True):
    """The alerts of a group at the moment of a flush, and their digests."""

    alerts: tuple[Alert, ...]
    firing: frozenset[int]
    resolved: frozenset[int]


def _content(group: Group, now: datetime) -> _Content:
    firing: set[int] = set()
    resolved: set[int] = set()
    alerts = in_order(group.alerts())
    for alert in alerts:
        (resolved if alert.is_resolved(now) else firing).add(alert.labels.digest)
    return _Content(tuple(alerts), frozenset(firing), frozenset(resolved))


def verdicts(
    group: Group,
    receiver: Receiver,
    told: Told,
    *,
    retention: timedelta,
    now: datetime,
) -> list[Verdict]:
    """Decide for every integration of *receiver* what it is told about *group* at *now*."""
    content = _content(group, now)
    group_key = group.key
    keeps_for = min(retention, 2 * group.route.options.repeat_interval)
    found = []
    for integration in receiver.integrations:
        key = LogKey(group_key, receiver.name, integration.kind, integration.index)
        decision = _decision(group, integration, content, key, told, now)
        entry = LogEntry(
            key=key,
            at=now,
            firing=content.firing,
            resolved=content.resolved,
            expires_at=now + keeps_for,
        )
        if decision.reason is not None:
            note = _notification(group, integration, content, key, decision.reason, now)
            found.append(Verdict(decision, note, entry))
        else:
            is_over = decision.held is HeldCause.RESOLVED_NOT_WANTED
            found.append(Verdict(decision, None, entry if is_over else None))
    return found


def _decision(
    group: Group,
    integration: Integration,
    content: _Content,
    key: LogKey,
    told: Told,
    now: datetime,
) -> Decision:
    options = group.route.options
    entry = told.log.get(key)
    why: Reason | HeldCause = why_notify(
        entry,
        content.firing,
        content.resolved,
        send_resolved=integration.send_resolved,
        repeat_interval=options.repeat_interval,
        now=now,
    )
    if why is Reason.ALL_RESOLVED and not integration.send_resolved:
        why = HeldCause.RESOLVED_NOT_WANTED
    if key in told.under_way:  # by a group of another route with the same key
        why = HeldCause.BEING_TOLD
    is_repeat_pending = why is HeldCause.ALREADY_TOLD and entry is not None
    return Decision(
        key=key,
        route_id=group.route.id,
        at=now,
        reason=why if isinstance(why, Reason) else None,
        held=why if isinstance(why, HeldCause) else None,
        firing=len(content.firing),
        resolved=len(content.resolved),
        last_told=entry.at if entry else None,
        quiet_until=entry.at + options.repeat_interval if entry and is_repeat_pending else None,
        next_flush=group.due,
    )


def _notification(
    group: Group,
    integration: Integration,
    content: _Content,
    key: LogKey,
    reason: Reason,
    now: datetime,
) -> Notification:
    alerts = content.alerts
    if not integration.send_resolved:
        alerts = tuple(alert for alert in alerts if not alert.is_resolved(now))
    return Notification(key=key, reason=reason, at=now, alerts=alerts, group_labels=group.labels)
