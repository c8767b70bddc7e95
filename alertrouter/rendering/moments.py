"""Times and durations in templates: ``{{ alert.starts_at | tz("UTC") | date("%H:%M") }}``."""

import math
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import pass_context
from jinja2.runtime import Context

_PREFIXES: Final = "munpfazy"


def date(moment: datetime, form: str = "%Y-%m-%d %H:%M:%S %Z") -> str:
    """Write a time in strftime's language."""
    return moment.strftime(form)


def tz(moment: datetime, zone: str) -> datetime:
    """Show a time in another zone, such as ``Europe/Paris``."""
    try:
        return moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"{zone!r} is not a time zone: write it like 'Europe/Paris' or 'UTC'"
        ) from None


@pass_context
def since(context: Context, moment: datetime) -> timedelta:
    """Say how long ago a time was when the notification was decided."""
    now = context["now"]
    if not isinstance(now, datetime):
        raise TypeError("the name `now` is taken by something that is not a time")
    return now - moment


def humanize_duration(value: float | str | timedelta) -> str:
    """Write seconds for people: ``1d 2h 3m 4s``, ``1m 2s``, ``1.234s``, ``123.5ms``."""
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if seconds == 0 or not math.isfinite(seconds):
        return f"{seconds:.4g}s"
    if abs(seconds) < 1:
        return _fraction(seconds)
    sign, seconds = ("-" if seconds < 0 else ""), abs(seconds)
    minutes, left = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{sign}{days}d {hours}h {minutes}m {left}s"
    if hours:
        return f"{sign}{hours}h {minutes}m {left}s"
    if minutes:
        return f"{sign}{minutes}m {left}s"
    return f"{sign}{seconds:.4g}s"


def _fraction(seconds: float) -> str:
    steps = 1
    while abs(seconds * 1000**steps) < 1 and steps < len(_PREFIXES):
        steps += 1
    return f"{seconds * 1000**steps:.4g}{_PREFIXES[steps - 1]}s"
