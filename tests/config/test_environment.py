"""Variables of the environment in values."""

import pytest

from alertrouter.config.environment import Unset, expanded

ENVIRONMENT = {"TEAM": "db", "EMPTY": "", "YAML": "{a: [b"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${TEAM}", "db"),
        ("x-${TEAM}-${TEAM}", "x-db-db"),
        ("${EMPTY}", ""),
        ("${UNSET:-web}", "web"),
        ("${UNSET:-}", ""),
        ("${EMPTY:-web}", "web"),
        ("${TEAM:-web}", "db"),
        ("${YAML}", "{a: [b"),
        ("$${TEAM}", "${TEAM}"),
        ("$${UNSET:-x}", "${UNSET:-x}"),
        ("$TEAM", "$TEAM"),
        ("^(a|b)$", "^(a|b)$"),
        ("a${2}", "a${2}"),
        ("${{ x }}", "${{ x }}"),
        ("${TEAM", "${TEAM"),
        ("${}", "${}"),
        ("$$", "$$"),
        ("", ""),
    ],
)
def test_variables_are_replaced_and_nothing_else(text: str, value: str) -> None:
    """A dollar alone belongs to expressions and templates."""
    assert expanded(text, ENVIRONMENT) == value


def test_what_a_variable_holds_is_not_expanded_again() -> None:
    """Else a value could read other variables."""
    assert expanded("${A}", {"A": "${B}", "B": "secret"}) == "${B}"


def test_an_unset_variable_without_a_default_is_named() -> None:
    """The caller knows where it stands."""
    with pytest.raises(Unset, match=r"^'?UNSET'?$"):
        expanded("${TEAM} ${UNSET}", ENVIRONMENT)
