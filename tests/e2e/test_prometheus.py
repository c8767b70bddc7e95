"""Debian's Prometheus, started with the example configuration, sends its alerts directly."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.hearing import told
from tests.processes import ROOT, free_port, http_ready, running, until
from tests.servers import HttpSink

EXAMPLES: Final = ROOT / "examples"
PROGRAM: Final = shutil.which("prometheus")


def quickly(text: str) -> str:
    """Return an example with its waits cut down to what a test can afford."""
    return text.replace("15s", "1s").replace("for: 1m", "for: 0s")


@pytest.mark.skipif(PROGRAM is None, reason="needs prometheus (apt-get install)")
def test_prometheus_sends_its_alerts(serve: Serve, sink: HttpSink, tmp_path: Path) -> None:
    """A rule that begins to hold is told as firing, and as resolved once it holds no more.

    The rule looks at whether a target answers; the target is another alertrouter.
    """
    router, target, port = serve.telling(sink.url), serve.telling(sink.url), free_port()
    target.service.kill()
    config = (
        quickly((EXAMPLES / "prometheus.yml").read_text())
        .replace("127.0.0.1:9595", router.address, 1)
        .replace("127.0.0.1:9595", target.address)
        .replace("127.0.0.1:9090", f"127.0.0.1:{port}")
    )
    (tmp_path / "prometheus.yml").write_text(config)
    (tmp_path / "rules.yml").write_text(quickly((EXAMPLES / "rules.yml").read_text()))
    command = [
        str(PROGRAM),
        f"--config.file={tmp_path}/prometheus.yml",
        f"--storage.tsdb.path={tmp_path}/prometheus",
        f"--web.listen-address=127.0.0.1:{port}",
    ]

    with running(command, ready=http_ready(f"http://127.0.0.1:{port}/-/ready"), cwd=tmp_path):
        until(lambda: told(sink, "InstanceDown", "firing") is not None, "the rule to fire")
        target.service.restart()
        until(lambda: told(sink, "InstanceDown", "resolved") is not None, "the rule to end")

    labels = told(sink, "InstanceDown", "resolved")
    assert labels is not None
    assert labels["instance"] == target.address
    assert labels["severity"] == "critical"
