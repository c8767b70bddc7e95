"""Mistakes as the checks see them: a path in the document and a sentence; places come later."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""The keys and indexes that lead from the top of the document to a value."""

_STEP: Final = re.compile(r'\["(?P<quoted>[^"]*)"\]|\[(?P<index>\d+)\]|(?P<bare>[^.\[]+)')
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_MOST_COMPARED: Final = 2_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake. ``at_key`` points to the key instead of the value behind it."""

    path: Path
    message: str
    at_key: bool = False


def dotted(path: Path) -> str:
    """Write a path as people do: ``route.routes[2].match["a b"]``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _BARE.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text


def undotted(text: str) -> Path:
    """Read what ``dotted`` has written."""
    return tuple(
        int(step["index"]) if step["index"] else step["quoted"] or step["bare"] or ""
        for step in _STEP.finditer(text)
    )


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Return `` (did you mean "x"?)`` if one of the *known* words is close, else nothing."""
    close = get_close_matches(word, known[:_MOST_COMPARED], n=1)
    return f' (did you mean "{close[0]}"?)' if close else ""
