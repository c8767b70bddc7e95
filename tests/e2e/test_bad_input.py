"""What senders get to hear when what they send cannot be taken."""

import json
from collections.abc import Iterator

import pytest

from tests.e2e.hearing import names_at
from tests.e2e.routes import telling
from tests.e2e.senders import Sender, firing
from tests.processes import alertrouter, until
from tests.servers import HttpSink

WEBHOOK = "/webhook"
API = "/api/v2/alerts"
JSON = {"Content-Type": "application/json"}


def body(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.fixture(scope="module")
def sink_of_all() -> Iterator[HttpSink]:
    with HttpSink() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def sender(sink_of_all: HttpSink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sender]:
    directory = tmp_path_factory.mktemp("alertrouter")
    flags = {"web.max-body-bytes": "100000"}
    with (
        alertrouter(telling(sink_of_all.url), directory, **flags) as service,
        Sender(service.url) as sender,
    ):
        yield sender


BAD = [
    pytest.param(WEBHOOK, b"", 400, "JSON", id="webhook: nothing"),
    pytest.param(WEBHOOK, b"{", 400, "JSON", id="webhook: half a document"),
    pytest.param(WEBHOOK, b"\xff\xfe", 400, "JSON", id="webhook: not text"),
    pytest.param(WEBHOOK, b"[]", 400, "object", id="webhook: a list"),
    pytest.param(WEBHOOK, body({"alerts": {}}), 400, "alerts", id="webhook: alerts is no list"),
    pytest.param(
        WEBHOOK,
        body({"alerts": [{"labels": {"a": 1}}]}),
        400,
        "alerts[0].labels",
        id="webhook: a label that is a number",
    ),
    pytest.param(
        WEBHOOK,
        body({"alerts": [{"labels": {"a": ""}}]}),
        400,
        "alerts[0]",
        id="webhook: no label left",
    ),
    pytest.param(API, b"", 400, "JSON", id="api: nothing"),
    pytest.param(API, b"[{", 400, "JSON", id="api: half a document"),
    pytest.param(API, b"{}", 400, "array", id="api: no list"),
    pytest.param(API, body([{"labels": {"a": 1}}]), 400, "labels", id="api: a number"),
    pytest.param(API, body([{"annotations": {}}]), 400, "labels", id="api: no labels at all"),
    pytest.param(API, body([{"labels": {"a": ""}}]), 400, "label", id="api: no label left"),
    pytest.param(
        API,
        body([{"labels": {"a": "b"}, "startsAt": "2026-01-02T00:00:00Z",
               "endsAt": "2026-01-01T00:00:00Z"}]),
        400, "endsAt", id="api: ends before it starts",
    ),
    pytest.param(
        API, body([{"labels": {"a": "b"}, "startsAt": "yesterday"}]), 400, "startsAt",
        id="api: not a time",
    ),
    pytest.param(API, b"[" * 90_000, 400, "", id="api: deeply nested"),
    pytest.param(API, b" " * 100_001, 413, "100000 bytes", id="api: too large"),
    pytest.param(WEBHOOK, b" " * 100_001, 413, "100000 bytes", id="webhook: too large"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "sent", "status", "said"), BAD)
def test_bad_input_is_refused(
    path: str, sent: bytes, status: int, said: str, sender: Sender
) -> None:
    """The status tells the sender whether to try again, the text what to mend."""
    answer = sender.post(path, sent, **JSON)

    assert answer.status_code == status, answer.text
    assert said in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", WEBHOOK, 405, id="webhooks are posted"),
        pytest.param("GET", "/-/reload", 405, id="a reload is posted"),
        pytest.param("PUT", API, 405, id="alerts are posted"),
        pytest.param("GET", "/nowhere", 404, id="no such page"),
        pytest.param("GET", "/api/v2/nowhere", 404, id="no such part of the API"),
        pytest.param("GET", "/-/healthy", 200, id="alive"),
        pytest.param("HEAD", "/-/ready", 200, id="ready"),
        pytest.param("GET", "/metrics", 200, id="metrics"),
    ],
)
def test_other_requests(method: str, path: str, status: int, sender: Sender) -> None:
    """What exists answers, everything else says that it does not."""
    assert sender.ask(method, path).status_code == status


@pytest.mark.parametrize("path", [API, WEBHOOK])
def test_the_content_type_does_not_matter(path: str, sender: Sender, sink_of_all: HttpSink) -> None:
    """What ``curl -d`` sends says that it is a form, and is taken for what it is."""
    alerts = [firing(f"Form at {path}")]
    sent = body(alerts if path == API else {"version": "4", "alerts": alerts})

    form = "application/x-www-form-urlencoded"
    assert sender.post(path, sent, Content_Type=form).status_code == 200
    until(lambda: f"Form at {path}" in names_at(sink_of_all), "the alert to be told")


def test_good_alerts_of_a_bad_batch_are_kept(sender: Sender, sink_of_all: HttpSink) -> None:
    """One alert without labels does not hide the others, though the sender is told of it."""
    answer = sender.post(API, [firing("Good"), {"labels": {"alertname": ""}}])

    assert answer.status_code == 400
    until(lambda: "Good" in names_at(sink_of_all), "the good one to be told")


def test_the_service_is_well_after_all_that(sender: Sender, sink_of_all: HttpSink) -> None:
    """No bad input leaves a trace in what comes after it."""
    sender.send(firing("Afterwards"))
    until(lambda: "Afterwards" in names_at(sink_of_all), "an ordinary alert to be told")
