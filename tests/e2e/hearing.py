"""What a receiver of webhooks has heard, read from the requests that reached it."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct, json

from tests.servers import HttpSink, Reply

NO_ANSWER: Final = Reply(delay=60, cut=0)
"""Keep the sender waiting, then hang up."""


class Told(Struct):
    """One alert of a notification."""

    status: str
    labels: dict[str, str]


class Notification(Struct):
    """The parts of a webhook body that tests look at."""

    status: str
    alerts: Sequence[Told]
    reason: str
    path: str = ""

    @property
    def hosts(self) -> list[str]:
        """The ``host`` labels of the alerts, in their order."""
        return [told.labels["host"] for told in self.alerts]


class _Body(Struct):
    status: str
    alerts: list[Told]
    notification_reason: str


def notifications(sink: HttpSink) -> list[Notification]:
    """Return every notification that has arrived, whatever it was answered."""
    heard = []
    for request in sink.received:
        body = json.decode(request.body, type=_Body)
        heard.append(Notification(body.status, body.alerts, body.notification_reason, request.path))
    return heard


def told(sink: HttpSink, name: str, status: str) -> dict[str, str] | None:
    """Return the labels of an alert of this name that was told to have this status."""
    for notification in notifications(sink):
        for alert in notification.alerts:
            if alert.status == status and alert.labels["alertname"] == name:
                return alert.labels
    return None


def names_at(sink: HttpSink, path: str = "/") -> list[str]:
    """Return the names of the alerts that were told at *path*, in order."""
    return [
        alert.labels["alertname"]
        for notification in notifications(sink)
        if notification.path == path
        for alert in notification.alerts
    ]
