"""Slack messages, and what Slack answers to them."""

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import characters, dictionaries, text

from alertrouter.channels.contract import (
    Accepted,
    FailureReason,
    HttpAnswer,
    HttpRequest,
    Json,
    Rejected,
    Rendered,
    Retry,
)
from alertrouter.model.go_formats import go_json
from alertrouter.model.secret import Secret
from alertrouter.wire.scalars import Plain
from tests.channels.opening import opened
from tests.notices import alert, notice

URL = "https://hooks.slack.example/services/T0/B0/x"
ANYTHING = text(characters() | characters(max_codepoint=127), min_size=1)


def request(rendered: Rendered) -> HttpRequest:
    (made,) = rendered.requests
    assert isinstance(made, HttpRequest)
    return made


def body(section: Mapping[str, object], *alerts: object) -> Json:
    rendered = opened("slack_configs", {"api_url": URL, **section}).render(notice(*alerts))  # type: ignore[arg-type]
    assert rendered.fault is None
    return request(rendered).json


def test_the_default_message() -> None:
    """Fields that are empty are left out, but for those that Alertmanager always sends."""
    made = request(opened("slack_configs", {"api_url": URL, "channel": "#ops"}).render(notice()))
    assert made.url == Secret(URL)
    assert go_json(made.json) == json.dumps({
        "channel": "#ops",
        "username": "alertrouter",
        "attachments": [{
            "title": "[FIRING:1] HighCPU (a:9100 critical)",
            "title_link": "http://router/#/alerts?receiver=team",
            "text": ":red_circle: *HighCPU*\n",
            "fallback": "[FIRING:1] HighCPU (a:9100 critical) | "
                        "http://router/#/alerts?receiver=team",
            "callback_id": "",
            "footer": "",
            "color": "danger",
            "mrkdwn_in": ["fallback", "pretext", "text"],
        }],
    }, separators=(",", ":"))  # fmt: skip


def test_everything_that_can_be_set() -> None:
    section = {
        "channel": "#{{ group_labels.alertname | lower }}", "username": "u", "icon_emoji": ":x:",
        "icon_url": "http://i", "message_text": "{{ status }}", "title": "T" * 2000,
        "title_link": "http://l", "pretext": "p", "text": "t", "fallback": "f",
        "callback_id": "c", "image_url": "http://img", "thumb_url": "http://th", "footer": "foot",
        "color": "#fff", "mrkdwn_in": ["text"], "link_names": Plain("true"),
        "short_fields": Plain("yes"),
        "fields": [
            {"title": "Env", "value": "{{ common_labels.env }}"},
            {"title": "B", "value": "b", "short": Plain("false")},
        ],
        "actions": [
            {"type": "button", "text": "Go", "url": "http://go", "name": "n", "value": "v",
             "style": "danger", "confirm": {"text": "sure?"}},
            {"type": "button", "text": "Do", "name": "n", "value": "v",
             "confirm": {"text": "sure?", "ok_text": "yes"}},
        ],
    }  # fmt: skip
    assert body(section, alert(env="prod")) == {
        "channel": "#highcpu", "username": "u", "icon_emoji": ":x:", "icon_url": "http://i",
        "link_names": True, "text": "firing",
        "attachments": [{
            "title": "T" * 1023 + "…", "title_link": "http://l", "pretext": "p", "text": "t",
            "fallback": "f", "callback_id": "c",
            "fields": [
                {"title": "Env", "value": "prod", "short": True},
                {"title": "B", "value": "b", "short": False},
            ],
            "actions": [
                {"type": "button", "text": "Go", "url": "http://go", "style": "danger"},
                {"type": "button", "text": "Do", "name": "n", "value": "v",
                 "confirm": {"text": "sure?", "ok_text": "yes"}},
            ],
            "image_url": "http://img", "thumb_url": "http://th", "footer": "foot",
            "color": "#fff", "mrkdwn_in": ("text",),
        }],
    }  # fmt: skip


def test_a_failing_template_is_named_in_a_plain_text() -> None:
    """A broken template must not hide an alert."""
    section = {"api_url": URL, "fields": [{"title": "t", "value": "{{ 1 / 0 }}"}]}
    rendered = opened("slack_configs", section).render(notice())
    fault = "receivers[0].slack_configs[0].fields[0].value: ZeroDivisionError: division by zero"
    assert rendered.fault == fault
    assert request(rendered).json == {
        "text": "[FIRING:1] HighCPU\n"
        "firing: alertname=HighCPU, instance=a:9100, severity=critical\n"
        f"This plain text stands for a template that failed: {fault}"
    }


@given(dictionaries(ANYTHING, ANYTHING, max_size=3), ANYTHING)
def test_no_alert_mentions_anybody_or_breaks_the_message(
    annotations: dict[str, str], summary: str
) -> None:
    hostile = alert(annotations={**annotations, "summary": summary, "description": summary})
    section = {"pretext": "{{ common_annotations }}{{ alerts[0].annotations.summary }}"}
    encoded = go_json(body(section, hostile)).encode()
    said = json.loads(encoded)["attachments"][0]
    shown = said["text"] + said["pretext"] + said["title"] + said["fallback"]
    assert not any(mark in shown for mark in ("<!", "<@", "<#"))


JSON = {"content-type": "application/json; charset=utf-8"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(HttpAnswer(200, {}, b"ok"), Accepted("HTTP 200"), id="ok"),
        pytest.param(
            HttpAnswer(200, {"content-type": "text/html"}, b"<p>Welcome"),
            Rejected("the body is not 'ok': unexpected status code 200: <p>Welcome",
                     FailureReason.CLIENT_ERROR),
            id="a page of somebody else",
        ),
        pytest.param(HttpAnswer(200, JSON, b'{"ok": true}'), Accepted("HTTP 200"), id="json"),
        pytest.param(
            HttpAnswer(200, JSON, b'{"ok": false, "error": "channel_not_found"}'),
            Rejected("Slack answered: channel_not_found", FailureReason.CLIENT_ERROR),
            id="json says no",
        ),
        pytest.param(
            HttpAnswer(200, JSON, b'{"ok": false, "error": "token_revoked"}'),
            Rejected("Slack answered: token_revoked", FailureReason.AUTH_ERROR),
            id="json says who are you",
        ),
        pytest.param(
            HttpAnswer(200, {**JSON, "retry-after": "3"}, b'{"ok":false,"error":"ratelimited"}'),
            Retry("Slack answered: ratelimited", timedelta(seconds=3), FailureReason.RATE_LIMITED),
            id="json says later",
        ),
        pytest.param(
            HttpAnswer(200, JSON, b"[1]"),
            Rejected("Slack answered: ok is not true", FailureReason.CLIENT_ERROR),
            id="json of another kind",
        ),
        pytest.param(
            HttpAnswer(200, JSON, b"{"),
            Retry("the answer is not JSON: unexpected status code 200: {"),
            id="half a json",
        ),
        pytest.param(
            HttpAnswer(404, {}, b"no_service"),
            Rejected("unexpected status code 404: no_service", FailureReason.CLIENT_ERROR),
            id="no such hook",
        ),
        pytest.param(
            HttpAnswer(429, {"retry-after": "30"}, b""),
            Retry("unexpected status code 429", timedelta(seconds=30), FailureReason.RATE_LIMITED),
            id="too many",
        ),
    ],
)  # fmt: skip
def test_answers(answer: HttpAnswer, expected: Accepted | Retry | Rejected) -> None:
    assert opened("slack_configs", {"api_url": URL}).classify(answer) == expected
