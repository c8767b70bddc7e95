"""YAML as plain values with places."""

import pytest
from hypothesis import given, strategies as st

from alertrouter.config.document import Document, Tree
from alertrouter.config.findings import Path, dotted, undotted
from alertrouter.errors import ConfigError
from alertrouter.wire.scalars import Plain


def document(text: str, **environment: str) -> Document:
    return Document(text, file="routes.yaml", environment=environment)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a: yes", {"a": "yes"}),
        ("a: 012", {"a": "012"}),
        ("a: 17:00", {"a": "17:00"}),
        ("a: 2024-01-01", {"a": "2024-01-01"}),
        ("a: =", {"a": "="}),
        ("a: 1.50", {"a": "1.50"}),
        ("a: !!str 1", {"a": "1"}),
        ("a: !!int 1", {"a": "1"}),
        ("1: x", {"1": "x"}),
        ("a:", {"a": None}),
        ("a: ~", {"a": None}),
        ("a: NULL", {"a": None}),
        ("a: ''", {"a": ""}),
        ("a: 'null'", {"a": "null"}),
        ("a: [x, {y: z}, []]", {"a": ["x", {"y": "z"}, []]}),
        ("a: |\n  x\n  y\n", {"a": "x\ny\n"}),
        ("a: &x [1]\nb: *x", {"a": ["1"], "b": ["1"]}),
        ("a: 1\n---\nb: 2\n---\n: : :", {"a": "1"}),
        ("", None),
        ("# only a comment", None),
        ("---\n...\n", None),
    ],
)
def test_no_type_is_guessed(text: str, tree: Tree) -> None:
    """What stands there is what is read; only null means something."""
    assert document(text).tree == tree
    assert document(text).problems == []


def test_plain_and_quoted_text_stay_apart() -> None:
    """Only a plain one can be a number or a boolean."""
    tree = document("- a\n- 'b'\n- \"c\"\n- !!str d\n- !!int 5\n- |\n  e\n").tree
    assert isinstance(tree, list)
    assert [isinstance(item, Plain) for item in tree] == [True, False, False, False, True, False]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}", {"x": "1", "y": "3"}),
        ("a: &a {x: 1, y: 2}\nb: {y: 3, <<: *a}", {"x": "1", "y": "3"}),
        ("a: &a {x: 1}\nc: &c {x: 2, z: 3}\nb: {<<: [*a, *c]}", {"x": "1", "z": "3"}),
        ("a: &a {x: 1}\nc: &c {<<: *a, z: 3}\nb: {<<: *c}", {"x": "1", "z": "3"}),
        ("b: {'<<': {x: 1}}", {"<<": {"x": "1"}}),
    ],
    ids=["own key later", "own key earlier", "several", "chain", "quoted is a key"],
)
def test_merge_keys(text: str, tree: Tree) -> None:
    """As in YAML 1.1: own keys win, then the earlier mapping."""
    merged = document(text).tree
    assert isinstance(merged, dict)
    assert merged["b"] == tree


@pytest.mark.parametrize(
    ("path", "place", "key_place"),
    [
        (("route",), (2, 3), (1, 1)),
        (("route", "receiver"), (2, 13), (2, 3)),
        (("route", "routes", 1), (5, 5), (5, 5)),
        (("route", "routes", 1, "matchers", 0), (5, 16), (5, 16)),
        (("route", "routes", 1, "merged"), (6, 18), (6, 10)),
        (("route", "routes", 1, "last"), (7, 12), (7, 5)),
        (("route", "routes", 1, "absent"), (5, 5), (5, 5)),
        (("route", "routes", 7), (4, 3), (4, 3)),
        (("absent", "x"), (1, 1), (1, 1)),
        ((), (1, 1), (1, 1)),
    ],
)
def test_everything_has_a_place(
    path: Path, place: tuple[int, int], key_place: tuple[int, int]
) -> None:
    """What is absent is where it would be."""
    read = document(
        "route:\n  receiver: r\n  routes:\n  - {a: b}\n"
        "  - matchers: [x=y]\n    <<: {merged: 1}\n    last:  1\n"
    )
    assert read.place(path) == place
    assert read.place(path, at_key=True) == key_place


NINE_LAYERS = "a0: &a0 x\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
MERGED_LAYERS = "a0: &a0 {x: 1}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}], y{n}: 1}}\n" for n in range(1, 10)
)
MERGED_CHAIN = "x: {k: [&a0 {b: c}" + "".join(
    f", &a{n} {{<<: *a{n - 1}}}" for n in range(1, 3000)
) + "], <<: *a2999}"  # fmt: skip
STAIRS = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} {'[' * 50}*a{n - 1}{']' * 50}\n" for n in range(1, 100)
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a\nb\x01", "routes.yaml:2:2: not YAML: control characters are not allowed"),
        ("a\ud800", "routes.yaml: not YAML: the text cannot be written as UTF-8"),
        ("a: " + "[" * 101 + "]" * 101, "nested more than 100 levels deep: flatten it"),
        ("[" * 100_000, "exceeded maximum nesting depth"),
        (NINE_LAYERS, "the file expands to more than 500000 values: use fewer aliases"),
        (STAIRS, "nested more than 100 levels deep: flatten it"),
        (MERGED_CHAIN, "merged more than 100 levels deep: flatten it"),
    ],
    ids=[
        "control character", "surrogate", "deep", "very deep", "alias bomb", "deep by aliases",
        "merge chain",
    ],
)  # fmt: skip
def test_what_cannot_be_read_on_is_refused(text: str, problem: str) -> None:
    """With its place, and within bounds of time and memory."""
    with pytest.raises(ConfigError) as refusal:
        document(text)
    assert problem in str(refusal.value)


def test_merging_the_same_mapping_many_times_costs_little() -> None:
    """A bomb of merge keys has few keys in the end, and is settled once each."""
    merged = document(MERGED_LAYERS).tree
    assert isinstance(merged, dict)
    assert isinstance(merged["a9"], dict)
    assert sorted(merged["a9"]) == ["x", *(f"y{n}" for n in range(1, 10))]


STEPS = st.one_of(st.integers(0, 999), st.text(st.characters(exclude_characters='"'), min_size=1))


@given(st.lists(STEPS).map(tuple))
def test_a_path_can_be_read_from_what_is_shown(path: Path) -> None:
    """Whatever the keys are called."""
    assert undotted(dotted(path)) == path


@given(
    st.text(alphabet=st.one_of(st.sampled_from("{}[]:,-&*<>|!%@`'\"#? \n\tab${}"), st.characters()))
)
def test_any_text_is_a_document_or_a_problem(text: str) -> None:
    """Nothing but ConfigError ever comes out."""
    try:
        document(text)
    except ConfigError as refusal:
        assert refusal.problems  # noqa: PT017  both outcomes are right
