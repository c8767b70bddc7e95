"""Which routes an alert takes, and what is said about it."""

import pytest
from hypothesis import given, strategies as st

from alertrouter.engine.routing import explained, matching
from alertrouter.model.labels import Labels
from alertrouter.model.route import Route
from tests.story import Branch, labelled, route

TREE = route(
    "root",
    "",
    route("a", "team=a", route("a-prod", "env=prod"), route("a-any", "env=~.+")),
    route("b", "team=~a|b", continues=True),
    route("c", "team=b host!=db1", continues=True),
    route("d", "team=z", route("never", "env=prod"), continues=True),
    route("e", "team=e", route("e-1", "env=prod", continues=True), route("e-2", "env!=dev")),
    route("named", "severity=page"),
).planted()


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        pytest.param("host=x", ["root"], id="nobody else: the root"),
        pytest.param("team=a", ["a"], id="no child matches: the route itself"),
        pytest.param("team=a env=prod", ["a-prod"], id="the deepest; siblings are not asked"),
        pytest.param("team=a env=dev", ["a-any"], id="a later child"),
        pytest.param("team=b", ["b", "c"], id="continue: both, and the root not"),
        pytest.param("team=b host=db1", ["b"], id="continue, and nobody follows: it alone"),
        pytest.param("env=prod", ["root"], id="below a route that does not match nobody is asked"),
        pytest.param("team=z", ["d"], id="its child does not match"),
        pytest.param("team=z severity=page", ["d", "named"], id="continue past what is between"),
        pytest.param("team=e env=prod", ["e-1", "e-2"], id="continue between grandchildren"),
        pytest.param("team=e env=dev", ["e"], id="no grandchild: the child"),
    ],
)
def test_the_way_through_the_tree(labels: str, receivers: list[str]) -> None:
    """In the order of the tree; a parent speaks only if none of its children does."""
    found = matching(TREE, labelled(labels))

    assert [one.options.receiver for one in found] == receivers


@pytest.mark.parametrize(
    ("match", "labels", "is_taken"),
    [
        ("svc=~web|api-[0-9]+", "svc=api-12", True),
        ("svc=~web|api-[0-9]+", "svc=web2", False),
        ("svc=~web|api-[0-9]+", "svc=xapi-12", False),
        ("host!~db.*", "host=mydb1", True),
        ("host!~db.*", "host=db1", False),
        ("host!=db1", "team=a", True),
        ("host=~.*", "team=a", True),
        ("host=~.+", "team=a", False),
        ("a=1 b!=2", "a=1 b=2", False),
        ("a=1 b!=2", "a=1", True),
    ],
)
def test_all_matchers_of_a_route_must_hold(match: str, labels: str, is_taken: bool) -> None:
    """Expressions match whole values, and an absent label is an empty one."""
    tree = route("root", "", route("child", match)).planted()

    (taken,) = matching(tree, labelled(labels))
    assert (taken.options.receiver == "child") is is_taken


def test_the_explanation_names_the_matcher_that_refused() -> None:
    """Every route that was asked says what it said; those after it were not asked."""
    steps = explained(TREE, labelled("team=b host=db1"))

    assert [(step.route.options.receiver, str(step.refused_by), step.takes) for step in steps] == [
        ("root", "None", False),
        ("a", 'team="a"', False),
        ("b", "None", True),
        ("c", 'host!="db1"', False),
        ("d", 'team="z"', False),
        ("e", 'team="e"', False),
        ("named", 'severity="page"', False),
    ]


def test_who_is_not_asked_is_not_named() -> None:
    """After a match without ``continue`` the search is over."""
    steps = explained(TREE, labelled("team=a env=prod"))

    assert [step.route.options.receiver for step in steps] == ["root", "a", "a-prod"]


MATCHES = st.sampled_from(["", "a=1", "a!=1", "a=~1|2", "b=1", "b=~.+", "a=1 b!=2"])


BRANCHES: st.SearchStrategy[Branch] = st.deferred(
    lambda: st.builds(
        lambda match, below, continues: route("", match, *below, continues=continues),
        MATCHES,
        st.lists(BRANCHES, max_size=2),
        st.booleans(),
    )
)
TREES = st.lists(BRANCHES, max_size=4).map(lambda below: route("root", "", *below).planted())
LABELS = st.dictionaries(st.sampled_from("abc"), st.sampled_from("123")).map(Labels)


@given(TREES, LABELS)
def test_the_explanation_agrees_with_the_decision(tree: Route, labels: Labels) -> None:
    """Who takes the alert according to the one takes it according to the other."""
    steps = explained(tree, labels)

    assert [step.route for step in steps if step.takes] == matching(tree, labels)
    assert not any(step.takes and step.refused_by is not None for step in steps)


@given(TREES, LABELS)
def test_every_alert_is_taken_once_by_each_route_that_takes_it(tree: Route, labels: Labels) -> None:
    """At least one route takes it, and no two have the same id."""
    found = [one.id for one in matching(tree, labels)]

    assert found
    assert len(set(found)) == len(found)
