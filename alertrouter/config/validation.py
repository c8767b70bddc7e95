"""One section of a document as a pydantic model, or findings in words an SRE knows."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path as FilePath
from typing import TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from alertrouter.config.document import Tree
from alertrouter.config.findings import Finding, Path, did_you_mean
from alertrouter.wire.scalars import DIRECTORY, Section, described

S = TypeVar("S", bound=Section)

_EXPECTED: Mapping[str, str] = {
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
}


def validated(
    section: type[S], tree: Tree, path: Path, directory: FilePath, also: Iterable[str] = ()
) -> tuple[S | None, list[Finding]]:
    """Read *tree* as a *section*; None if that is impossible.

    Relative paths are joined to *directory*. *also* names keys that are read elsewhere and may
    have been meant by a misspelt one.
    """
    try:
        return section.model_validate(tree, context={DIRECTORY: directory}), []
    except ValidationError as invalid:
        details = invalid.errors(include_url=False)
    return None, [_finding(section, detail, path, also) for detail in details]


def partly_validated(
    section: type[S],
    tree: dict[str, Tree],
    path: Path,
    directory: FilePath,
    also: Iterable[str] = (),
) -> tuple[S, list[Finding]]:
    """Read *tree* as a *section* all of whose keys have defaults, without its faulty keys."""
    read, findings = validated(section, tree, path, directory, also)
    if read is not None:
        return read, []
    faulty = {finding.path[len(path)] for finding in findings}
    sound = {key: value for key, value in tree.items() if key not in faulty}
    return section.model_validate(sound, context={DIRECTORY: directory}), findings


def expected(what: str, found: object) -> str:
    """Say that something has the wrong shape; text is not repeated, it may be a secret."""
    return f"expected {what}, found {'text' if isinstance(found, str) else described(found)}"


def _finding(
    section: type[Section], detail: ErrorDetails, path: Path, also: Iterable[str]
) -> Finding:
    place = (*path, *detail["loc"])
    kind = detail["type"]
    if kind == "extra_forbidden":
        word = str(detail["loc"][-1])
        known = [*_keys_at(section, detail["loc"][:-1]), *also]
        return Finding(place, f'unknown key "{word}"{did_you_mean(word, known)}', at_key=True)
    if kind == "missing":
        return Finding(place, "this key is required")
    if kind == "value_error":
        return Finding(place, str(detail["ctx"]["error"]))
    if kind in _EXPECTED:
        return Finding(place, expected(_EXPECTED[kind], detail["input"]))
    return Finding(place, detail["msg"])


def _keys_at(section: type[Section], path: Path) -> Iterator[str]:
    """Yield the keys that the section at *path* inside *section* may have."""
    for step in path:
        for name, field in section.model_fields.items():
            if step == (field.alias or name):
                section = next(_sections_in(field.annotation), section)
                break
    for name, field in section.model_fields.items():
        yield field.alias or name


def _sections_in(annotation: object) -> Iterator[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for part in get_args(annotation):
        yield from _sections_in(part)
