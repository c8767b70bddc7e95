"""Durations as Prometheus writes them: ``1h30m``, ``90s``, ``2w``; years are 365 days."""

import re
from datetime import timedelta
from typing import Final

_UNITS: Final = (("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000),
                 ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1))  # fmt: skip
_GRAMMAR: Final = re.compile("".join(rf"(?:([0-9]+){unit})?" for unit, _ in _UNITS))
_PART: Final = re.compile(r"([0-9]+)([^0-9]+)")
_LONGEST_MS: Final = (2**63 - 1) // 1_000_000  # Go counts nanoseconds in 64 bits
_EXAMPLE: Final = 'write it like "30s", "5m", "1h30m" or "4d"'


def parse_duration(text: str) -> timedelta:
    """Read a duration; raise ValueError with the remedy if it is not one."""
    if text == "0":
        return timedelta()
    matched = _GRAMMAR.fullmatch(text)
    if not text or matched is None:
        raise ValueError(f"{_why_not(text)}: {_EXAMPLE}")
    milliseconds = sum(
        int(count) * size
        for count, (_, size) in zip(matched.groups(), _UNITS, strict=True)
        if count
    )
    if milliseconds > _LONGEST_MS:
        raise ValueError(f"{text!r} is longer than the 292 years a duration can be")
    return timedelta(milliseconds=milliseconds)


def _why_not(text: str) -> str:
    """Say in Alertmanager's words what is wrong with a text that is no duration."""
    units = [unit for unit, _ in _UNITS]
    for _, unit in _PART.findall(text):
        if unit not in units:
            return f'unknown unit "{unit}" in duration "{text}"'
    return f'not a valid duration string: "{text}"' if text else "empty duration string"


def format_duration(duration: timedelta) -> str:
    """Write a duration as Prometheus does: years and weeks only where nothing is left over."""
    left = duration // timedelta(milliseconds=1)
    if left == 0:
        return "0s"
    parts = []
    for unit, size in _UNITS:
        if unit in ("y", "w") and left % size:
            continue
        if count := left // size:
            parts.append(f"{count}{unit}")
            left -= count * size
    return "".join(parts)
