"""Everything that can happen to the engine. The counterpart are commands.

Each is handed to ``Engine.handle`` together with the moment at which it happened.
"""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct

from alertrouter.engine.policy import Policy
from alertrouter.model.alert import Alert
from alertrouter.model.notification import LogEntry, LogKey


class AlertsReceived(Struct, frozen=True):
    """A request brought alerts. One event for the whole batch keeps the hot path flat."""

    alerts: Sequence[Alert]


class DeadlineReached(Struct, frozen=True):
    """The moment that ``Engine.next_deadline`` named has come."""


class Delivered(Struct, frozen=True):
    """A notification was accepted at the other end."""

    flush: int
    key: LogKey


class DeliveryFailed(Struct, frozen=True):
    """A notification was given up; the group will look again at its next flush."""

    flush: int
    key: LogKey


class PolicyChanged(Struct, frozen=True):
    """A valid configuration was loaded: groups are formed anew, nothing is forgotten."""

    policy: Policy


class Restored(Struct, frozen=True):
    """The process started; this is what the store kept. Comes before any other event."""

    alerts: Sequence[Alert]
    log: Sequence[LogEntry]


class ClockStepped(Struct, frozen=True):
    """The wall clock jumped by ``seconds`` (negative: back) while less real time passed."""

    seconds: float


Event: TypeAlias = (
    AlertsReceived
    | DeadlineReached
    | Delivered
    | DeliveryFailed
    | PolicyChanged
    | Restored
    | ClockStepped
)
