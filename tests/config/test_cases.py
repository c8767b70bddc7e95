"""What people are told about a file: one document per subject, exact to the character.

A case holds files, each under a line ``-- name --``. ``routes.yaml`` is loaded, together with the
others; ``problems`` or ``warnings`` is what is said. INTERVAL is set to 5m and EMPTY to nothing.
"""

import re
from pathlib import Path
from typing import Final

import pytest

from alertrouter.config.configuration import Configuration
from alertrouter.config.loader import load_file
from alertrouter.errors import ConfigError
from alertrouter.model.labels import NameMode

CASES: Final = sorted((Path(__file__).parent / "cases").glob("*.case"))
ENVIRONMENT: Final = {"INTERVAL": "5m", "EMPTY": ""}
TOLD: Final = ("problems", "warnings")


def parts(case: Path) -> dict[str, str]:
    """Split a case into its files."""
    _, *rest = re.split(r"^-- (.+) --\n", case.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(rest[::2], rest[1::2], strict=True))


def outcome(path: Path, mode: NameMode) -> dict[str, str]:
    """Load the file and return what is said, in the form of a case."""
    try:
        loaded: Configuration = load_file(path, mode=mode, environment=ENVIRONMENT)
    except ConfigError as error:
        return {"problems": f"{error}\n"}
    return {"warnings": "".join(f"{warning}\n" for warning in loaded.warnings)}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_case(case: Path, tmp_path: Path) -> None:
    """Every line with its place, what is wrong and what would be right."""
    files = parts(case)
    told = {name: files.pop(name) for name in TOLD if name in files}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    mode = NameMode.CLASSIC if case.stem.startswith("classic") else NameMode.DEFAULT

    said = outcome(tmp_path / "routes.yaml", mode)

    assert {name: text.replace(f"{tmp_path}/", "") for name, text in said.items()} == told
