"""Alertmanager's verdict on a configuration is ours too."""

import re
from typing import Final

import pytest
from msgspec import UNSET, Struct, UnsetType

from alertrouter.errors import ConfigError
from alertrouter.model.labels import NameMode
from tests.config.loading import load
from tests.conformance.vector_files import vectors

UNSUPPORTED: Final = re.compile(r"alertrouter does not support `(\w+)` yet")
ITS_PARSER: Final = re.compile(r"yaml: ")


class Case(Struct):
    """One file, and Alertmanager's error, if any; ``classic`` where classic mode differs."""

    yaml: str
    error: str | None
    classic: str | UnsetType | None = UNSET


CASES: Final = vectors("config", "configs", Case)


def refusal(text: str, mode: NameMode) -> str | None:
    """Return what is wrong with a file, or None if it loads."""
    try:
        load(text, mode)
    except ConfigError as error:
        return str(error)
    return None


def check(text: str, error: str | None, mode: NameMode) -> None:
    """Compare our verdict with the recorded one, unless the file uses what we do not have."""
    told = refusal(text, mode)
    missing = UNSUPPORTED.search(told or "")
    if missing:
        pytest.skip(f"{missing[1]} is not supported yet")
    if error is None or told is None or ITS_PARSER.match(error):
        assert (told is None) is (error is None), told
    else:
        assert error in told


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case.yaml))
def test_a_file_loads_if_it_loads_in_alertmanager(case: Case) -> None:
    """And where it does not, the message contains Alertmanager's."""
    check(case.yaml, case.error, NameMode.DEFAULT)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.classic is not UNSET], ids=lambda case: repr(case.yaml)
)
def test_classic_mode_refuses_newer_names(case: Case) -> None:
    """The same files with ``--enable-feature=classic-mode``."""
    assert case.classic is not UNSET
    check(case.yaml, case.classic, NameMode.CLASSIC)
