"""Every example is accepted by the program that it is for."""

import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from alertrouter.config.loader import load_file
from alertrouter.wire.posted_alerts import WebhookAlert, decode_webhook
from tests.processes import ROOT

EXAMPLES: Final = ROOT / "examples"
ROUTES: Final = [ROOT / "routes.yaml", *sorted((EXAMPLES / "routes").glob("*.yaml"))]


@pytest.mark.parametrize("path", ROUTES, ids=lambda path: path.name)
def test_routes_load_without_a_warning(path: Path) -> None:
    """What people start from has no mistake, and nothing to be warned of."""
    configuration = load_file(path)

    assert configuration.warnings == ()
    assert configuration.channels


def test_a_newcomer_sees_the_first_alert_soon() -> None:
    """The routes at the top speak within a few seconds, whatever is sent."""
    policy = load_file(ROOT / "routes.yaml").policy

    waits = {route.key: route.options.group_wait for route in policy.root.walk()}
    assert all(wait <= timedelta(seconds=2) for wait in waits.values()), waits


def test_the_webhook_is_a_real_one() -> None:
    """It has what version 4 has, and no moment that would look old."""
    text = (EXAMPLES / "webhook.json").read_bytes()
    body = json.loads(text)
    alerts = [one for one in decode_webhook(text) if isinstance(one, WebhookAlert)]

    assert body["version"] == "4"
    assert len(alerts) == len(body["alerts"]) == 2
    assert [alert.starts_at for alert in alerts] == [None, None]


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        pytest.param("amtool", ["check-config", "alertmanager.yml"], id="alertmanager.yml"),
        pytest.param("promtool", ["check", "config", "prometheus.yml"], id="prometheus.yml"),
        pytest.param("promtool", ["check", "rules", "rules.yml"], id="rules.yml"),
    ],
)
def test_others_accept_their_examples(program: str, arguments: list[str]) -> None:
    """Prometheus' and Alertmanager's own checkers have nothing against the files."""
    if shutil.which(program) is None:
        pytest.skip(f"needs {program} (apt-get install prometheus prometheus-alertmanager)")
    done = subprocess.run(
        [program, *arguments], cwd=EXAMPLES, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
