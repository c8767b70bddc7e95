"""Which texts may name a label."""

import pytest
from msgspec import Struct, field

from alertrouter.model.labels import NameMode, is_label_name
from tests.conformance.vector_files import vectors


class Name(Struct):
    """One text, and whether it is a name in each mode."""

    text: str = field(name="in")
    classic: bool
    utf8: bool


@pytest.mark.parametrize(
    "case", vectors("label_names", "names", Name), ids=lambda case: repr(case.text)
)
def test_label_names(case: Name) -> None:
    """Classic names are what Prometheus always had; else anything but the empty text is one."""
    assert is_label_name(case.text, NameMode.CLASSIC) is case.classic
    assert is_label_name(case.text, NameMode.UTF8) is case.utf8
    assert is_label_name(case.text, NameMode.DEFAULT) is case.utf8


def test_a_lone_surrogate_is_in_no_name() -> None:
    """JSON can smuggle it in, UTF-8 cannot write it out."""
    assert not is_label_name("a\ud800")
