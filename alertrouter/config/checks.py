"""What no section can see alone: one small generator for each rule.

Where Alertmanager has a sentence for a mistake, ours begins with it and adds the remedy.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final, TypeAlias

from alertrouter.config.compiling import GROUP_BY_ALL
from alertrouter.config.findings import Finding, Path, did_you_mean
from alertrouter.config.reading import FileAsWritten, RouteAsWritten
from alertrouter.model.labels import NameMode, is_label_name
from alertrouter.model.matcher_grammar import parse_matchers
from alertrouter.model.matchers import Matcher, MatchOp

Check: TypeAlias = Callable[[FileAsWritten, NameMode], Iterator[Finding]]

_MOST_HINTS: Final = 20
_CLASSIC_REMEDY: Final = "letters, digits and _, not a digit first"
_RE2_REMEDY: Final = "expressions are RE2, without look-around and back-references"


def _routes(file: FileAsWritten) -> Iterator[RouteAsWritten]:
    if file.root is not None:
        yield from file.root.walk()


def there_is_a_route(file: FileAsWritten, _: NameMode) -> Iterator[Finding]:
    """The file has a route."""
    if file.root is None and ("route",) not in file.faulty:
        yield Finding(("route",), "no routes provided: add `route` with a receiver")


def root_takes_everything(file: FileAsWritten, _: NameMode) -> Iterator[Finding]:
    """The root route has a receiver and no matchers, so that no alert is ever lost."""
    if file.root is None:
        return
    section, path = file.root.section, file.root.path
    if not section.receiver and (*path, "receiver") not in file.faulty:
        yield Finding((*path, "receiver"), "root route must specify a default receiver")
    for key in ("matchers", "match", "match_re"):
        if getattr(section, key):
            yield Finding(
                (*path, key),
                "root route must not have any matchers: it takes what no other route does; "
                "move them to a route below it",
                at_key=True,
            )
    if section.continues:
        yield Finding((*path, "continue"), "cannot have continue in root route: remove it")


def receivers_are_named_once(file: FileAsWritten, _: NameMode) -> Iterator[Finding]:
    """Every receiver has a name, and no other has the same."""
    seen: set[str] = set()
    for receiver in file.receivers:
        path = (*receiver.path, "name")
        if not receiver.name and path not in file.faulty:
            yield Finding(path, "missing name in receiver: give it one")
        elif receiver.name in seen:
            yield Finding(
                path,
                f'notification config name "{receiver.name}" is not unique: rename one of them',
            )
        seen.add(receiver.name)


def receivers_are_labelled_by_their_name(file: FileAsWritten, _: NameMode) -> Iterator[Finding]:
    """The label ``name`` of a receiver, which it has anyway, says nothing else."""
    for receiver in file.receivers:
        if receiver.section.labels.get("name", receiver.name) != receiver.name:
            yield Finding(
                (*receiver.path, "labels", "name"),
                f'the label `name` must be the receiver\'s name "{receiver.name}": remove it',
            )


def receivers_are_defined(file: FileAsWritten, _: NameMode) -> Iterator[Finding]:
    """Every receiver that a route names exists."""
    if not _knows_all_receivers(file):
        return
    names = {receiver.name for receiver in file.receivers}
    undefined = [
        route
        for route in _routes(file)
        if route.section.receiver and route.section.receiver not in names
    ]
    for number, route in enumerate(undefined):
        name = route.section.receiver
        hint = did_you_mean(name, sorted(names)) if number < _MOST_HINTS else ""
        yield Finding(
            (*route.path, "receiver"),
            f'undefined receiver "{name}" used in route{hint}: define it under `receivers`',
        )


def _knows_all_receivers(file: FileAsWritten) -> bool:
    """Say whether every receiver's name could be read; else any may be the one that is named."""
    faulty = [path for path in file.faulty if path[:1] == ("receivers",)]
    return all(len(path) > 2 and path[2] != "name" for path in faulty)


def groups_are_named_by_labels(file: FileAsWritten, mode: NameMode) -> Iterator[Finding]:
    """``group_by`` has label names, each once, or ``...`` alone."""
    for route in _routes(file):
        names = route.section.group_by or ()
        path = (*route.path, "group_by")
        if GROUP_BY_ALL in names and len(set(names)) > 1:
            yield Finding(
                path,
                "cannot have wildcard group_by (`...`) and other labels at the same time: "
                "keep one or the other",
            )
        first: dict[str, int] = {}
        for index, name in enumerate(names):
            if name == GROUP_BY_ALL:
                continue
            if first.setdefault(name, index) != index:
                yield Finding(
                    (*path, index), f'duplicated label "{name}" in group_by: name it once'
                )
            elif not is_label_name(name, mode):
                yield Finding(
                    (*path, index), f'invalid label name "{name}" in group_by list{_remedy(mode)}'
                )


def _remedy(mode: NameMode) -> str:
    return f": use {_CLASSIC_REMEDY}" if mode is NameMode.CLASSIC else ": it must not be empty"


def intervals_are_positive(file: FileAsWritten, _: NameMode) -> Iterator[Finding]:
    """A group cannot be flushed or repeated without a pause."""
    for route in _routes(file):
        for key in ("group_interval", "repeat_interval"):
            if route.section.intervals.get(key) == timedelta():
                yield Finding((*route.path, key), f"{key} cannot be zero: write at least 1s")
    if file.top.webhook.stale_after == timedelta():
        yield Finding(
            ("webhook", "stale_after"), "stale_after cannot be zero: write how long, such as 24h"
        )


def matchers_are_readable(file: FileAsWritten, mode: NameMode) -> Iterator[Finding]:
    """Every item of ``matchers`` is a list of matchers in the grammar of *mode*."""
    for route in _routes(file):
        for index, text in enumerate(route.section.matchers):
            try:
                parse_matchers(text, mode)
            except ValueError as error:
                path: Path = (*route.path, "matchers", index)
                is_regex = str(error).startswith("error parsing regexp")
                remedy = _RE2_REMEDY if is_regex else 'write it like severity="critical"'
                yield Finding(path, f"{error}; {remedy}")


def legacy_matchers_are_readable(file: FileAsWritten, _: NameMode) -> Iterator[Finding]:
    """``match`` and ``match_re`` have classic label names, and expressions that compile."""
    for route in _routes(file):
        for key, pairs in (("match", route.section.match), ("match_re", route.section.match_re)):
            for name, value in pairs.items():
                path: Path = (*route.path, key, name)
                if not is_label_name(name, NameMode.CLASSIC):
                    yield Finding(
                        path,
                        f'invalid label name "{name}": use {_CLASSIC_REMEDY}, or move it to '
                        "`matchers`",
                        at_key=True,
                    )
                if value is None:
                    yield Finding(path, f'invalid regexp value for "{name}": write an expression')
                elif key == "match_re":
                    yield from _expression(value, path)


def _expression(value: str, path: Path) -> Iterator[Finding]:
    try:
        Matcher("", MatchOp.REGEX, value)
    except ValueError as error:
        yield Finding(path, f"{error}; {_RE2_REMEDY}")


CHECKS: Final[tuple[Check, ...]] = (
    there_is_a_route,
    root_takes_everything,
    receivers_are_named_once,
    receivers_are_labelled_by_their_name,
    receivers_are_defined,
    groups_are_named_by_labels,
    intervals_are_positive,
    matchers_are_readable,
    legacy_matchers_are_readable,
)
