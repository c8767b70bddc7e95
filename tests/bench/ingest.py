"""Accepted alerts per CPU second, beside Alertmanager's.

``python -m tests.bench.ingest [--seconds 5] [--rounds 3]``

The CPU time is the server's own, user and system, of all its threads; the client's does not count.
Both servers get the same configuration, requests and machine, by turns. alertrouter writes each
request to SQLite and syncs before it answers; Alertmanager keeps alerts in memory alone.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol, TypeAlias

from tests.bench.prometheus_load import BATCH, CHANGING, SERIES, STEADY, Churn, posting
from tests.processes import alertrouter, free_port, http_ready, running

ALERTMANAGER: Final = "/usr/bin/prometheus-alertmanager"  # where Debian puts it
ROUTES: Final = """\
route:
  receiver: nobody
  group_by: [alertname, cluster]
  routes:
    - matchers: [severity = critical]
      receiver: oncall
receivers:
  - name: nobody
  - name: oncall
"""
LOADS: Final = {
    "known alerts, repeated": STEADY,
    f"of {BATCH} alerts {CHANGING.changed} with new annotations, {CHANGING.new} new": CHANGING,
}


class Server(Protocol):
    """What is measured."""

    @property
    def cpu_seconds(self) -> float:
        """User and system time until now."""
        ...


@contextmanager
def our_server(directory: Path) -> Iterator[tuple[Server, int]]:
    """Start alertrouter with its embedded store; give it and its port."""
    with alertrouter(ROUTES, directory) as service:
        yield service, service.port


@contextmanager
def alertmanager(directory: Path) -> Iterator[tuple[Server, int]]:
    """Start Alertmanager, alone; give it and its port."""
    port = free_port()
    config = directory / "alertmanager.yml"
    config.write_text(ROUTES)
    args = [
        ALERTMANAGER,
        f"--config.file={config}",
        f"--storage.path={directory}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
        "--log.level=warn",
    ]
    with running(args, ready=http_ready(f"http://127.0.0.1:{port}/-/ready")) as process:
        yield process, port


Starting: TypeAlias = Callable[[Path], AbstractContextManager[tuple[Server, int]]]


def alerts_per_cpu_second(starting: Starting, churn: Churn, seconds: float) -> float:
    """Start a server, let it know all series, then measure for so many seconds."""
    with (
        TemporaryDirectory(prefix="bench-") as directory,
        starting(Path(directory)) as (server, port),
        posting(port, churn) as load,
    ):
        load.wait_for(2 * SERIES)
        cpu, accepted = server.cpu_seconds, load.accepted
        time.sleep(seconds)
        return (load.accepted - accepted) / (server.cpu_seconds - cpu)


def compared(churn: Churn, rounds: int, seconds: float) -> dict[str, list[float]]:
    """Measure by turns, so that a machine that is busy for a while is so for both."""
    servers: dict[str, Starting] = {"alertrouter": our_server}
    if Path(ALERTMANAGER).exists():
        servers["Alertmanager"] = alertmanager
    found: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(rounds):
        for name, starting in servers.items():
            found[name].append(alerts_per_cpu_second(starting, churn, seconds))
    return found


def told(load: str, found: dict[str, list[float]]) -> str:
    """Return a few lines about one load: each median with its extremes, and their ratio."""
    lines = [f"{load}:"]
    medians = {name: statistics.median(values) for name, values in found.items()}
    for name, values in found.items():
        lines.append(
            f"  {name:<14}{medians[name]:>10,.0f} alerts per CPU second"
            f"  ({min(values):,.0f} to {max(values):,.0f})"
        )
    if "Alertmanager" in medians:
        lines.append(f"  {'ratio':<14}{medians['alertrouter'] / medians['Alertmanager']:>10.2f}")
    else:
        lines.append(f"  no comparison: {ALERTMANAGER} is not there (prometheus-alertmanager)")
    return "\n".join(lines)


def main() -> None:
    """Print the figures for each load."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each server")
    arguments = parser.parse_args()
    for load, churn in LOADS.items():
        print(told(load, compared(churn, arguments.rounds, arguments.seconds)), flush=True)


if __name__ == "__main__":
    main()
