"""Times as Alertmanager's API accepts and prints them.

Accepted besides RFC 3339: a missing zone (UTC), an offset without colon, minutes without seconds,
a space for the T, a bare date, and the empty string (1970, as in Alertmanager). Go's zero time,
year 1, means that there is none.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_FORM: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?"
    r"\s?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_REMEDY: Final = 'write it like "2026-01-31T13:00:00Z"'


def parse_time(text: str) -> datetime | None:
    """Read a time, always with a zone; None for the zero time. Raises ValueError."""
    if not text:
        return _EPOCH
    matched = _FORM.fullmatch(text)
    if matched is None:
        raise ValueError(f"{text!r} is not a time: {_REMEDY}")
    date, minutes, seconds, fraction, _, sign, hours_off, minutes_off = matched.groups()
    if date.startswith("0001-"):
        return None
    micros = (fraction or "0")[:6].ljust(6, "0")
    try:
        local = datetime.fromisoformat(f"{date}T{minutes or '00:00'}:{seconds or '00'}.{micros}")
        zone: timezone = UTC
        if sign:
            offset = timedelta(hours=int(hours_off), minutes=int(minutes_off))
            zone = timezone(-offset if sign == "-" else offset)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a time ({error}): {_REMEDY}") from None
    return local.replace(tzinfo=zone)
