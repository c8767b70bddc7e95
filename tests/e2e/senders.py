"""What senders say to a running alertrouter, and what it answers."""

import re
from collections.abc import Sequence
from typing import Final, Self, TypeAlias

import httpx

Json: TypeAlias = dict[str, object]

ENDLESS: Final = "2099-01-01T00:00:00Z"
LONG_AGO: Final = "2020-01-01T00:00:00Z"
JUST_AFTER: Final = "2020-01-01T00:00:01Z"


def firing(name: str, **labels: str) -> Json:
    """Return an alert as Prometheus posts it, one that goes on until it is resolved."""
    return {
        "labels": {"alertname": name, **labels},
        "annotations": {"summary": f"{name} is wrong"},
        "startsAt": LONG_AGO,
        "endsAt": ENDLESS,
        "generatorURL": "http://prometheus.example.org/graph",
    }


def resolved(name: str, **labels: str) -> Json:
    """Return the same alert once it is over."""
    return firing(name, **labels) | {"endsAt": JUST_AFTER}


class Sender:
    """Talks to one alertrouter, without proxies and with a limit on every wait."""

    def __init__(self, url: str) -> None:
        self.url: Final = url
        self._http = httpx.Client(base_url=url, timeout=10, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def send(self, *alerts: Json) -> None:
        """Post alerts over the API, and insist that they are taken."""
        answer = self._http.post("/api/v2/alerts", json=list(alerts))
        assert answer.status_code == 200, answer.text

    def post(
        self, path: str, body: bytes | Sequence[Json] | Json = b"", **headers: str
    ) -> httpx.Response:
        """Post bytes as they are, anything else as JSON; header names may use underscores."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, bytes):
            return self._http.post(path, content=body, headers=fields)
        return self._http.post(path, json=body, headers=fields)

    def ask(self, method: str, path: str) -> httpx.Response:
        """Make a request without a body."""
        return self._http.request(method, path)

    def metric(self, name: str, **labels: str) -> float | None:
        """Return the value of a metric, None if there is no such series."""
        wanted = {f'{key}="{value}"' for key, value in labels.items()}
        for line in self._http.get("/metrics").text.splitlines():
            matched = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
            if matched and matched[1] == name and wanted <= set((matched[2] or "").split(",")):
                return float(matched[3])
        return None
