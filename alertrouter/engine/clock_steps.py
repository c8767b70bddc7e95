"""What is known, told again in the time of a clock that was set.

Ages stay what they are: an entry of the log that is an hour old is an hour old after the step. An
alert that is over stays over, one that fires goes on; no report is younger than the next one.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from alertrouter.model.alert import Alert
from alertrouter.model.notification import LogEntry


def alert_after_step(alert: Alert, by: timedelta, now: datetime) -> Alert:
    """Return *alert* as it is at *now*, right after the clock was moved *by*.

    After a step ahead an alert that fires gets as much longer; the next report corrects that,
    because such an end yields like a timeout.
    """
    if by < timedelta():
        return alert_set_back(alert, now - by, now)
    if alert.is_resolved(now - by):
        return alert
    return replace(alert, ends_at=alert.ends_at + by, is_timeout=True)


def alert_set_back(alert: Alert, then: datetime, now: datetime) -> Alert:
    """Return *alert* after the clock went back from *then* to *now*: it has no past in the future.

    Else a report that comes now would count as older than one that came before.
    """
    ends_at = min(alert.ends_at, now) if alert.is_resolved(then) else alert.ends_at
    return replace(
        alert,
        starts_at=min(alert.starts_at, ends_at),
        ends_at=ends_at,
        updated_at=min(alert.updated_at, now),
    )


def entry_after_step(entry: LogEntry, by: timedelta) -> LogEntry:
    """Return *entry* at the age that it had before the clock was moved *by*."""
    return replace(entry, at=entry.at + by, expires_at=entry.expires_at + by)
