"""Text that came with alerts, made harmless for the place where it will stand.

Whoever can send an alert chooses these texts; they must not page a whole company, forge lines of a
log, or break a message.
"""

import re
from typing import Final

from alertrouter.rendering.truncation import truncate_runes

# What is not the link that somebody wrote into an annotation may be a mention: <!channel>, <@U1>.
_NOT_A_LINK: Final = re.compile(r"<(?!(?:https?://|mailto:)[^<>\s|]+(?:\|[^<>\n]*)?>)")
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def writable(text: str) -> str:
    """Replace what no message can hold: control characters and halves of surrogate pairs."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def without_mentions(text: str) -> str:
    """Keep links as they are in Slack's markup, and let nothing else begin with ``<``."""
    return _NOT_A_LINK.sub("&lt;", writable(text))


def on_one_line(text: str) -> str:
    r"""Escape all that is not printable: a line end becomes ``\n``, an escape ``\x1b``."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def in_a_header(text: str) -> str:
    """Put a text on one line without control characters, as it may stand in a mail's header."""
    return " ".join(writable(text).split()).strip()


def excerpt(text: str, most: int = 200) -> str:
    """Return the beginning of an answer, on one line, for people to read."""
    return truncate_runes(on_one_line(" ".join(text.split())), most)[0]
