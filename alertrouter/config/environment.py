"""Environment variables in routes.yaml; the only file that reads the environment.

In a value, quoted or not, ``${NAME}`` becomes the variable's value, and ``${NAME:-text}`` becomes
*text* if the variable is unset or empty. ``$${NAME}`` is the escape: it stays as ``${NAME}``.
Everything else with a dollar stays as it is (regular expressions and Go templates are full of
them), keys are never expanded, and what a variable holds is text, never YAML. Between ``{`` and
``}`` of YAML itself, a value with a variable must be quoted.
"""

import os
import re
from collections.abc import Mapping
from typing import Final

_VARIABLE: Final = re.compile(
    r"(?P<escape>\$?)\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}"
)


class Unset(LookupError):
    """A variable is needed and not set; the text is its name."""


def process_environment() -> Mapping[str, str]:
    """Return the environment of this process."""
    return os.environ


def expanded(text: str, environment: Mapping[str, str]) -> str:
    """Replace the variables in *text*; raise Unset for one without a value and a default."""
    if "${" not in text:
        return text

    def value_of(found: re.Match[str]) -> str:
        if found["escape"]:
            return found[0][1:]
        value = environment.get(found["name"])
        if value:
            return value
        if found["default"] is not None:
            return found["default"]
        if value is None:
            raise Unset(found["name"])
        return value

    return _VARIABLE.sub(value_of, text)
