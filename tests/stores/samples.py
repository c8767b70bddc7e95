"""Things to store."""

from datetime import UTC, datetime, timedelta
from typing import Final

from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels
from alertrouter.model.notification import LogEntry, LogKey

NOON: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)


def alert(name: str = "HighLatency", *, said: str = "p99 is high", minutes: int = 0) -> Alert:
    """Make an alert named *name* that says *said*, reported so many *minutes* after noon."""
    return Alert(
        labels=Labels({"alertname": name, "severity": "critical"}),
        starts_at=NOON,
        ends_at=NOON + (minutes + 5) * MINUTE,
        updated_at=NOON + minutes * MINUTE,
        annotations={"summary": said},
        generator_url="http://prometheus.example.org/graph",
    )


def key(group: str = '{}:{alertname="HighLatency"}', index: int = 0) -> LogKey:
    """Make the key of one integration's memory of one group."""
    return LogKey(group, "oncall", "slack", index)


def entry(of: LogKey, *, minutes: int = 0, firing: frozenset[int] = frozenset({1})) -> LogEntry:
    """Make an entry that was told so many *minutes* after noon."""
    at = NOON + minutes * MINUTE
    return LogEntry(
        key=of, at=at, firing=firing, resolved=frozenset(), expires_at=at + timedelta(days=5)
    )
