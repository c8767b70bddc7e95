"""Texts cut to what a receiver takes, with an ellipsis where there is room for one.

The rules are Alertmanager's. A rune is a code point; a byte is one of the UTF-8 encoding.
"""

from typing import Final

_ELLIPSIS: Final = "…"
_ELLIPSIS_BYTES: Final = 3


def truncate_runes(text: str, most: int) -> tuple[str, bool]:
    """Return *text* in at most *most* runes, and whether it was cut; three have no ellipsis."""
    if len(text) <= most:
        return text, False
    return (text[:most] if most <= 3 else text[: most - 1] + _ELLIPSIS), True


def truncate_bytes(text: str, most: int) -> tuple[str, bool]:
    """Return *text* in at most *most* bytes, and whether it was cut; runes are never split.

    Where not even the ellipsis fits, dots stand for it.
    """
    encoded = text.encode(errors="replace")
    if len(encoded) <= most:
        return text, False
    if most < _ELLIPSIS_BYTES:
        return "." * most, True
    return encoded[: most - _ELLIPSIS_BYTES].decode(errors="ignore") + _ELLIPSIS, True
