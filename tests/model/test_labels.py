"""Label sets: identity, order, text, fingerprint."""

from random import Random

import pytest
from hypothesis import given, strategies as st
from msgspec import Struct

from alertrouter.model.labels import NO_LABELS, Labels, NameMode, is_label_name, is_utf8
from tests.conformance.vector_files import vectors

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
LABEL_SETS = st.dictionaries(NAMES, NAMES, max_size=5)


class Print(Struct):
    """A label set, and the two ways in which Alertmanager names it."""

    labels: dict[str, str]
    fingerprint: str
    text: str


@pytest.mark.parametrize(
    "case", vectors("fingerprints", "fingerprints", Print), ids=lambda case: case.text
)
def test_a_label_set_has_the_fingerprint_and_text_of_alertmanager(case: Print) -> None:
    """Other programs find an alert by its fingerprint, receivers see the text in group keys."""
    labels = Labels(case.labels)

    assert labels.fingerprint == case.fingerprint
    assert str(labels) == case.text


@given(LABEL_SETS, st.randoms())
def test_the_order_of_writing_does_not_matter(values: dict[str, str], random: Random) -> None:
    """However it was written, the same label set is equal, and the same key of a dictionary."""
    pairs = list(values.items())
    random.shuffle(pairs)
    one, other = Labels(values), Labels(pairs)

    assert one == other
    assert hash(one) == hash(other)
    assert (one.fingerprint, one.digest, str(one)) == (other.fingerprint, other.digest, str(other))


@given(LABEL_SETS, LABEL_SETS)
def test_different_label_sets_are_different(one: dict[str, str], other: dict[str, str]) -> None:
    """Equality, fingerprint and digest are those of the names and values."""
    is_same = one == other

    assert (Labels(one) == Labels(other)) is is_same
    assert (Labels(one).fingerprint == Labels(other).fingerprint) is is_same
    assert (Labels(one).digest == Labels(other).digest) is is_same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"a": "bc"}, {"ab": "c"}, id="the name ends where it ends"),
        pytest.param({"a": "b"}, {"a": "b", "c": "d"}, id="one more label"),
        pytest.param({"a": "b"}, {}, id="none at all"),
        pytest.param({"a": "b"}, {"b": "a"}, id="name and value swapped"),
    ],
)
def test_look_alikes_have_other_digests(one: dict[str, str], other: dict[str, str]) -> None:
    """Names and values do not run into each other."""
    assert Labels(one).digest != Labels(other).digest


def test_a_digest_is_the_same_in_every_process() -> None:
    """The notification log is read by later versions."""
    assert Labels({"alertname": "DiskFull", "host": "a"}).digest == 0x43A347A4A8EF82A6


def test_a_label_set_reads_like_a_mapping() -> None:
    """Iterated in the order of its names; an absent label reads as an empty one."""
    labels = Labels({"host": "a", "alertname": "DiskFull"})

    assert list(labels) == ["alertname", "host"]
    assert len(labels) == 2
    assert labels["host"] == "a"
    assert "host" in labels
    assert "team" not in labels
    assert labels.value("team") == ""
    assert repr(labels) == 'Labels({alertname="DiskFull", host="a"})'
    assert labels != "something else"


@given(LABEL_SETS, st.lists(NAMES))
def test_only_some_labels(values: dict[str, str], names: list[str]) -> None:
    """What is asked for and present, nothing else."""
    expected = {name: value for name, value in values.items() if name in names}

    assert dict(Labels(values).only(names)) == expected


def test_no_labels_at_all() -> None:
    """The labels of a group that is not grouped by anything."""
    assert str(NO_LABELS) == "{}"
    assert Labels() == NO_LABELS


@pytest.mark.parametrize(
    ("text", "is_text"), [("é🙂", True), ("", True), ("\ud800", False), ("a\udfff", False)]
)
def test_what_cannot_be_written_is_recognised(text: str, is_text: bool) -> None:
    """JSON can smuggle in halves of characters."""
    assert is_utf8(text) is is_text
    assert is_label_name(text, NameMode.UTF8) is (is_text and bool(text))
