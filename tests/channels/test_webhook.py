"""Webhooks: Alertmanager's body, to the URL that is configured."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

import pytest
from msgspec.structs import replace

from alertrouter.channels.contract import Accepted, HttpAnswer, HttpRequest, Rejected
from alertrouter.channels.http_config import HttpConfig
from alertrouter.errors import TemplateFailed
from alertrouter.model.go_formats import go_json, rfc3339
from alertrouter.model.labels import Labels
from alertrouter.model.notification import Notification
from alertrouter.model.secret import Secret, SecretFile
from alertrouter.wire.alertmanager_webhook import webhook_body
from alertrouter.wire.scalars import Plain
from tests.channels.opening import opened
from tests.notices import alert, notice

GOLDEN = (
    '{"receiver":"team\\\\.x","status":"firing","alerts":['
    '{"status":"firing","labels":{"alertname":"HighCPU","instance":"a"},'
    '"annotations":{"b":"\\u003cü\\u003e","s":"R\\u0026D"},'
    '"startsAt":"2026-01-02T02:59:05Z","endsAt":"0001-01-01T00:00:00Z",'
    '"generatorURL":"http://prometheus/graph?a=1\\u0026b=2","fingerprint":"b66b1a3dd0fd44ae"},'
    '{"status":"resolved","labels":{"alertname":"HighCPU"},"annotations":{"s":"R\\u0026D"},'
    '"startsAt":"2026-01-02T02:59:05Z","endsAt":"2026-01-02T03:03:55Z",'
    '"generatorURL":"http://prometheus/graph?a=1\\u0026b=2","fingerprint":"b5160f6bd9249a48"}],'
    '"notification_reason":"first notification","groupLabels":{"alertname":"HighCPU"},'
    '"commonLabels":{"alertname":"HighCPU"},"commonAnnotations":{"s":"R\\u0026D"},'
    '"routeLabels":{"owner":"db"},"externalURL":"http://router","version":"4",'
    '"groupKey":"{}:{alertname=\\"HighCPU\\"}","truncatedAlerts":0}'
)


def told() -> Notification:
    one = alert(instance="a", annotations={"s": "R&D", "b": "<ü>"})
    other = alert(annotations={"s": "R&D"}, is_over=True)
    return replace(notice(one, other, receiver="team.x"), route_labels=Labels({"owner": "db"}))


def test_the_body_is_alertmanagers_to_the_byte() -> None:
    """Keys in its order, times as it writes them, and its way of escaping."""
    body = webhook_body(told(), external_url="http://router")
    fingerprint = told().alerts[0].labels.fingerprint
    assert go_json(body) == GOLDEN.replace("b66b1a3dd0fd44ae", fingerprint)


def test_a_shortened_body_is_about_the_alerts_it_has() -> None:
    """What is cut off is counted, and decides neither the status nor what is common."""
    over, fires = alert(zone="a", is_over=True), alert(zone="b")
    body = webhook_body(notice(over, fires), external_url="", most=1)
    assert body["truncatedAlerts"] == 1
    assert body["status"] == "resolved"
    assert body["commonLabels"] == {"alertname": "HighCPU", "zone": "a"}
    assert webhook_body(notice(over, fires), external_url="", most=2)["truncatedAlerts"] == 0


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, 120_000, UTC), "2026-01-02T03:04:05.12Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 1, UTC), "2026-01-02T03:04:05.000001Z"),
        (datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
         "2026-01-02T00:00:00-03:30"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
    ],
)  # fmt: skip
def test_times_are_written_as_go_writes_them(moment: datetime, expected: str) -> None:
    assert rfc3339(moment) == expected


def request(section: Mapping[str, object], notification: Notification) -> HttpRequest:
    rendered = opened("webhook_configs", section).render(notification)
    assert rendered.fault is None
    (made,) = rendered.requests
    assert isinstance(made, HttpRequest)
    return made


def test_the_request_holds_what_is_configured() -> None:
    section = {
        "url": "http://hook.example/a b",
        "max_alerts": Plain("1"),
        "timeout": "1.5s",
        "http_config": {"follow_redirects": Plain("no")},
    }
    made = request(section, told())
    assert made == HttpRequest(
        url=Secret("http://hook.example/a%20b"),
        json=webhook_body(told(), external_url="http://router", most=1),
        config=HttpConfig(follow_redirects=Plain("no")),
        timeout=timedelta(seconds=1.5),
    )


def test_a_url_in_a_file_stays_in_its_file() -> None:
    made = request({"url_file": "/run/url"}, told())
    assert isinstance(made.url, SecretFile)
    assert made.timeout is None


def test_a_url_may_be_a_template() -> None:
    made = request({"url": "http://hook/{{ group_labels.alertname | url_escape }}"}, told())
    assert made.url == Secret("http://hook/HighCPU")


@pytest.mark.parametrize("url", ["http://{{ group_labels.nosuch }}", "{{ status }}", "{{ 1/0 }}"])
def test_a_url_that_does_not_come_about_is_an_error(url: str) -> None:
    """There is nowhere to send a plain text to."""
    with pytest.raises(TemplateFailed, match=r"^receivers\[0\]\.webhook_configs\[0\]\.url: "):
        opened("webhook_configs", {"url": url}).render(told())


def test_the_status_decides() -> None:
    channel = opened("webhook_configs", {"url": "http://hook"})
    assert channel.classify(HttpAnswer(204, {}, b"")) == Accepted("HTTP 204")
    assert isinstance(channel.classify(HttpAnswer(404, {}, b"")), Rejected)
