"""JSON, times and regular expressions as Go writes them, because receivers expect just that."""

import json
import re
from datetime import datetime, timedelta
from typing import Final

_META: Final = re.compile(r"[\\.+*?()|\[\]{}^$]")
_ESCAPES: Final = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def go_json(value: object) -> str:
    r"""Encode mappings, sequences, texts, numbers, booleans and None as ``encoding/json`` does.

    No spaces, text as UTF-8; ``<``, ``>`` and ``&`` become ``\u003c``, ``\u003e`` and ``\u0026``.
    Keys stay in the order given. Raises TypeError for anything else, and ValueError for numbers
    that JSON does not have.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(_ESCAPES)


def rfc3339(moment: datetime) -> str:
    """Write a time as Go does: zeros at the end of the fraction trimmed, ``Z`` for UTC."""
    whole = f"{moment.year:04d}-{moment:%m-%dT%H:%M:%S}"
    fraction = f".{moment.microsecond:06d}".rstrip("0").rstrip(".")
    offset = moment.utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    if minutes == 0:
        return f"{whole}{fraction}Z"
    sign = "-" if minutes < 0 else "+"
    hours, minutes = divmod(abs(minutes), 60)
    return f"{whole}{fraction}{sign}{hours:02d}:{minutes:02d}"


def quote_meta(text: str) -> str:
    """Put a backslash before everything that means something in a regular expression."""
    return _META.sub(r"\\\g<0>", text)
