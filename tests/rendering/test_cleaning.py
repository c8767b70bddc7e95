"""Text that came with alerts is made harmless for where it will stand."""

import pytest
from hypothesis import given
from hypothesis.strategies import characters, text

from alertrouter.rendering.cleaning import excerpt, in_a_header, on_one_line, without_mentions

ANYTHING = text(characters() | characters(max_codepoint=127))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("<!channel> now", "&lt;!channel> now"),
        ("<@U123> <#C1>", "&lt;@U123> &lt;#C1>"),
        ("see <https://a/b?x=1|the dashboard>", "see <https://a/b?x=1|the dashboard>"),
        ("<https://a> <mailto:a@b|write>", "<https://a> <mailto:a@b|write>"),
        ("<https://a|<!channel>>", "&lt;https://a|&lt;!channel>>"),
        ("a < b", "a &lt; b"),
        ("<", "&lt;"),
        ("R&D", "R&D"),
        ("a\x00b\ud800", "a\ufffdb\ufffd"),
    ],
)
def test_nobody_is_mentioned_by_an_alert(given: str, expected: str) -> None:
    assert without_mentions(given) == expected


@given(ANYTHING, ANYTHING)
def test_no_two_texts_form_a_mention(one: str, other: str) -> None:
    """Templates put values side by side."""
    together = without_mentions(one) + without_mentions(other)
    assert not any(mark in together for mark in ("<!", "<@", "<#"))


@given(ANYTHING)
def test_a_line_stays_a_line(given: str) -> None:
    assert on_one_line(given).isprintable()


@given(ANYTHING)
def test_a_header_stays_a_header(given: str) -> None:
    shown = in_a_header(given)
    assert len(shown.splitlines()) <= 1
    assert in_a_header(shown) == shown
    shown.encode()


def test_an_excerpt_is_short_and_on_one_line() -> None:
    assert excerpt("a\n\n  b\x1b[31m") == "a b\\x1b[31m"
    assert excerpt("x" * 500) == "x" * 199 + "…"
