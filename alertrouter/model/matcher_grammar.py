"""Matchers as people write them: ``severity=~"critical|page"``, ``{team="db", env!="dev"}``.

Alertmanager has two grammars. By default it tries both, and where both accept a text but read it
differently, or only the older one accepts it, the older one wins, with a warning.
"""

from collections.abc import Callable
from dataclasses import dataclass

from alertrouter.model.classic_matchers import parse_classic_matcher, parse_classic_matchers
from alertrouter.model.labels import NameMode
from alertrouter.model.matchers import Matcher
from alertrouter.model.quoting import quoted
from alertrouter.model.utf8_matchers import parse_utf8_matcher, parse_utf8_matchers

Grammar = Callable[[str], tuple[Matcher, ...]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text means, and what its author should know about it (empty: nothing)."""

    matchers: tuple[Matcher, ...]
    warning: str = ""


def read_matchers(text: str, mode: NameMode = NameMode.DEFAULT) -> Reading:
    """Read a list of matchers, as one item of ``matchers:`` may hold; raise ValueError."""
    return _read(text, mode, parse_utf8_matchers, parse_classic_matchers)


def parse_matchers(text: str, mode: NameMode = NameMode.DEFAULT) -> tuple[Matcher, ...]:
    """Return the matchers of a list alone; raise ValueError."""
    return read_matchers(text, mode).matchers


def parse_matcher(text: str, mode: NameMode = NameMode.DEFAULT) -> Matcher:
    """Read exactly one matcher, as API filters and the command line take; raise ValueError.

    Braces at either end are refused, except by the classic grammar alone.
    """
    if mode is not NameMode.CLASSIC and (text.startswith("{") or text.endswith("}")):
        raise ValueError(f"unexpected open or close brace: {text}")
    (matcher,) = _read(
        text,
        mode,
        lambda one: (parse_utf8_matcher(one),),
        lambda one: (parse_classic_matcher(one),),
    ).matchers
    return matcher


def _read(text: str, mode: NameMode, utf8: Grammar, classic: Grammar) -> Reading:
    match mode:
        case NameMode.UTF8:
            return Reading(utf8(text))
        case NameMode.CLASSIC:
            return Reading(classic(text))
        case NameMode.DEFAULT:
            return _read_both(text, utf8, classic)


def _read_both(text: str, utf8: Grammar, classic: Grammar) -> Reading:
    newer, older = _attempt(utf8, text), _attempt(classic, text)
    if isinstance(older, ValueError):
        if isinstance(newer, ValueError):
            raise older
        return Reading(newer)
    if newer == older:
        return Reading(older)
    rewrite = ",".join(map(str, older))
    if isinstance(newer, ValueError):
        return Reading(
            older,
            f"{quoted(text)} is read by the classic matcher grammar only ({newer}): "
            f"write {rewrite}",
        )
    return Reading(
        older,
        f"disagreement: the classic and the UTF-8 matcher grammar read {quoted(text)} differently, "
        f"the classic reading is used: write {rewrite}, "
        f"or {','.join(map(str, newer))} if that is meant",
    )


def _attempt(grammar: Grammar, text: str) -> tuple[Matcher, ...] | ValueError:
    try:
        return grammar(text)
    except ValueError as error:
        return error
