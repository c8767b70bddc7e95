"""Everything the engine can ask for. The counterpart are events.

A driver carries them out in order; what comes of a Notify returns as Delivered or DeliveryFailed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels
from alertrouter.model.notification import Decision, LogEntry, LogKey, Notification


class KeepAlerts(Struct, frozen=True):
    """Persist these alerts as they now are; their sender is answered only after that."""

    alerts: Sequence[Alert]


class ForgetAlerts(Struct, frozen=True):
    """Remove alerts that are over and of which nobody needs to be told any more."""

    labels: Sequence[Labels]


class Notify(Struct, frozen=True):
    """Tell one integration about one group, and report how it went.

    Retry until ``deadline``, then give up: the group will look again by itself.
    """

    flush: int
    notification: Notification
    decision: Decision
    deadline: datetime


class RememberSent(Struct, frozen=True):
    """Persist what an integration has been told, so that a restart does not say it again."""

    entry: LogEntry


class ForgetSent(Struct, frozen=True):
    """Remove entries of the notification log that have expired."""

    keys: Sequence[LogKey]


class RecordHeld(Struct, frozen=True):
    """Add to the trail: this integration was not told, and this is why."""

    decision: Decision


Command: TypeAlias = KeepAlerts | ForgetAlerts | Notify | RememberSent | ForgetSent | RecordHeld
