"""Requests as a Prometheus sends them, from a client that is cheap enough to stay in the shade.

Bodies are written once, with places of fixed width for what changes from one sending to the next,
so that a sending costs the client a replacement and no JSON.
"""

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

BATCH: Final = 64  # alerts of one request, as Prometheus sends them
SERIES: Final = 12_800
CONNECTIONS: Final = 16  # senders: say, eight pairs of Prometheus servers
RESEND: Final = timedelta(minutes=4)  # four times the interval of the rules: how far off endsAt is
PATIENCE: Final = 10.0  # seconds for one answer

ENDS_AT: Final = b"0000-00-00T00:00:00.000000Z"
VALUE: Final = b"@value@"
NEW: Final = b"@newhost@"


@dataclass(frozen=True, slots=True)
class Churn:
    """How many alerts of each batch have another annotation each time, and are new each time."""

    changed: int = 0
    new: int = 0


STEADY: Final = Churn()
CHANGING: Final = Churn(changed=3, new=1)


@dataclass
class Load:
    """What has been accepted so far, by the count of alerts in requests answered with 200."""

    accepted: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, alerts: int) -> None:
        """Count a request that was accepted."""
        with self._lock:
            self.accepted += alerts

    def wait_for(self, alerts: int, patience: float = 60.0) -> None:
        """Return once so many have been accepted; raise TimeoutError if they are not."""
        deadline = time.monotonic() + patience
        while self.accepted < alerts:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.accepted} of {alerts} alerts in {patience:g} s")
            time.sleep(0.01)


@contextmanager
def posting(port: int, churn: Churn) -> Iterator[Load]:
    """Post to /api/v2/alerts over several connections until the block ends.

    Raises ConnectionError afterwards if anything was answered other than with 200.
    """
    requests = [_request(number, churn) for number in range(SERIES // BATCH)]
    load, stop, hosts = Load(), threading.Event(), count()
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        shares = [requests[start::CONNECTIONS] for start in range(CONNECTIONS)]
        senders = [threads.submit(_send, port, share, hosts, load, stop) for share in shares]
        try:
            yield load
        finally:
            stop.set()
    for sender in senders:
        sender.result()


def _send(
    port: int, requests: list[bytes], hosts: Iterator[int], load: Load, stop: threading.Event
) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while not stop.is_set():
            ends_at = f"{datetime.now(UTC) + RESEND:%Y-%m-%dT%H:%M:%S.%fZ}".encode()
            for request in requests:
                if stop.is_set():
                    return
                number = next(hosts)
                filled = request.replace(ENDS_AT, ends_at)
                filled = filled.replace(VALUE, b"%07d" % number).replace(NEW, b"h%08d" % number)
                connection.sendall(filled)
                _expect_200(connection)
                load.add(BATCH)


def _expect_200(connection: socket.socket) -> None:
    answer = b""
    while b"\r\n\r\n" not in answer:
        received = connection.recv(65536)
        if not received:
            raise ConnectionError("the server hung up")
        answer += received
    if not answer.startswith(b"HTTP/1.1 200"):
        raise ConnectionError(f"not accepted: {answer.decode(errors='replace')}")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", answer)
    if length is None or int(length[1]) != 0:
        raise ConnectionError(f"an answer with a body: {answer.decode(errors='replace')}")


def _request(batch: int, churn: Churn) -> bytes:
    """Return a whole request, with places for what changes."""
    started = f"{datetime.now(UTC) - timedelta(minutes=10):%Y-%m-%dT%H:%M:%S.%fZ}"
    alerts = []
    for position in range(BATCH):
        alert = _alert(batch * BATCH + position, started)
        if position < churn.changed:
            alert["annotations"]["description"] += f", now {VALUE.decode()}"
        elif position < churn.changed + churn.new:
            alert["labels"]["instance"] = NEW.decode()
        alerts.append(alert)
    body = json.dumps(alerts, separators=(",", ":")).encode()
    head = (
        "POST /api/v2/alerts HTTP/1.1\r\nHost: alerts\r\nUser-Agent: Prometheus/3.5.0\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _alert(series: int, started: str) -> dict[str, Any]:
    """Return one of the series: six labels, three annotations, and where it comes from."""
    return {
        "annotations": {
            "summary": "latency is high on the instance",
            "description": f"p99 above 500ms for 10 minutes on {series}",
            "runbook_url": "https://runbooks.example.org/latency",
        },
        "startsAt": started,
        "endsAt": ENDS_AT.decode(),
        "generatorURL": "http://prometheus:9090/graph?g0.expr=latency&g0.tab=1",
        "labels": {
            "alertname": f"HighLatency{series % 50}",
            "cluster": "eu-1",
            "instance": f"10.0.{series // 250}.{series % 250}:9100",
            "job": "api",
            "namespace": f"ns{series % 20}",
            "severity": "critical",
        },
    }
