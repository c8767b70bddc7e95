"""What templates see: one notification in the words that templates use.

The shape is that of Alertmanager's template data, named the Python way: ``alerts.firing``,
``group_labels.sorted_pairs``, ``common_labels.remove(group_labels.names)``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias

from alertrouter.model.agreement import in_all
from alertrouter.model.alert import Alert, AlertStatus
from alertrouter.model.go_formats import rfc3339
from alertrouter.model.notification import Notification

Cleaning: TypeAlias = Callable[[str], str]


class Pair(NamedTuple):
    """One label or annotation."""

    name: str
    value: str


class Pairs(tuple[Pair, ...]):
    """Labels as a list, ``alertname`` first, then by name; prints as ``a=1, b=2``."""

    __slots__ = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names in this order."""
        return tuple(pair.name for pair in self)

    @property
    def values(self) -> tuple[str, ...]:
        """The values in this order."""
        return tuple(pair.value for pair in self)

    def __str__(self) -> str:
        return ", ".join(f"{name}={value}" for name, value in self)


class LabelMap:
    """Labels or annotations by name; one that is absent is the empty text.

    A label that is called like an attribute is reached with brackets: ``labels["names"]``.
    """

    __slots__ = ("_values", "sorted_pairs")

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)
        ordered = sorted(self._values.items(), key=lambda item: (item[0] != "alertname", item[0]))
        self.sorted_pairs = Pairs(Pair(name, value) for name, value in ordered)

    @property
    def names(self) -> tuple[str, ...]:
        """The names, ``alertname`` first."""
        return self.sorted_pairs.names

    @property
    def values(self) -> tuple[str, ...]:
        """The values in the order of their names, ``alertname`` first."""
        return self.sorted_pairs.values

    def items(self) -> Pairs:
        """Return the same as ``sorted_pairs``: ``{% for name, value in labels.items() %}``."""
        return self.sorted_pairs

    def get(self, name: str, default: str = "") -> str:
        """Return a value, or *default* where there is none."""
        return self._values.get(name, default)

    def remove(self, names: Iterable[str]) -> "LabelMap":
        """Return these labels without those that are named."""
        unwanted = frozenset(names)
        return LabelMap({k: v for k, v in self._values.items() if k not in unwanted})

    def __getitem__(self, name: str) -> str:
        return self._values.get(name, "")

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self._values)

    def __str__(self) -> str:
        return str(self.sorted_pairs)


@dataclass(frozen=True, slots=True)
class AlertView:
    """One alert. ``ends_at`` is None while it fires."""

    status: str
    labels: LabelMap
    annotations: LabelMap
    starts_at: datetime
    ends_at: datetime | None
    generator_url: str
    fingerprint: str

    def as_json(self) -> dict[str, object]:
        """Return the alert as the webhook shows it."""
        return {
            "status": self.status,
            "labels": dict(sorted(self.labels.items())),
            "annotations": dict(sorted(self.annotations.items())),
            "startsAt": rfc3339(self.starts_at),
            "endsAt": "0001-01-01T00:00:00Z" if self.ends_at is None else rfc3339(self.ends_at),
            "generatorURL": self.generator_url,
            "fingerprint": self.fingerprint,
        }


class AlertViews(tuple[AlertView, ...]):
    """Alerts in order, with those that fire and those that are over at hand."""

    __slots__ = ()

    @property
    def firing(self) -> "AlertViews":
        """The alerts that fire."""
        return AlertViews(alert for alert in self if alert.status == AlertStatus.FIRING)

    @property
    def resolved(self) -> "AlertViews":
        """The alerts that are over."""
        return AlertViews(alert for alert in self if alert.status == AlertStatus.RESOLVED)


@dataclass(frozen=True, slots=True)
class View:
    """One notification for one receiver. The names of the fields are the names in templates.

    ``now`` is the moment of the flush, so that the same notification always reads the same.
    """

    receiver: str
    status: str
    alerts: AlertViews
    group_labels: LabelMap
    common_labels: LabelMap
    common_annotations: LabelMap
    route_labels: LabelMap
    external_url: str
    notification_reason: str
    now: datetime


def view(notification: Notification, external_url: str, cleaned: Cleaning = str) -> View:
    """Show a notification to templates, every text that came with the alerts *cleaned*.

    What cleaning must take away depends on where the text will stand: mentions in a chat, line
    ends in a log.
    """

    def labels(values: Mapping[str, str]) -> LabelMap:
        return LabelMap({cleaned(name): cleaned(value) for name, value in values.items()})

    def alert_view(alert: Alert) -> AlertView:
        is_over = alert.is_resolved(notification.at)
        return AlertView(
            status=str(alert.status(notification.at)),
            labels=labels(alert.labels),
            annotations=labels(alert.annotations),
            starts_at=alert.starts_at,
            ends_at=alert.ends_at if is_over else None,
            generator_url=cleaned(alert.generator_url),
            fingerprint=alert.labels.fingerprint,
        )

    alerts = notification.alerts
    return View(
        receiver=notification.key.receiver,
        status=str(notification.status),
        alerts=AlertViews(map(alert_view, alerts)),
        group_labels=labels(notification.group_labels),
        common_labels=labels(in_all(alert.labels for alert in alerts)),
        common_annotations=labels(in_all(alert.annotations for alert in alerts)),
        route_labels=labels(notification.route_labels),
        external_url=external_url,
        notification_reason=str(notification.reason),
        now=notification.at,
    )
