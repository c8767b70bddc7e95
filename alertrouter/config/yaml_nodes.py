"""YAML text as nodes that know where they stand, before anything is read into them.

Built from the parser's events, not from PyYAML's constructors: those guess types, lose places and
take duplicate keys.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol, TypeAlias, cast

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from alertrouter.errors import ConfigError, Problem

_LOADER: Final = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
_CORE: Final = "tag:yaml.org,2002:"
_GUESSED: Final = frozenset(_CORE + name for name in ("bool", "int", "float", "null", "timestamp"))
_TEXTUAL: Final = frozenset((_CORE + "str", "!"))
_SHAPES: Final = frozenset((_CORE + "map", _CORE + "seq"))


class Place(NamedTuple):
    """A line and a column, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class ScalarNode:
    """A piece of text; ``is_plain`` if it has no quotes."""

    place: Place
    text: str
    is_plain: bool


@dataclass(frozen=True, slots=True, eq=False)
class ListNode:
    """A list."""

    place: Place
    items: "list[Node]" = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class MappingNode:
    """A mapping as written: duplicates and merge keys are still there."""

    place: Place
    entries: "list[tuple[Node, Node]]" = field(default_factory=list)


Node: TypeAlias = ScalarNode | ListNode | MappingNode


def compose(text: str, file: str) -> Node | None:
    """Return the first document of *text*, or None if there is none; raise ConfigError."""
    composer = _Composer(file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, DocumentEndEvent):
                break
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        place = _place(error.problem_mark or error.context_mark)
        raise _malformed(file, place, _sentence(error, text, place)) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise _malformed(file, place, f"not YAML: {error.reason}: remove the character") from None
    except UnicodeEncodeError:
        sentence = "not YAML: the text cannot be written as UTF-8"
        raise _malformed(file, Place(0, 0), sentence) from None
    return composer.root


class _Mark(Protocol):
    line: int
    column: int


def _place(mark: _Mark | None) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place(0, 0)


def _malformed(file: str, place: Place, message: str) -> ConfigError:
    return ConfigError([Problem(file, place.line, place.column, "", message)])


def _sentence(error: yaml.MarkedYAMLError, text: str, place: Place) -> str:
    told = ", ".join(part for part in (error.context, error.problem) if part)
    lines = text.split("\n")
    here = lines[place.line - 1][place.column - 1 :] if 0 < place.line <= len(lines) else ""
    if here.startswith("\t"):
        return f"not YAML: {told}: indent with spaces, not with tabs"
    if here.startswith(("@", "`", "%", "{", "*", "&", "!", "|", ">")):
        return f"not YAML: {told}: put the value in quotes"
    return f"not YAML: {told}"


class _Composer:
    """Builds nodes from events without recursion, so that no nesting can exhaust the stack."""

    def __init__(self, file: str) -> None:
        self._file: Final = file
        self._open: list[tuple[ListNode | MappingNode, str | None, list[Node]]] = []
        self._anchors: dict[str, Node] = {}
        self.root: Node | None = None

    def take(self, event: Event) -> None:
        """Add what one event tells."""
        place = _place(event.start_mark)
        match event:
            case ScalarEvent():
                self._close(self._scalar(event, place), event.anchor)
            case AliasEvent():
                self._close(self._alias(event, place), None)
            case SequenceStartEvent() | MappingStartEvent():
                if event.tag is not None and event.tag not in _SHAPES:
                    raise self._bad_tag(event.tag, place)
                is_list = isinstance(event, SequenceStartEvent)
                node = ListNode(place) if is_list else MappingNode(place)
                self._open.append((node, event.anchor, []))
            case SequenceEndEvent() | MappingEndEvent():
                node, anchor, parts = self._open.pop()
                if isinstance(node, ListNode):
                    node.items.extend(parts)
                else:
                    node.entries.extend(zip(parts[::2], parts[1::2], strict=True))
                self._close(node, anchor)
            case _:
                pass

    def _close(self, node: Node, anchor: str | None) -> None:
        # Only a complete node has its anchor, so that no alias can lead into a cycle.
        if anchor is not None:
            self._anchors[anchor] = node
        if self._open:
            self._open[-1][2].append(node)
        else:
            self.root = node

    def _scalar(self, event: ScalarEvent, place: Place) -> ScalarNode:
        if event.tag is None:
            return ScalarNode(place, event.value, event.implicit[0])
        if event.tag in _TEXTUAL or event.tag in _GUESSED:
            return ScalarNode(place, event.value, event.tag in _GUESSED)
        raise self._bad_tag(event.tag, place)

    def _alias(self, event: AliasEvent, place: Place) -> Node:
        name = event.anchor or ""
        if name not in self._anchors:
            sentence = f"the alias *{name} needs an anchor &{name} at an earlier, complete value"
            raise _malformed(self._file, place, sentence)
        return self._anchors[name]

    def _bad_tag(self, tag: str, place: Place) -> ConfigError:
        name = tag.replace(_CORE, "!!")
        return _malformed(self._file, place, f"the tag {name} has no meaning here: remove it")
