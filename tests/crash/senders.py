"""Senders that post alerts as fast as they are answered, and remember what was acknowledged."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

BATCH: Final = 5  # alerts of one request; they make one group
PATIENCE: Final = 5.0  # seconds for one answer
PAUSE: Final = 0.01  # seconds between two requests of a sender, so that a run stays affordable


@dataclass
class Ledger:
    """What senders know: the alerts whose request was answered with 200, and the other requests."""

    acknowledged: set[str] = field(default_factory=set)
    refused: int = 0
    unanswered: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _batches: Iterator[int] = field(default_factory=count)

    def next_batch(self) -> int:
        """Return a number that no batch has had."""
        with self._lock:
            return next(self._batches)

    def note(self, names: list[str], status: int | None) -> None:
        """Write down the answer to a request; None if there was none."""
        with self._lock:
            if status == 200:
                self.acknowledged.update(names)
            elif status is None:
                self.unanswered += 1
            else:
                self.refused += 1


@contextmanager
def sending(port: int, ledger: Ledger, senders: int = 4) -> Iterator[None]:
    """Let so many senders post to *port* until the block ends or they are hung up on."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=_send, args=(port, ledger, stop), name=f"sender {number}")
        for number in range(senders)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _send(port: int, ledger: Ledger, stop: threading.Event) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        while not stop.wait(PAUSE):
            batch = ledger.next_batch()
            names = [f"{batch}-{number}" for number in range(BATCH)]
            status = _posted(connection, batch, names)
            ledger.note(names, status)
            if status is None:
                return
    finally:
        connection.close()


def _posted(connection: http.client.HTTPConnection, batch: int, names: list[str]) -> int | None:
    """Post a batch of new alerts, by turns over the API and as a webhook; return the status."""
    alerts = [{"labels": {"alertname": "Crash", "batch": str(batch), "name": n}} for n in names]
    path, body = ("/webhook", _webhook(alerts)) if batch % 2 else ("/api/v2/alerts", _api(alerts))
    try:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return None
    return answer.status


def _api(alerts: list[dict[str, dict[str, str]]]) -> object:
    ends_at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    return [{**alert, "endsAt": ends_at} for alert in alerts]


def _webhook(alerts: list[dict[str, dict[str, str]]]) -> object:
    return {"version": "4", "alerts": [{**alert, "status": "firing"} for alert in alerts]}
