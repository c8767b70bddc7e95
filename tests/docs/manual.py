"""Pages of the manual, taken apart so that tests can hold them against the program."""

import re
from dataclasses import dataclass

from tests.processes import ROOT


@dataclass(frozen=True, slots=True)
class Page:
    """One page; ``place`` is its path in the repository."""

    place: str
    text: str

    def blocks(self, language: str) -> list[str]:
        """Return the contents of the fenced blocks in this language."""
        return re.findall(rf"^```{language}\n(.*?)^```$", self.text, flags=re.DOTALL | re.MULTILINE)

    def row(self, first: str) -> list[str]:
        """Return the cells of the table row that begins with *first*."""
        for line in self.text.splitlines():
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if cells and cells[0] == first:
                return cells
        raise AssertionError(f"{self.place} has no row for {first}")

    def links(self) -> list[str]:
        """Return the targets of links that lead to files of the repository."""
        targets = re.findall(r"\]\(([^)]+)\)", self.text)
        return [target for target in targets if not re.match(r"https?:|#", target)]


def page(place: str) -> Page:
    """Read one page."""
    return Page(place, (ROOT / place).read_text())


def every_page() -> list[Page]:
    """Read the whole manual."""
    places = [
        "README.md",
        "CHANGELOG.md",
        *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md")),
    ]
    return [page(place) for place in sorted(places)]
