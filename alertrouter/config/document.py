"""A YAML document as plain values, with the place of every one of them.

The values are ``dict[str, …]``, ``list``, ``str`` (quoted), ``Plain`` (not quoted) and None; no
type is guessed. Anchors, aliases and merge keys (``<<``) work as in YAML 1.1: a key of the mapping
itself wins over a merged one, an earlier merged mapping over a later one.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

from alertrouter.config.environment import Unset, expanded
from alertrouter.config.findings import Finding, Path, dotted
from alertrouter.config.yaml_nodes import (
    ListNode,
    MappingNode,
    Node,
    Place,
    ScalarNode,
    compose,
)
from alertrouter.errors import ConfigError, Problem
from alertrouter.wire.scalars import Plain

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | None"
Entries: TypeAlias = dict[str, tuple[ScalarNode, Node]]

_NULLS: Final = frozenset(("", "~", "null", "Null", "NULL"))
_DEEPEST: Final = 100
_MOST_VALUES: Final = 500_000


class Document:
    """One file's first document: its values, and where they stand.

    Raises ConfigError at birth if the text is not YAML at all, is nested more than 100 levels
    deep, or its aliases expand to more than 500,000 values.
    """

    def __init__(self, text: str, *, file: str, environment: Mapping[str, str]) -> None:
        self.file: Final = file
        self._problems: Final[dict[Problem, None]] = {}
        self._environment: Final = environment
        self._entries: Final[dict[int, Entries]] = {}
        self._left = _MOST_VALUES
        self._root: Final = compose(text, file)
        self.tree: Final[Tree] = None if self._root is None else self._value(self._root, ())

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the document as YAML, each mistake once."""
        return list(self._problems)

    def place(self, path: Path, *, at_key: bool = False) -> Place:
        """Return where the value at *path* stands, or the innermost one around it that exists.

        ``at_key`` asks for the key instead.
        """
        node = self._root
        found = node.place if node else Place(0, 0)
        for number, step in enumerate(path, start=1):
            if isinstance(node, MappingNode) and isinstance(step, str):
                entry = self._entries_of(node, path).get(step)
                if entry is None:
                    return found
                key, node = entry
                found = key.place if at_key and number == len(path) else node.place
            elif isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
                found = node.place
            else:
                return found
        return found

    def problem(self, finding: Finding) -> Problem:
        """Say where in the file a finding is."""
        place = self.place(finding.path, at_key=finding.at_key)
        return Problem(self.file, place.line, place.column, dotted(finding.path), finding.message)

    def _value(self, node: Node, path: Path) -> Tree:
        self._spend(node, path)
        if len(path) > _DEEPEST:
            raise self._too_much(node, path, f"nested more than {_DEEPEST} levels deep: flatten it")
        match node:
            case ScalarNode():
                return self._scalar(node, path)
            case ListNode():
                return [self._value(item, (*path, i)) for i, item in enumerate(node.items)]
            case MappingNode():
                entries = self._entries_of(node, path)
                return {key: self._value(v, (*path, key)) for key, (_, v) in entries.items()}

    def _scalar(self, node: ScalarNode, path: Path) -> str | None:
        if node.is_plain and node.text in _NULLS:
            return None
        try:
            text = expanded(node.text, self._environment)
        except Unset as unset:
            self._note(
                node.place, path,
                f"the environment variable {unset} is not set: set it, give a default "
                f"(${{{unset}:-text}}), or write $${{{unset}}} for the characters themselves",
            )  # fmt: skip
            text = node.text
        return Plain(text) if node.is_plain else text

    def _entries_of(self, node: MappingNode, path: Path, depth: int = 0) -> Entries:
        """Settle duplicates and merge keys of a mapping, once."""
        if (known := self._entries.get(id(node))) is not None:
            return known
        if depth > _DEEPEST:
            raise self._too_much(node, path, f"merged more than {_DEEPEST} levels deep: flatten it")
        entries: Entries = {}
        merged: list[Node] = []
        for key, value in node.entries:
            if not isinstance(key, ScalarNode):
                self._note(key.place, path, "a key must be text, not a list or a mapping")
            elif key.is_plain and key.text == "<<":
                merged += value.items if isinstance(value, ListNode) else [value]
            elif key.text in entries:
                line = entries[key.text][0].place.line
                message = f"the key is already set on line {line}: remove one of the two"
                self._note(key.place, (*path, key.text), message)
            else:
                entries[key.text] = (key, value)
        for source in merged:
            self._merge(source, entries, path, depth)
        self._entries[id(node)] = entries
        return entries

    def _merge(self, source: Node, entries: Entries, path: Path, depth: int) -> None:
        if not isinstance(source, MappingNode):
            self._note(source.place, path, "only a mapping can be merged with <<")
            return
        for name, entry in self._entries_of(source, path, depth + 1).items():
            self._spend(source, path)
            entries.setdefault(name, entry)

    def _spend(self, node: Node, path: Path) -> None:
        self._left -= 1
        if self._left < 0:
            message = f"the file expands to more than {_MOST_VALUES} values: use fewer aliases"
            raise self._too_much(node, path, message)

    def _note(self, place: Place, path: Path, message: str) -> None:
        problem = Problem(self.file, place.line, place.column, dotted(path), message)
        self._problems[problem] = None

    def _too_much(self, node: Node, path: Path, message: str) -> ConfigError:
        self._note(node.place, path, message)
        return ConfigError(self.problems)
