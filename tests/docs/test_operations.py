"""docs/operations.md names everything that a running alertrouter has to offer."""

import re
from typing import Final

import click
import pytest

from alertrouter.cli.serve import serve
from alertrouter.runtime.metrics import Metrics
from tests.docs.manual import page

MANUAL: Final = page("docs/operations.md")
OPTIONS: Final = [option for option in serve.params if isinstance(option, click.Option)]
METRICS: Final = sorted(
    family.name + ("_total" if family.type == "counter" else "")
    for family in Metrics().registry.collect()
    if family.name.startswith("alert")
)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: str(option.opts[0]))
def test_every_flag_is_explained(option: click.Option) -> None:
    """With its variable, and with the default it really has."""
    row = MANUAL.row(f"`{option.opts[0]}`")
    assert row[1] == f"`{option.envvar}`"
    assert row[2] == f"`{option.default}`" or not option.default
    assert row[3]


def test_no_flag_is_explained_that_does_not_exist() -> None:
    """A flag that is gone leaves the manual, too."""
    written = re.findall(r"^\| `(--[a-z.-]+)`", MANUAL.text, flags=re.MULTILINE)
    assert sorted(written) == sorted(option.opts[0] for option in OPTIONS)


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_explained(name: str) -> None:
    """Whoever looks at a dashboard finds what the number means."""
    assert re.search(rf"^\| `{name}[`{{]", MANUAL.text, flags=re.MULTILINE)


def test_no_metric_is_explained_that_does_not_exist() -> None:
    """Nobody builds an alert on a name that is not there."""
    written = re.findall(r"\balert(?:manager|router)_\w+", MANUAL.text)
    assert {name for name in written if not name.endswith("_")} <= {*METRICS}
