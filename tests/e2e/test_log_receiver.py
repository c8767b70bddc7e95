"""The log receiver prints on standard output, and everything else does not."""

import subprocess
import sys
from pathlib import Path

from tests.e2e.routes import to_one_receiver
from tests.e2e.senders import Sender, firing
from tests.processes import ROOT, free_port, http_ready, until


def test_notifications_are_printed_on_standard_output(tmp_path: Path) -> None:
    """A block for each notification; the service's own log goes to standard error."""
    config, port = tmp_path / "routes.yaml", free_port()
    config.write_text(to_one_receiver("log_configs: [{}]"))
    command = [
        *(sys.executable, "-m", "alertrouter", "serve", f"--config.file={config}"),
        *(f"--store=sqlite:///{tmp_path}/state.db", f"--web.listen-address=127.0.0.1:{port}"),
    ]
    printed, logged = tmp_path / "stdout", tmp_path / "stderr"
    with printed.open("w") as stdout, logged.open("w") as stderr:
        child = subprocess.Popen(command, stdout=stdout, stderr=stderr, cwd=ROOT)
        try:
            until(http_ready(f"http://127.0.0.1:{port}/-/ready"), "the service to be ready")
            with Sender(f"http://127.0.0.1:{port}") as sender:
                sender.send(firing("DiskFull", host="a"))
            until(lambda: "DiskFull" in printed.read_text(), "the notification")
        finally:
            child.terminate()
            child.wait(15)

    block = printed.read_text()
    assert "DiskFull is wrong" in block
    assert "host" in block
    assert "level=" not in block
    assert "level=info" in logged.read_text()
