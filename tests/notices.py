"""Notifications for tests of what is made of them."""

from datetime import UTC, datetime, timedelta
from typing import Final

from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels
from alertrouter.model.notification import LogKey, Notification, Reason

NOW: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def alert(
    name: str = "HighCPU",
    *,
    is_over: bool = False,
    annotations: dict[str, str] | None = None,
    url: str = "http://prometheus/graph?a=1&b=2",
    **labels: str,
) -> Alert:
    """Return an alert that began five minutes ago, and ended ten seconds ago if it is over."""
    return Alert(
        labels=Labels({"alertname": name, **labels}),
        annotations=annotations or {},
        starts_at=NOW - timedelta(minutes=5),
        ends_at=NOW + (timedelta(seconds=-10) if is_over else timedelta(minutes=5)),
        updated_at=NOW,
        generator_url=url,
    )


def notice(
    *alerts: Alert,
    group: dict[str, str] | None = None,
    receiver: str = "team",
    kind: str = "webhook",
    reason: Reason = Reason.FIRST,
) -> Notification:
    """Return a notification of *alerts*, grouped by alert name unless told otherwise."""
    told = alerts or (alert(instance="a:9100", severity="critical"),)
    labels = Labels({"alertname": told[0].labels["alertname"]} if group is None else group)
    return Notification(
        key=LogKey(f"{{}}:{labels}", receiver, kind, 0),
        reason=reason,
        at=NOW,
        alerts=told,
        group_labels=labels,
    )
