r"""Strings quoted the way Go prints them, because group keys and matchers are shown that way.

Alertmanager builds group keys and matcher texts with Go's ``strconv.Quote``: double quotes,
``\a \b \f \n \r \t \v \\ \"`` by name, other unprintable characters as ``\x07``, ``\u200b`` or
``\U000e0001``, printable Unicode as it is.
"""

import re
from typing import Final

SPACES: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The characters that Go takes for white space; Python's own notion has a few more."""

_NAMED: Final = {
    '"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f",
    "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v",
}  # fmt: skip
_MEANING: Final = {escape[1]: char for char, escape in _NAMED.items()}
_LITERAL: Final = re.compile(
    r"(?P<text>[^\\\n\"]+)|\\(?:(?P<named>[abfnrtv\\\"])|x(?P<byte>[0-9a-fA-F]{2})|(?P<octal>[0-7]{3})"
    r"|u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8}))"
)


def _escaped(char: str) -> str:
    if char in _NAMED:
        return _NAMED[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def quoted(text: str) -> str:
    """Return *text* in double quotes, escaped as Go's strconv.Quote does."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_escaped, text)) + '"'


def unquoted(literal: str) -> str:
    """Read a Go string literal in double quotes; raise ValueError if it is none, or not UTF-8."""
    if len(literal) < 2 or literal[0] != '"' or literal[-1] != '"':
        raise ValueError(f"{literal} is not in double quotes")
    read, position, end = bytearray(), 1, len(literal) - 1
    while position < end:
        piece = _LITERAL.match(literal, position, end)
        if piece is None:
            raise ValueError(
                f"invalid escape in {literal}: write a backslash as \\\\ and a newline as \\n"
            )
        read += _piece_bytes(piece, literal)
        position = piece.end()
    try:
        return read.decode()
    except UnicodeDecodeError:
        raise ValueError(f"{literal} is not valid UTF-8") from None


def _piece_bytes(piece: re.Match[str], literal: str) -> bytes:
    kind, text = piece.lastgroup, piece[piece.lastindex or 0]
    try:
        match kind:
            case "text":
                return text.encode()
            case "named":
                return _MEANING[text].encode()
            case "byte" | "octal":
                return bytes([int(text, 16 if kind == "byte" else 8)])
            case _:
                return chr(int(text, 16)).encode()
    except (ValueError, OverflowError):
        raise ValueError(f"{literal} has an escape that names no character") from None
