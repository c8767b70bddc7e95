r"""Alertmanager's older matcher grammar: classic label names, lenient values.

A list may have an opening brace, a closing one, both or neither. A value may be bare, with spaces
and operators in it; ``\"``, ``\\`` and ``\n`` are its only escapes, any other backslash is itself.
"""

import re
from typing import Final

from alertrouter.model.labels import is_utf8
from alertrouter.model.matchers import Matcher, MatchOp
from alertrouter.model.quoting import SPACES

_ASCII_SPACES: Final = "\t\n\f\r "
_MATCHER: Final = re.compile(
    rf"[{_ASCII_SPACES}]*([a-zA-Z_:][a-zA-Z0-9_:]*)[{_ASCII_SPACES}]*(=~|!=|!~|=)(.*)", re.DOTALL
)
_PIECE: Final = re.compile(r'(?:[^",\\]|\\[^,]?|"(?:[^"\\]|\\.)*(?:"|\\?\Z))*', re.DOTALL)
_VALUE: Final = re.compile(r'(?:[^"\\]|\\.|\\\Z)*', re.DOTALL)
_ESCAPE: Final = re.compile(r'\\([\\"n])')


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] == "n" else found[1]


def parse_classic_matcher(text: str) -> Matcher:
    """Read one matcher; raise ValueError with Alertmanager's text if it is none."""
    matched = _MATCHER.fullmatch(text)
    if matched is None:
        raise ValueError(f"bad matcher format: {text}")
    name, op, rest = matched.groups()
    value = rest.strip(_ASCII_SPACES)
    if not is_utf8(value):
        raise ValueError(f"matcher value not valid UTF-8: {value!r}")
    is_quoted = value.startswith('"')
    inner = value[1:-1] if is_quoted and value.endswith('"') and len(value) > 1 else value
    if _VALUE.fullmatch(inner) is None or (is_quoted and _ends_escaped(inner)):
        raise ValueError(f"matcher value contains unescaped double quote: {value}")
    return Matcher(name, MatchOp(op), _ESCAPE.sub(_unescaped, inner))


def _ends_escaped(inner: str) -> bool:
    backslashes = len(inner) - len(inner.rstrip("\\"))
    return backslashes % 2 == 1


def parse_classic_matchers(text: str) -> tuple[Matcher, ...]:
    """Read a list of matchers; raise ValueError with Alertmanager's text at the first mistake."""
    rest = text.removeprefix("{").removesuffix("}")
    return tuple(map(parse_classic_matcher, _pieces(rest)))


def _pieces(text: str) -> list[str]:
    """Split at the commas outside quotes; an empty last piece is none."""
    pieces, start = [], 0
    while True:
        found = _PIECE.match(text, start)
        end = found.end() if found else len(text)
        pieces.append(text[start:end])
        if end >= len(text):
            break
        start = end + 1
    pieces[-1] = pieces[-1].strip(SPACES)
    return pieces if pieces[-1] else pieces[:-1]
