"""Alertmanager's newer matcher grammar: any label name, Go string literals, nothing lenient.

matchers = [ "{" ] [ matcher { "," matcher } [ "," ] ] [ "}" ]     both braces or neither
matcher  = word operator word
word     = Go string literal in double quotes | characters that are not reserved
"""

import re
from typing import Final

from alertrouter.model.labels import is_utf8
from alertrouter.model.matchers import RESERVED, Matcher, MatchOp
from alertrouter.model.quoting import SPACES, unquoted

_TOKEN: Final = re.compile(
    r'(?P<mark>[{},])|(?P<operator>=~|!=|!~|=)|(?P<quoted>"(?:[^"\\]|\\.)*")'
    rf"|(?P<bare>[^{re.escape(RESERVED)}]+)|(?P<end>\Z)",
    re.DOTALL,
)
_SPACE: Final = re.compile(f"[{re.escape(SPACES)}]*")


class _Reader:
    """A place in a text, and the token that stands there."""

    def __init__(self, text: str) -> None:
        self._text: Final = text
        self._next = 0
        self.kind = self.here = ""
        self.advance()

    def advance(self) -> str:
        """Return the token here and move to the next one."""
        passed = self.here
        spaces = _SPACE.match(self._text, self._next)
        self._start = spaces.end() if spaces else self._next
        found = _TOKEN.match(self._text, self._start)
        self._next = found.end() if found else self._start + 1
        self.kind = (found.lastgroup if found else None) or "strange"
        self.here = self._text[self._start : self._next]
        return passed

    def takes(self, mark: str) -> bool:
        """Move on if *mark* stands here, and say whether it did."""
        if self.kind != "mark" or self.here != mark:
            return False
        self.advance()
        return True

    def failure(self, expected: str) -> ValueError:
        """Return the error to raise if something else than *expected* stands here."""
        if self.kind == "end":
            return ValueError(f"unexpected end of input: expected {expected}")
        found = "a quote without an end" if self.here == '"' else self.here
        return ValueError(f"unexpected {found} at character {self._start + 1}: expected {expected}")


def _word(reader: _Reader, expected: str) -> str:
    if reader.kind == "bare":
        word = reader.advance()
        if not is_utf8(word):
            raise ValueError(f"{word!r} is not valid UTF-8")
        return word
    if reader.kind == "quoted":
        return unquoted(reader.advance())
    raise reader.failure(expected)


def _matcher(reader: _Reader) -> Matcher:
    name = _word(reader, "a label name")
    if reader.kind != "operator":
        raise reader.failure("an operator: =, !=, =~ or !~")
    op = MatchOp(reader.advance())
    return Matcher(name, op, _word(reader, 'a label value (write an empty one as "")'))


def parse_utf8_matchers(text: str) -> tuple[Matcher, ...]:
    """Read a list of matchers; raise ValueError with the place of the first mistake."""
    reader = _Reader(text)
    braced = reader.takes("{")
    matchers: list[Matcher] = []
    while reader.kind != "end" and reader.here != "}":
        matchers.append(_matcher(reader))
        if not reader.takes(","):
            break
    if braced and not reader.takes("}"):
        raise reader.failure("a comma or a closing brace" if matchers else "a closing brace")
    if reader.kind != "end":
        raise reader.failure("a comma or the end" if matchers and not braced else "the end")
    return tuple(matchers)


def parse_utf8_matcher(text: str) -> Matcher:
    """Read exactly one matcher, without braces; raise ValueError for anything else."""
    matchers = parse_utf8_matchers(text)
    if len(matchers) != 1:
        raise ValueError(f"expected 1 matcher, found {len(matchers)}")
    return matchers[0]
