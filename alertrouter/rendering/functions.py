"""What templates can do beyond Jinja2's own filters, as Alertmanager's functions do it.

The value that a function works on comes first, so that all of them are filters:
``{{ alert.starts_at | tz("Europe/Paris") | date("%H:%M") }}``. Every function raises ValueError
(or TypeError) for what it cannot take; the template then fails.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final, Protocol
from urllib.parse import quote_plus, unquote_plus, urlsplit

import re2

from alertrouter.model.go_formats import go_json, quote_meta, rfc3339
from alertrouter.rendering.context import AlertView, LabelMap
from alertrouter.rendering.moments import date, humanize_duration, since, tz

_BAD_ESCAPE: Final = re.compile(r"%(?![0-9a-fA-F]{2})")
_WORD: Final = re.compile(r"\w+(?:['’.:·]\w+)*")
_REFERENCE: Final = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})", re.ASCII)
_SAFE_SCHEMES: Final = frozenset({"", "http", "https", "mailto"})


class _Match(Protocol):
    def group(self, group: int | str) -> str | None: ...


class _Regex(Protocol):
    def search(self, text: str) -> _Match | None: ...

    def sub(self, replacement: Callable[[_Match], str], text: str) -> str: ...


@lru_cache(maxsize=512)
def _regex(pattern: str) -> _Regex:
    options = re2.Options()
    options.log_errors = False
    try:
        compiled: _Regex = re2.compile(pattern, options)
    except re2.error:
        raise ValueError(f"{pattern!r} is not an RE2 expression") from None
    return compiled


def match(text: str, pattern: str) -> bool:
    """Say whether the RE2 expression is found anywhere in the text."""
    return _regex(pattern).search(text) is not None


def re_replace_all(text: str, pattern: str, replacement: str) -> str:
    """Replace all that the RE2 expression finds; ``$1`` and ``${name}`` stand for groups."""

    def expanded(found: _Match) -> str:
        def named(reference: re.Match[str]) -> str:
            name = reference[1] or reference[2]
            if name is None:
                return "$"
            try:
                return found.group(int(name) if name.isdecimal() else name) or ""
            except (IndexError, KeyError, re2.error):
                return ""  # as in Go: a group that does not exist is empty

        return _REFERENCE.sub(named, replacement)

    return _regex(pattern).sub(expanded, text)


def title(text: str) -> str:
    """Write every word with a capital and the rest of it in lower case."""
    return _WORD.sub(lambda word: word[0][:1].title() + word[0][1:].lower(), text)


def url_escape(text: str) -> str:
    """Encode a text for the query of a URL; a space becomes ``+``."""
    return quote_plus(text)


def url_unescape(text: str) -> str:
    """Decode a text from the query of a URL."""
    if _BAD_ESCAPE.search(text):
        raise ValueError(f"{text!r} has a % without two hex digits after it")
    return unquote_plus(text)


def web_url(text: str) -> str:
    """Return a URL that a mail may link to; ``#`` instead of, say, a ``javascript:`` one."""
    try:
        scheme = urlsplit(text.strip()).scheme
    except ValueError:
        return "#"
    return text if scheme in _SAFE_SCHEMES else "#"


def base64_encode(text: str) -> str:
    """Encode in base64 with the alphabet that is safe in URLs, padded."""
    return urlsafe_b64encode(text.encode()).decode()


def base64_decode(text: str) -> str:
    """Decode what base64_encode gives."""
    if not re.fullmatch(r"[A-Za-z0-9_=-]*", text):
        raise ValueError(f"{text!r} is not base64 in the alphabet that is safe in URLs")
    return urlsafe_b64decode(text).decode()


def to_json(value: object) -> str:
    """Encode as compact JSON: alerts as the webhook shows them, mappings sorted by name."""
    return go_json(_jsonable(value))


def _jsonable(value: object) -> object:
    match value:
        case AlertView():
            return value.as_json()
        case LabelMap():
            return dict(sorted(value.items()))
        case datetime():
            return rfc3339(value)
        case Mapping():
            return {str(name): _jsonable(value[name]) for name in sorted(value, key=str)}
        case str() | int() | float() | None:
            return value
        case Iterable():
            return [_jsonable(item) for item in value]
        case _:
            raise TypeError(f"a {type(value).__name__} cannot be written as JSON")


FILTERS: Final[Mapping[str, Callable[..., object]]] = {
    "base64_decode": base64_decode,
    "base64_encode": base64_encode,
    "date": date,
    "humanize_duration": humanize_duration,
    "match": match,
    "re_escape": quote_meta,
    "re_replace_all": re_replace_all,
    "since": since,
    "title": title,
    "to_json": to_json,
    "to_lower": str.lower,
    "to_upper": str.upper,
    "trim_space": str.strip,
    "tz": tz,
    "url_escape": url_escape,
    "url_unescape": url_unescape,
    "web_url": web_url,
}
TESTS: Final[Mapping[str, Callable[..., bool]]] = {"match": match}
