"""Texts are cut as Alertmanager cuts them."""

import pytest
from hypothesis import given
from hypothesis.strategies import characters, integers, text
from msgspec import Struct

from alertrouter.rendering.truncation import truncate_bytes, truncate_runes
from tests.conformance.vector_files import vectors


class Row(Struct, rename={"given": "in"}):
    """One recorded answer."""

    given: str
    n: int
    runes: str
    runes_cut: bool
    bytes: str
    bytes_cut: bool


ROWS = vectors("misc", "truncate", Row)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.given[:8]}-{row.n}")
def test_cut_as_recorded(row: Row) -> None:
    assert truncate_runes(row.given, row.n) == (row.runes, row.runes_cut)
    assert truncate_bytes(row.given, row.n) == (row.bytes, row.bytes_cut)


@given(text(characters(codec="utf-8")), integers(0, 30))
def test_a_cut_text_fits_and_is_a_text(given: str, most: int) -> None:
    """Never longer than allowed, never half a character, cut only if it has to be."""
    runes, is_cut = truncate_runes(given, most)
    assert len(runes) <= most
    assert is_cut == (len(given) > most)
    encoded, is_cut = truncate_bytes(given, most)
    assert len(encoded.encode()) <= most
    assert is_cut == (len(given.encode()) > most)
    assert is_cut or encoded == given
