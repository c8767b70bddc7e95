"""Trees of routes, with inheritance settled, are those of Alertmanager."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import pytest
import yaml
from msgspec import Struct

from alertrouter.model.labels import Labels
from alertrouter.model.matchers import all_match
from alertrouter.model.route import Route
from tests.config.loading import load
from tests.conformance.vector_files import vectors

# They change when a route speaks, not whether it matches, and are not supported yet.
IRRELEVANT: Final = re.compile(r"^ *(mute|active)_time_intervals:.*\n", re.MULTILINE)
INDENTED: Final = re.compile(r"^", re.MULTILINE)


class Matched(Struct):
    """One route that takes an alert, with what is in force there. Intervals are seconds."""

    receiver: str
    group_by: tuple[str, ...]
    group_by_all: bool
    group_wait: int
    group_interval: int
    repeat_interval: int
    route_key: str
    route_id: str
    group_labels: Mapping[str, str]
    group_key: str


class Case(Struct):
    """The labels of an alert and the routes that take it, in their order."""

    labels: Mapping[str, str]
    matches: list[Matched]


class Tree(Struct):
    """A ``route`` section and alerts."""

    route: str
    cases: list[Case]


TREES: Final = vectors("routes", "trees", Tree)


def compiled(route: str) -> Route:
    """Load a ``route`` section with every receiver it may name."""
    text = IRRELEVANT.sub("", route)
    names = sorted(set(re.findall(r"receiver: *([\w-]+)", text)))
    receivers = yaml.safe_dump([{"name": name} for name in names])
    return load(f"route:\n{INDENTED.sub('  ', text)}\nreceivers:\n{receivers}").policy.root


def taking(route: Route, labels: Labels) -> list[Route]:
    """Walk the tree by the rule of the manual, as plainly as it can be written."""
    if not all_match(route.matchers, labels):
        return []
    found: list[Route] = []
    for child in route.children:
        deeper = taking(child, labels)
        found += deeper
        if deeper and not child.continues:
            break
    return found or [route]


def seconds(interval: timedelta) -> int:
    return interval // timedelta(seconds=1)


def described(route: Route, labels: Labels) -> Matched:
    options, group_labels = route.options, route.group_labels(labels)
    return Matched(
        receiver=options.receiver,
        group_by=options.group_by,
        group_by_all=options.group_by_all,
        group_wait=seconds(options.group_wait),
        group_interval=seconds(options.group_interval),
        repeat_interval=seconds(options.repeat_interval),
        route_key=route.key,
        route_id=route.id,
        group_labels=dict(group_labels),
        group_key=route.group_key(group_labels),
    )


@pytest.mark.parametrize(
    ("route", "case"),
    [
        pytest.param(tree.route, case, id=f"{number}-{Labels(case.labels)}")
        for number, tree in enumerate(TREES)
        for case in tree.cases
    ],
)
def test_routes_are_those_of_alertmanager(route: str, case: Case) -> None:
    """The same routes take an alert, with the same options, keys and group."""
    labels = Labels(case.labels)
    found = [described(one, labels) for one in taking(compiled(route), labels)]
    assert found == case.matches


@pytest.mark.parametrize(
    ("parent", "child", "group_by", "is_all"),
    [
        ("[a]", "", ("a",), False),
        ("[a]", "group_by: ~", ("a",), False),
        ("[a]", "group_by: []", (), False),
        ("[a]", "group_by: [c, b]", ("b", "c"), False),
        ("['...']", "", (), True),
        ("['...']", "group_by: [b]", ("b",), False),
        ("['...']", "group_by: []", (), False),
        ("[a]", "group_by: ['...']", ("a",), True),
    ],
)
def test_group_by_is_inherited_until_it_is_stated(
    parent: str, child: str, group_by: tuple[str, ...], *, is_all: bool
) -> None:
    """Absent and null inherit, an empty list does not, names end an inherited ``...``."""
    root = load(
        f"route: {{receiver: r, group_by: {parent}, routes: [{{{child}}}]}}\n"
        "receivers: [{name: r}]"
    ).policy.root
    options = root.children[0].options
    assert (options.group_by, options.group_by_all) == (group_by, is_all)


def test_matchers_of_all_kinds_are_one_list() -> None:
    """Equality, expression and matcher strings are ANDed, and sorted into the key."""
    root = load(
        "route: {receiver: r, routes: [{matchers: ['c!=d,a=z'], match: {b: yes}, "
        "match_re: {a: 'x|y'}}]}\nreceivers: [{name: r}]"
    ).policy.root
    assert root.children[0].key == '{}/{a=~"^(?:x|y)$",a="z",b="yes",c!="d"}'


def test_continue_and_matchers_are_not_inherited() -> None:
    """A child says for itself what it takes and whether its siblings follow."""
    root = load(
        "route: {receiver: r, routes: [{continue: true, matchers: [a=b], routes: [{}]}]}\n"
        "receivers: [{name: r}]"
    ).policy.root
    grandchild = root.children[0].children[0]
    assert (grandchild.continues, grandchild.matchers) == (False, ())
    assert grandchild.id == '{}/{a="b"}/0/{}/0'
