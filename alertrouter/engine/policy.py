"""What the configuration tells the engine: the tree, who is behind it, and how long things last."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from msgspec import Struct

from alertrouter.model.notification import Receiver
from alertrouter.model.route import Route

RESOLVE_TIMEOUT: Final = timedelta(minutes=5)
STALE_AFTER: Final = timedelta(hours=24)
RETENTION: Final = timedelta(hours=120)
GC_INTERVAL: Final = timedelta(minutes=30)


class Policy(Struct, frozen=True, kw_only=True):
    """The values the engine decides by; it holds no others.

    ``receivers`` has every receiver that a route names. An alert without an end is over after
    ``resolve_timeout`` if it came over the API, after ``stale_after`` if over the webhook.
    ``retention`` bounds how long the notification log remembers; alerts that are over are
    forgotten every ``gc_interval``.
    """

    root: Route
    receivers: Mapping[str, Receiver]
    resolve_timeout: timedelta = RESOLVE_TIMEOUT
    stale_after: timedelta = STALE_AFTER
    retention: timedelta = RETENTION
    gc_interval: timedelta = GC_INTERVAL
