"""Secrets stay secret, whatever goes wrong around them."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.e2e.senders import Sender, firing
from tests.processes import ROOT, free_port, http_ready, running, until
from tests.servers import HttpSink, Reply

MARKER: Final = "5ecret-0f-the-test"

# Receivers that refuse, and quote what they were sent.
ECHOES: Final = [Reply(status, f"not you, {MARKER}".encode()) for status in (401, 302, 500, 400)]

CONFIG: Final = """\
global:
  smtp_smarthost: 127.0.0.1:{dead}
  smtp_from: alerts@example.org
  smtp_require_tls: false
  smtp_auth_username: alerts
  smtp_auth_password: ${{PASSWORD}}
  slack_api_url: http://127.0.0.1:{dead}/{marker}/slack
route: {{receiver: team, group_wait: 0s, group_interval: 1s}}
receivers:
  - name: team
    webhook_configs:
      - url: http://127.0.0.1:{dead}/{marker}/webhook
      - url: http://user:{marker}@127.0.0.1:{dead}/
      - url: {sink}/{marker}
        http_config: {{authorization: {{credentials: {marker}}}}}
      - url: {sink}/refused/{marker}
        http_config: {{basic_auth: {{username: me, password: {marker}}}}}
      - url_file: {directory}/missing/url
      - url: {sink}/
        http_config:
          http_headers: {{X-Key: {{secrets: [{marker}]}}}}
    email_configs: [{{to: ops@example.org}}]
    slack_configs: [{{channel: '#alerts'}}]
"""


def test_no_secret_is_ever_shown(tmp_path: Path) -> None:
    """Not in the logs at their most talkative, not in metrics, not in answers."""
    config, port, url = tmp_path / "routes.yaml", free_port(), ""
    url = f"http://127.0.0.1:{port}"
    with HttpSink(*ECHOES) as sink:
        text = CONFIG.format(dead=free_port(), marker=MARKER, sink=sink.url, directory=tmp_path)
        config.write_text(text)
        command = [
            *(sys.executable, "-m", "alertrouter", "serve", f"--config.file={config}"),
            *(f"--store=sqlite:///{tmp_path}/state.db", "--log.level=debug"),
            f"--web.listen-address=127.0.0.1:{port}",
        ]
        environment = os.environ | {"PASSWORD": MARKER}
        with (
            running(
                command, ready=http_ready(f"{url}/-/ready"), cwd=ROOT, env=environment
            ) as service,
            Sender(url) as sender,
        ):
            for number in range(3):
                sender.send(firing(f"Alert{number}"))
            until(lambda: failed(sender) >= 10, "attempts to fail")
            until(lambda: len(sink.received) >= 4, "requests to arrive")
            shown = [sender.ask("GET", path).text for path in ("/metrics", "/", "/api/v2/status")]
            config.write_text(text.replace("receiver: team", "receiver: nobody"))
            shown.append(sender.post("/-/reload").text)
            config.write_text(text.replace(f"{MARKER}/slack", f"{MARKER}/slack: ["))
            shown.append(sender.post("/-/reload").text)
            service.stop()
            shown.append(service.output())

    everything = "\n".join(shown)
    assert "attempt failed" in everything
    assert "not you, " in everything
    assert 'undefined receiver \\"nobody\\"' in everything
    assert MARKER not in everything


def test_check_config_shows_no_secret(tmp_path: Path) -> None:
    """A mistake in a secret is told by its place, not by its content."""
    config = tmp_path / "routes.yaml"
    config.write_text(
        f"global: {{slack_api_url: 'ftp://{MARKER}/', smtp_auth_password: [{MARKER}]}}\n"
        "route: {receiver: team}\n"
        f"receivers: [{{name: team, webhook_configs: [{{url: 'nonsense:{MARKER}'}}]}}]\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "alertrouter", "check-config", str(config)],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert "slack_api_url" in done.stderr + done.stdout
    assert MARKER not in done.stderr + done.stdout


def failed(sender: Sender) -> float:
    """Return how many attempts have failed so far, over all channels."""
    name = "alertmanager_notification_requests_failed_total"
    counts = [sender.metric(name, integration=kind) for kind in ("webhook", "email", "slack")]
    return sum(count or 0 for count in counts)
