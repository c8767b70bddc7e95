"""The webhook body that Alertmanager sends, version 4.

Keys come in Alertmanager's order. Whoever reads Alertmanager's webhooks reads these.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from msgspec.structs import replace

from alertrouter.model.agreement import in_all
from alertrouter.model.alert import Alert
from alertrouter.model.go_formats import quote_meta, rfc3339
from alertrouter.model.notification import Notification

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None

VERSION: Final = "4"
NO_TIME: Final = "0001-01-01T00:00:00Z"
"""Go's zero time; the end of an alert that fires."""


def webhook_body(
    notification: Notification, *, external_url: str, most: int = 0
) -> dict[str, Json]:
    """Return the body. With *most* above 0 only that many alerts are told, the rest counted.

    Status and common labels are those of the alerts told.
    """
    told = notification.alerts[:most] if most else notification.alerts
    truncated = len(notification.alerts) - len(told)
    if truncated:
        notification = replace(notification, alerts=told)
    return {
        "receiver": quote_meta(notification.key.receiver),
        "status": str(notification.status),
        "alerts": [alert_body(alert, notification.at) for alert in told],
        "notification_reason": str(notification.reason),
        "groupLabels": dict(notification.group_labels),
        "commonLabels": in_all(alert.labels for alert in told),
        "commonAnnotations": in_all(alert.annotations for alert in told),
        "routeLabels": dict(notification.route_labels),
        "externalURL": external_url,
        "version": VERSION,
        "groupKey": notification.key.group_key,
        "truncatedAlerts": truncated,
    }


def alert_body(alert: Alert, now: datetime) -> dict[str, Json]:
    """Return one alert as it stands in the body."""
    return {
        "status": str(alert.status(now)),
        "labels": dict(alert.labels),
        "annotations": dict(sorted(alert.annotations.items())),
        "startsAt": rfc3339(alert.starts_at),
        "endsAt": rfc3339(alert.ends_at) if alert.is_resolved(now) else NO_TIME,
        "generatorURL": alert.generator_url,
        "fingerprint": alert.labels.fingerprint,
    }
