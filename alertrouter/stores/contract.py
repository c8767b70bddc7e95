"""What a store must do. One contract suite runs over every implementation.

A store keeps what the engine decided and decides nothing itself: it expires nothing by its own
clock. Every method that writes returns after the write is durable, or raises StoreUnavailable and
has written nothing. After that it works again as soon as its trouble is over. Writes take effect in
the order in which they were asked for, also those of several callers; a caller that is cancelled
does not take its write back. Times come back with the offset from UTC that they were given with.
"""

from collections.abc import Sequence
from typing import Protocol

from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels
from alertrouter.model.notification import LogEntry, LogKey


class AlertShelf(Protocol):
    """The alerts that are active, or over but not yet forgotten."""

    async def keep_alerts(self, alerts: Sequence[Alert]) -> None:
        """Write alerts over what was kept under the same labels; of several, the last counts.

        Raises Overloaded, and has written nothing, if too many requests wait. The other methods
        never do: what the engine has decided always finds room.
        """
        ...

    async def forget_alerts(self, labels: Sequence[Labels]) -> None:
        """Remove alerts; those that are not there do not matter."""
        ...

    async def load_alerts(self) -> list[Alert]:
        """Return everything kept, in no particular order."""
        ...


class NotificationLog(Protocol):
    """What every integration was last told about every group."""

    async def remember_sent(self, entry: LogEntry) -> None:
        """Write an entry over the one with the same key, unless that one is younger.

        In the same transaction the claim of that key is given back, in either case.
        """
        ...

    async def forget_sent(self, keys: Sequence[LogKey]) -> None:
        """Remove entries; those that are not there do not matter."""
        ...

    async def load_log(self) -> list[LogEntry]:
        """Return every entry."""
        ...


class Claims(Protocol):
    """Who is about to send what: taken before a notification is sent, given back after.

    A claim that is still there when the process starts tells of a notification that may have
    been sent without being recorded.
    """

    async def claim(self, key: LogKey) -> bool:
        """Take the right to tell *key*; False if the claim of an earlier process was found.

        The claim is taken either way: False only means that this may be a repetition.
        """
        ...

    async def release(self, key: LogKey) -> None:
        """Give a claim back, whoever took it; one that is not there does not matter."""
        ...


class Store(AlertShelf, NotificationLog, Claims, Protocol):
    """All ports together, as the composition root opens them."""

    async def close(self) -> None:
        """Finish what is being written and let go of the file or the connection.

        What is asked for after that raises StoreUnavailable; closing again does no harm.
        """
        ...
