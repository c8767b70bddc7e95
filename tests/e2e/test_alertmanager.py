"""Debian's Alertmanager, started with the example configuration, passes its alerts on."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.hearing import notifications, told
from tests.e2e.senders import Sender, firing, resolved
from tests.processes import ROOT, free_port, http_ready, running, until
from tests.servers import HttpSink

EXAMPLE: Final = ROOT / "examples" / "alertmanager.yml"
PROGRAM: Final = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")


@pytest.mark.skipif(PROGRAM is None, reason="needs prometheus-alertmanager (apt-get install)")
def test_an_alertmanager_passes_alerts_on(serve: Serve, sink: HttpSink, tmp_path: Path) -> None:
    """What people post to the Alertmanager they already run arrives here, and so does its end."""
    router = serve.telling(sink.url)
    config = tmp_path / "alertmanager.yml"
    config.write_text(EXAMPLE.read_text().replace("127.0.0.1:9595", router.address))
    address = f"127.0.0.1:{free_port()}"
    command = [
        str(PROGRAM),
        f"--config.file={config}",
        f"--storage.path={tmp_path}/alertmanager",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
    ]
    ready = http_ready(f"http://{address}/-/ready")

    with running(command, ready=ready, cwd=tmp_path), Sender(f"http://{address}") as alertmanager:
        alertmanager.send(firing("DiskFull", host="a"))
        until(lambda: told(sink, "DiskFull", "firing") is not None, "the alert to arrive")
        alertmanager.send(resolved("DiskFull", host="a"))
        until(lambda: told(sink, "DiskFull", "resolved") is not None, "its end to arrive")

    first, last = notifications(sink)
    assert (first.status, first.reason) == ("firing", "first notification")
    assert (last.status, last.reason) == ("resolved", "all alerts resolved")
    assert told(sink, "DiskFull", "firing") == {"alertname": "DiskFull", "host": "a"}
