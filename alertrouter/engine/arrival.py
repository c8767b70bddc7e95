"""A report becomes an alert: missing times are filled in, impossible ones refused.

Follows Alertmanager's intake. A sender that names no end promises to repeat itself: the alert is
over when it has not done so for a *lifetime* (``resolve_timeout``, or ``stale_after`` for
webhooks).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels

ZERO_YEAR: Final = 1
# Later moments count as this one: any duration can be added to it without leaving the calendar.
LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)


def is_zero(moment: datetime) -> bool:
    """Say whether this is Go's zero time, which senders write where there is none."""
    return moment.year == ZERO_YEAR


def arrived(
    labels: Labels,
    annotations: Mapping[str, str],
    starts_at: datetime | None,
    ends_at: datetime | None,
    generator_url: str,
    *,
    now: datetime,
    lifetime: timedelta,
) -> Alert:
    """Return the complete alert, or raise ValueError if it would end before it starts.

    A zero time counts as missing; one beyond the year 9000 as its beginning.
    """
    is_timeout = False
    if ends_at is None or ends_at.year == ZERO_YEAR:
        is_timeout = True
        ends_at = now + lifetime
    if starts_at is None or starts_at.year == ZERO_YEAR:
        starts_at = now if is_timeout else ends_at
    if ends_at.year >= LATEST.year:
        starts_at, ends_at = min(starts_at, LATEST), min(ends_at, LATEST)
    if ends_at < starts_at:
        raise ValueError(
            f"endsAt: {ends_at.isoformat()} is before startsAt {starts_at.isoformat()}"
            + (": set endsAt, or send startsAt in the past" if is_timeout else "")
        )
    return Alert(
        labels=labels,
        annotations=annotations,
        starts_at=starts_at,
        ends_at=ends_at,
        updated_at=now,
        generator_url=generator_url,
        is_timeout=is_timeout,
    )
