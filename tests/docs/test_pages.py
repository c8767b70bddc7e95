"""Every page of the manual is in order."""

import re
from typing import Final

import pytest

from tests.docs.manual import Page, every_page
from tests.processes import ROOT

PAGES: Final = every_page()
MAKE_TARGETS: Final = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.place)
def test_links_lead_somewhere(page: Page) -> None:
    """A page that was moved is not linked to any more."""
    folder = (ROOT / page.place).parent
    missing = [link for link in page.links() if not (folder / link.partition("#")[0]).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.place)
def test_make_targets_exist(page: Page) -> None:
    """What the manual tells people to type is there to be typed."""
    assert set(re.findall(r"`(?:\$ )?make ([a-z]+)", page.text)) <= MAKE_TARGETS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.place)
def test_rows_have_as_many_cells_as_their_table(page: Page) -> None:
    """An unescaped bar in a cell would lose what follows it."""
    widths: list[int] = []
    for line in page.text.splitlines():
        width = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        if width and widths and widths[-1]:
            assert width == widths[-1], line
        widths.append(width)
