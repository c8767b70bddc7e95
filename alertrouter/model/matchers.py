"""Matchers: one condition on one label, as in ``severity=~"critical|page"``."""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Final, Protocol

import re2

from alertrouter.model.labels import Labels
from alertrouter.model.quoting import SPACES, quoted

RESERVED: Final = "{}!=~,\\\"'`" + SPACES
"""A label name or value with any of these must be quoted."""


class MatchOp(StrEnum):
    """How a value is compared. The order here is the order in which matchers are listed."""

    EQUAL = "="
    NOT_EQUAL = "!="
    REGEX = "=~"
    NOT_REGEX = "!~"


_RANK: Final = {op: rank for rank, op in enumerate(MatchOp)}


_ESCAPE: Final = re.compile(r"\\Q.*?(?:\\E|\Z)|\\.", re.DOTALL)
"""An escape in an expression. Go knows no ``\\C`` (any byte), the library here does."""

_GO_WORDS: Final = {
    "missing )": "missing closing )",
    "missing ]": "missing closing ]",
    "no argument for repetition operator": "missing argument to repetition operator",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "trailing \\": "trailing backslash at end of expression",
}


class _Pattern(Protocol):
    def fullmatch(self, text: str) -> object | None: ...


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> _Pattern:
    """Compile an RE2 expression, anchored; raise ValueError with the reason in Go's words."""
    anchored = f"^(?:{pattern})$"
    if any(escape[0] == r"\C" for escape in _ESCAPE.finditer(pattern)):
        raise ValueError(r"error parsing regexp: invalid escape sequence: `\C`")
    options = re2.Options()
    options.log_errors = False
    try:
        compiled: _Pattern = re2.compile(anchored, options)
    except re2.error as error:
        reason = error.args[0]
        text = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        what, _, where = text.partition(": ")
        told = f"{_GO_WORDS.get(what, what)}: `{where}`" if where else what
        raise ValueError(f"error parsing regexp: {told}") from None
    return compiled


class Matcher:
    """A condition on one label. Expressions match the whole value; absent equals empty.

    Raises ValueError at birth if a regular expression does not compile.
    """

    __slots__ = ("_pattern", "name", "op", "value")

    def __init__(self, name: str, op: MatchOp, value: str) -> None:
        self.name: Final = name
        self.op: Final = op
        self.value: Final = value
        is_regex = op in (MatchOp.REGEX, MatchOp.NOT_REGEX)
        self._pattern: Final = _compiled(value) if is_regex else None

    def accepts(self, value: str) -> bool:
        """Say whether a label with this value satisfies the condition."""
        if self._pattern is None:
            return (value == self.value) is (self.op is MatchOp.EQUAL)
        return (self._pattern.fullmatch(value) is not None) is (self.op is MatchOp.REGEX)

    def matches(self, labels: Labels) -> bool:
        """Say whether *labels* satisfy the condition."""
        return self.accepts(labels.value(self.name))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Matcher):
            return NotImplemented
        return (self.name, self.op, self.value) == (other.name, other.op, other.value)

    def __hash__(self) -> int:
        return hash((self.name, self.op, self.value))

    def __repr__(self) -> str:
        return f"Matcher({self})"

    def __str__(self) -> str:
        r"""Print as Alertmanager does; only ``\``, newline and ``"`` are escaped in the value.

        A name with reserved characters is quoted, and then the value is quoted as Go would.
        """
        if any(char in RESERVED for char in self.name):
            return f"{quoted(self.name)}{self.op}{quoted(self.value)}"
        escaped = self.value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
        return f'{self.name}{self.op}"{escaped}"'


def in_listed_order(matchers: Iterable[Matcher]) -> tuple[Matcher, ...]:
    """Sort by name, then value, then operator, as routes list them in their keys."""
    return tuple(sorted(matchers, key=lambda m: (m.name, m.value, _RANK[m.op])))


def listed(matchers: Iterable[Matcher]) -> str:
    """Print several matchers: ``{a="x",b!="y"}``."""
    return "{" + ",".join(map(str, matchers)) + "}"


def all_match(matchers: Iterable[Matcher], labels: Labels) -> bool:
    """Say whether *labels* satisfy every matcher; none at all match everything."""
    return all(matcher.matches(labels) for matcher in matchers)
