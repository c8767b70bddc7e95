r"""Strings quoted the way Go prints them, because group keys and matchers are shown that way.

Alertmanager builds group keys and matcher texts with Go's ``strconv.Quote``: double quotes,
``\a \b \f \n \r \t \v \\ \"`` by name, other unprintable characters as ``\x07``, ``\u200b`` or
``\U000e0001``, printable Unicode as it is.
"""

from typing import Final

_NAMED: Final = {
    '"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f",
    "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v",
}  # fmt: skip


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
