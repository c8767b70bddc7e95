"""What is told to whom, why, and what the notification log remembers of it."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from alertrouter.model.alert import Alert, AlertStatus
from alertrouter.model.labels import NO_LABELS, Labels


class Reason(StrEnum):
    """Why a group speaks: the words that webhooks, logs, metrics and the trail share."""

    FIRST = "first notification"
    NEW_ALERTS = "new alerts added"
    SOME_RESOLVED = "some alerts resolved"
    ALL_RESOLVED = "all alerts resolved"
    REPEAT = "repeat interval elapsed"


class Integration(Struct, frozen=True, order=True):
    """One channel of a receiver: the *index*-th of its kind (``slack``, ``webhook`` …)."""

    kind: str
    index: int
    send_resolved: bool = True

    def __str__(self) -> str:
        return f"{self.kind}[{self.index}]"


class Receiver(Struct, frozen=True):
    """A name in routes.yaml and the channels behind it; none at all is a legal black hole."""

    name: str
    integrations: tuple[Integration, ...] = ()


class LogKey(Struct, frozen=True, order=True):
    """What the notification log files under: one group, one integration of one receiver."""

    group_key: str
    receiver: str
    kind: str
    index: int

    def __str__(self) -> str:
        return f"{self.receiver}/{self.kind}[{self.index}]"


class LogEntry(Struct, frozen=True, kw_only=True):
    """What an integration was last told about a group, and when that was.

    ``firing`` and ``resolved`` are the digests of the alerts' labels. The entry may be forgotten
    after ``expires_at``.
    """

    key: LogKey
    at: datetime
    firing: frozenset[int]
    resolved: frozenset[int]
    expires_at: datetime


class HeldCause(StrEnum):
    """Why an integration was not told something at a flush."""

    NOTHING_FIRED = "nothing of it was ever told"
    ALREADY_TOLD = "already told"
    BEING_TOLD = "being told at this moment"
    RESOLVED_NOT_WANTED = "send_resolved is false"


class Decision(Struct, frozen=True, kw_only=True):
    """Why one integration of a group was told something at one flush, or was not.

    Exactly one of ``reason`` and ``held`` is set. ``quiet_until`` is the moment from which the
    same content would be told again; ``next_flush`` the next moment at which anything can be.
    """

    key: LogKey
    route_id: str
    at: datetime
    reason: Reason | None
    held: HeldCause | None
    firing: int
    resolved: int
    last_told: datetime | None
    quiet_until: datetime | None
    next_flush: datetime


class Notification(Struct, frozen=True, kw_only=True):
    """One message about one group for one integration, complete and in order.

    ``at`` is the moment of the flush: an alert fires in this message if it fired then.
    """

    key: LogKey
    reason: Reason
    at: datetime
    alerts: tuple[Alert, ...]
    group_labels: Labels = NO_LABELS
    route_labels: Labels = NO_LABELS

    @property
    def firing(self) -> tuple[Alert, ...]:
        """The alerts that fire."""
        return tuple(alert for alert in self.alerts if not alert.is_resolved(self.at))

    @property
    def resolved(self) -> tuple[Alert, ...]:
        """The alerts that are over."""
        return tuple(alert for alert in self.alerts if alert.is_resolved(self.at))

    @property
    def status(self) -> AlertStatus:
        """Firing as long as one alert fires."""
        return AlertStatus.FIRING if self.firing else AlertStatus.RESOLVED
