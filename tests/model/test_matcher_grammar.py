"""Matchers mean what they mean to Alertmanager, in each of its three modes."""
# ruff: noqa: ISC004  long messages in tables

import re
from typing import Final, TypeAlias

import pytest
from hypothesis import given, strategies as st
from msgspec import Struct, field

from alertrouter.model.labels import NameMode
from alertrouter.model.matcher_grammar import parse_matcher, parse_matchers, read_matchers
from alertrouter.model.matchers import Matcher, MatchOp
from tests.conformance.vector_files import vectors

Triple: TypeAlias = tuple[str, str, str]


class Parsed(Struct):
    """One text and its meaning in each mode: matchers, or an error."""

    text: str = field(name="in")
    default: list[Triple] | dict[str, str]
    classic: list[Triple] | dict[str, str]
    utf8: list[Triple] | dict[str, str]

    def meaning(self, mode: NameMode) -> list[Triple] | None:
        """Return the matchers, or None where the text is refused."""
        expected = getattr(self, mode.value)
        return None if isinstance(expected, dict) else expected


LISTS: Final = vectors("matcher_parse", "list", Parsed)
SINGLES: Final = vectors("matcher_parse", "one", Parsed)
MODES: Final = pytest.mark.parametrize("mode", list(NameMode), ids=str)


def triple(matcher: Matcher) -> Triple:
    return matcher.name, matcher.op.value, matcher.value


@MODES
@pytest.mark.parametrize("case", LISTS, ids=lambda case: repr(case.text))
def test_a_list_of_matchers(case: Parsed, mode: NameMode) -> None:
    """What one item of ``matchers:`` may hold."""
    expected = case.meaning(mode)
    if expected is None:
        with pytest.raises(ValueError, match=r"."):
            parse_matchers(case.text, mode)
    else:
        assert list(map(triple, parse_matchers(case.text, mode))) == expected


@MODES
@pytest.mark.parametrize("case", SINGLES, ids=lambda case: repr(case.text))
def test_a_single_matcher(case: Parsed, mode: NameMode) -> None:
    """What an API filter or a command line argument may hold."""
    expected = case.meaning(mode)
    if expected is None:
        with pytest.raises(ValueError, match=r"."):
            parse_matcher(case.text, mode)
    else:
        assert [triple(parse_matcher(case.text, mode))] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{foo=bar}", "unexpected open or close brace: {foo=bar}"),
        ("", "bad matcher format: "),
        ("foo", "bad matcher format: foo"),
        ('foo=a"b', 'matcher value contains unescaped double quote: a"b'),
        ('foo=~"a**"', "error parsing regexp: invalid nested repetition operator: `**`"),
        ("foo=~((", "error parsing regexp: missing closing ): `^(?:(()$`"),
    ],
    ids=repr,
)
def test_refusals_have_the_words_of_alertmanager(text: str, message: str) -> None:
    """The API answers with these texts, and programs compare them."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parse_matcher(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("foo", "unexpected end of input: expected an operator: =, !=, =~ or !~"),
        ("foo=", 'unexpected end of input: expected a label value (write an empty one as "")'),
        ("a=b c", "unexpected c at character 5: expected a comma or the end"),
        ("{a=b", "unexpected end of input: expected a comma or a closing brace"),
        ("a=b}", "unexpected } at character 4: expected a comma or the end"),
        (
            'a="b',
            "unexpected a quote without an end at character 3: "
            'expected a label value (write an empty one as "")',
        ),
        (r'a="\d"', r'invalid escape in "\d": write a backslash as \\ and a newline as \n'),
        (r'a="\xff"', r'"\xff" is not valid UTF-8'),
        (r'a="\ud800"', r'"\ud800" has an escape that names no character'),
        (r'a="\U00110000"', r'"\U00110000" has an escape that names no character'),
        (r'a="\777"', r'"\777" has an escape that names no character'),
    ],
    ids=repr,
)  # fmt: skip
def test_the_strict_grammar_names_the_place(text: str, message: str) -> None:
    """Whoever wrote it sees where to look."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parse_matchers(text, NameMode.UTF8)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ('foo="bar"', ""),
        ('föö="bar"', ""),
        (
            r'foo=~"\d+"',
            r'"foo=~\"\\d+\"" is read by the classic matcher grammar only (invalid escape in '
            r'"\d+": write a backslash as \\ and a newline as \n): write foo=~"\\d+"',
        ),
        (
            "foo=a b",
            '"foo=a b" is read by the classic matcher grammar only (unexpected b at character 7: '
            'expected a comma or the end): write foo="a b"',
        ),
        (
            r'foo="\t"',
            r'disagreement: the classic and the UTF-8 matcher grammar read "foo=\"\\t\"" '
            r'differently, the classic reading is used: write foo="\\t", or foo="' + "\t" + '" '
            "if that is meant",
        ),
    ],
    ids=["both agree", "UTF-8 only", "escape", "space", "disagreement"],
)
def test_lenient_readings_are_told_with_a_rewrite(text: str, warning: str) -> None:
    """The author learns how to say the same to both grammars."""
    assert read_matchers(text).warning == warning


@pytest.mark.parametrize("case", LISTS, ids=lambda case: repr(case.text))
def test_the_rewrite_means_the_same_to_both_grammars(case: Parsed) -> None:
    """A suggestion that changed the meaning would be worse than none."""
    if case.meaning(NameMode.DEFAULT) is None or not read_matchers(case.text).warning:
        return
    meant = parse_matchers(case.text)
    rewrite = ",".join(map(str, meant))
    assert parse_matchers(rewrite, NameMode.UTF8) == meant
    assert parse_matchers(rewrite, NameMode.CLASSIC) == meant


TEXTS: Final = st.text(
    alphabet=st.one_of(st.sampled_from('{},"=!~\\ \n\tab1\u2028'), st.characters())
)


@given(text=TEXTS, mode=st.sampled_from(NameMode))
def test_any_text_is_read_or_refused(text: str, mode: NameMode) -> None:
    """Nothing but ValueError ever comes out."""
    for parse in (parse_matchers, parse_matcher):
        try:
            parse(text, mode)
        except ValueError as refusal:
            assert str(refusal)  # noqa: PT017  both outcomes are right


NAMES: Final = st.text(st.characters(codec="utf-8"), min_size=1)
VALUES: Final = st.text(st.characters(codec="utf-8"))


@given(name=NAMES, value=VALUES, op=st.sampled_from([MatchOp.EQUAL, MatchOp.NOT_EQUAL]))
def test_what_is_printed_can_be_read_again(name: str, value: str, op: MatchOp) -> None:
    """A matcher in a message, a group key or a silence can be copied into the file."""
    matcher = Matcher(name, op, value)
    assert parse_matchers(str(matcher), NameMode.UTF8) == (matcher,)
