"""docs/configuration.md explains every key that exists, with the default it has."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

import pytest
import yaml

from alertrouter.channels.global_section import GlobalSection
from alertrouter.channels.registry import CHANNELS
from alertrouter.config.loader import load_text
from alertrouter.config.schema import FileSection, ReceiverSection, RouteSection
from alertrouter.wire.scalars import Section
from tests.docs.manual import page

MANUAL: Final = page("docs/configuration.md")
COMPLETION: Final = {
    "route": "route: {receiver: team}\n",
    "receivers": "receivers: [{name: team}]\n",
}
ROOTS: Final[list[type[Section]]] = [
    *(FileSection, GlobalSection, RouteSection, ReceiverSection),
    *CHANNELS.values(),
]


def sections_in(annotation: object) -> Iterator[type[Section]]:
    """Find the sections that a field's type speaks of, however deep in lists and unions."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for argument in get_args(annotation):
        yield from sections_in(argument)


def every_section() -> list[type[Section]]:
    """Return all sections that can be reached from the top of the file."""
    found: dict[type[Section], None] = {}
    waiting = [*ROOTS]
    while waiting:
        section = waiting.pop()
        if section not in found:
            found[section] = None
            for field in section.model_fields.values():
                waiting += sections_in(field.annotation)
    return list(found)


def keys_of(section: type[Section]) -> set[str]:
    """Return the keys that mean something; the type of those that are refused is None."""
    fields = section.model_fields.items()
    return {field.alias or name for name, field in fields if field.annotation is not type(None)}


KEYS: Final = sorted(set(CHANNELS).union(*map(keys_of, every_section())))


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_explained(key: str) -> None:
    """A key that is added without a word about it does not pass."""
    assert f"`{key}`" in MANUAL.text


@pytest.mark.parametrize("example", MANUAL.blocks("yaml"))
def test_every_example_loads(example: str) -> None:
    """What people copy from the page works; pieces are completed with the least that is needed."""
    given = yaml.safe_load(example)
    missing = "".join(text for key, text in COMPLETION.items() if key not in given)
    environment = {"SLACK_URL": "https://hooks.slack.example.org/services/x"}

    load_text(example + missing, file="example", directory=Path(), environment=environment)
