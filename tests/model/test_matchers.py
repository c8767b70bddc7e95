"""Conditions on labels: what matches, and how it is printed."""

import pytest
from msgspec import UNSET, Struct, UnsetType

from alertrouter.model.labels import Labels
from alertrouter.model.matchers import Matcher, MatchOp, all_match, in_listed_order, listed
from tests.conformance.vector_files import vectors


class Match(Struct):
    """One comparison and its outcome; without one, the expression is refused."""

    op: MatchOp
    pattern: str
    value: str
    match: bool | UnsetType = UNSET


class Printed(Struct):
    """One matcher and its text."""

    name: str
    op: MatchOp
    value: str
    text: str


@pytest.mark.parametrize(
    "case",
    vectors("matcher_match", "match", Match) + vectors("matcher_match", "dialect", Match),
    ids=lambda case: f"{case.value!r} {case.op} {case.pattern!r}",
)
def test_values_match_as_in_alertmanager(case: Match) -> None:
    """Expressions are RE2 and match the whole value."""
    if case.match is UNSET:
        with pytest.raises(ValueError, match="error parsing regexp"):
            Matcher("a", case.op, case.pattern)
    else:
        assert Matcher("a", case.op, case.pattern).accepts(case.value) is case.match


@pytest.mark.parametrize(
    "case", vectors("matcher_match", "text", Printed), ids=lambda case: case.text
)
def test_matchers_print_as_in_alertmanager(case: Printed) -> None:
    """Keys of routes and groups are made of these texts."""
    assert str(Matcher(case.name, case.op, case.value)) == case.text


@pytest.mark.parametrize(
    ("op", "value", "matches"),
    [
        (MatchOp.EQUAL, "", True),
        (MatchOp.NOT_EQUAL, "bar", True),
        (MatchOp.NOT_EQUAL, "", False),
        (MatchOp.REGEX, ".*", True),
        (MatchOp.REGEX, ".+", False),
        (MatchOp.NOT_REGEX, ".+", True),
    ],
)
def test_an_absent_label_is_an_empty_one(op: MatchOp, value: str, *, matches: bool) -> None:
    """There is no other way to ask for absence."""
    assert Matcher("foo", op, value).matches(Labels({"bar": "1"})) is matches


def test_matchers_are_listed_by_name_value_and_operator() -> None:
    """The order in the file makes no other route."""
    shuffled = [
        Matcher("b", MatchOp.EQUAL, "1"),
        Matcher("a", MatchOp.NOT_REGEX, "1"),
        Matcher("a", MatchOp.REGEX, "2"),
        Matcher("a", MatchOp.NOT_EQUAL, "1"),
        Matcher("a", MatchOp.EQUAL, "1"),
        Matcher("a", MatchOp.REGEX, "1"),
    ]
    assert listed(in_listed_order(shuffled)) == '{a="1",a!="1",a=~"1",a!~"1",a=~"2",b="1"}'


def test_all_of_several_matchers_must_match() -> None:
    """And none at all match everything."""
    team, env = Matcher("team", MatchOp.EQUAL, "db"), Matcher("env", MatchOp.NOT_EQUAL, "dev")
    assert all_match([team, env], Labels({"team": "db"}))
    assert not all_match([team, env], Labels({"team": "db", "env": "dev"}))
    assert all_match([], Labels({"team": "db"}))


def test_matchers_are_values() -> None:
    """Equal ones are one in a set; a matcher is not equal to its text."""
    assert len({Matcher("a", MatchOp.EQUAL, "1"), Matcher("a", MatchOp.EQUAL, "1")}) == 1
    assert Matcher("a", MatchOp.EQUAL, "1") != 'a="1"'
    assert repr(Matcher("a", MatchOp.EQUAL, "1")) == 'Matcher(a="1")'
