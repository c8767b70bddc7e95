"""Deduplication: whether a group has something to say to an integration, and why.

The rules are those of Alertmanager's dedup stage, in its order; the first that applies decides.
The repeat interval is compared strictly: an entry exactly that old does not repeat yet.
"""

from datetime import datetime, timedelta

from alertrouter.model.notification import HeldCause, LogEntry, Reason


def why_notify(
    entry: LogEntry | None,
    firing: frozenset[int],
    resolved: frozenset[int],
    *,
    send_resolved: bool,
    repeat_interval: timedelta,
    now: datetime,
) -> Reason | HeldCause:
    """Say why the integration is to be told now, or what holds the group back.

    ``firing`` and ``resolved`` are digests of the alerts in the group that are not muted; ``now``
    is the moment of the flush.
    """
    told = entry.firing if entry else frozenset()
    if not firing:
        return Reason.ALL_RESOLVED if told else HeldCause.NOTHING_FIRED
    if entry is None or not told:
        return Reason.FIRST
    if not firing <= told:
        return Reason.NEW_ALERTS
    if send_resolved and not resolved <= entry.resolved:
        return Reason.SOME_RESOLVED
    if entry.at < now - repeat_interval:
        return Reason.REPEAT
    return HeldCause.ALREADY_TOLD
