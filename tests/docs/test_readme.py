"""What the README tells newcomers to type really does what it says."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.docs.manual import page
from tests.processes import ROOT, alertrouter, until

README: Final = page("README.md")
MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d:\d\d))?"
)


def command(begins: str) -> str:
    """Return the one command of the README that begins so."""
    lines = [line for block in README.blocks("console") for line in block.splitlines()]
    [found] = [line.removeprefix("$ ") for line in lines if line.startswith(f"$ {begins}")]
    return found


def test_the_first_screen_is_true(tmp_path: Path) -> None:
    """The curl command is accepted, and what is then printed is what the README shows."""
    [shown] = README.blocks("text")
    with alertrouter(ROOT / "routes.yaml", tmp_path, **{"log.level": "error"}) as service:
        curl = command("curl").replace("http://127.0.0.1:9595", service.url)
        done = subprocess.run(
            f"{curl} -sS --fail-with-body", shell=True, cwd=ROOT, capture_output=True, check=True
        )
        until(lambda: len(service.output().splitlines()) >= len(shown.splitlines()), "the lines")
        printed = service.output()

    assert timeless(printed) == timeless(shown)
    assert done.stdout == b""


def test_the_check_passes() -> None:
    """The file that everybody begins with has no mistake, and neither has any example."""
    program, *rest = command("alertrouter check-config").split()
    examples = [str(path) for path in sorted((ROOT / "examples" / "routes").glob("*.yaml"))]
    done = subprocess.run(
        [sys.executable, "-m", program, *rest, *examples],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("place", "snippet"),
    [*zip(["prometheus.yml", "alertmanager.yml"], README.blocks("yaml"), strict=True)],
)
def test_snippets_are_parts_of_the_examples(place: str, snippet: str) -> None:
    """What the README shows of a file is what the complete example says."""
    example = yaml.safe_load((ROOT / "examples" / place).read_text())
    shown = yaml.safe_load(snippet)
    assert shown == {key: example[key] for key in shown}


def timeless(text: str) -> str:
    """Return the text with every moment made alike, and without empty lines around it."""
    return MOMENT.sub("<moment>", text).strip()
