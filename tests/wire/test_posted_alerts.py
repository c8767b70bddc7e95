"""Bodies of requests: what is understood, and how the place of a mistake is named."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from alertrouter.errors import BadPayload
from alertrouter.model.labels import Labels, NameMode
from alertrouter.wire.posted_alerts import (
    decode_api_alerts,
    decode_webhook,
    subjects,
)

NOON = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
case = pytest.param


def body(value: object) -> bytes:
    return json.dumps(value).encode()


def test_what_prometheus_sends_is_understood() -> None:
    """Labels and annotations stay raw, times get their zone, unknown fields pass."""
    [alert] = decode_api_alerts(
        body(
            [
                {
                    "labels": {"alertname": "A"},
                    "annotations": {"summary": "s"},
                    "startsAt": "2026-01-31T12:00:00Z",
                    "endsAt": "2026-01-31T13:30:00.5+01:00",
                    "generatorURL": "http://p/g",
                    "extra": [1],
                }
            ]
        )
    )
    assert bytes(alert.labels) == b'{"alertname": "A"}'
    assert alert.starts_at == NOON
    assert alert.ends_at == datetime(
        2026, 1, 31, 13, 30, 0, 500_000, tzinfo=timezone(timedelta(hours=1))
    )
    assert alert.generator_url == "http://p/g"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        case("2026-01-31T12:00:00Z", NOON, id="RFC 3339"),
        case("2026-01-31T12:00:00.123456789Z", NOON.replace(microsecond=123457), id="nanoseconds"),
        case("2026-01-31T12:00:00", NOON, id="no zone means UTC"),
        case("2026-01-31T20:00:00+0800", NOON, id="offset without colon"),
        case("2026-01-31T12:00", NOON, id="no seconds"),
        case("2026-01-31 12:00:00", NOON, id="space for T"),
        case("2026-01-31", NOON.replace(hour=0), id="date only"),
        case("", datetime(1970, 1, 1, tzinfo=UTC), id="empty is the epoch"),
        case(None, None, id="null"),
    ],
)
def test_times_in_every_accepted_form(text: str | None, expected: datetime | None) -> None:
    """Plain RFC 3339 goes the fast way, everything else a slower one."""
    [alert] = decode_api_alerts(body([{"labels": {"a": "b"}, "startsAt": text}]))
    assert alert.starts_at == expected


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        case(b"", "the body is not JSON: Input data was truncated", id="empty"),
        case(b"[{", "the body is not JSON: Input data was truncated", id="cut off"),
        case(b"{}", "expected `array`, got `object`", id="not a list"),
        case(b"[null]", "alerts[0]: expected `object`, got `null`", id="null alert"),
        case(
            b'[{"labels":{"a":"b"}},{"startsAt":"2026-01-01T00:00:00Z"}]',
            "alerts[1]: object missing required field `labels`",
            id="no labels",
        ),
        case(
            b'[{"labels":{"a":"b"},"endsAt":"soon"}]',
            "alerts[0].endsAt: 'soon' is not a time: write it like \"2026-01-31T13:00:00Z\"",
            id="not a time",
        ),
        case(
            b'[{"labels":{"a":"b"},"startsAt":12}]',
            "alerts[0].startsAt: expected `str | null`, got `int`",
            id="a number for a time",
        ),
        case(
            b'[{"labels":{"a":"b"},"startsAt":"2026-13-01"}]',
            "alerts[0].startsAt: '2026-13-01' is not a time (month must be in 1..12): "
            'write it like "2026-01-31T13:00:00Z"',
            id="month 13",
        ),
    ],
)
def test_a_request_that_cannot_be_read_says_where(raw: bytes, message: str) -> None:
    """The place counts from 0, as in the JSON."""
    with pytest.raises(BadPayload) as refused:
        decode_api_alerts(raw)
    assert str(refused.value) == message


def test_null_and_the_empty_list_bring_no_alerts() -> None:
    """As in Alertmanager both are a fine request."""
    assert decode_api_alerts(b"null") == decode_api_alerts(b"[]") == []


def test_the_good_alerts_of_a_half_bad_webhook_are_kept() -> None:
    """What is wrong with an alert stands in its place."""
    found = decode_webhook(
        body({"alerts": [{"labels": {"a": "b"}}, 7, {"labels": {"c": "d"}, "endsAt": "?"}]})
    )
    kinds = [type(one).__name__ for one in found]
    assert kinds == ["WebhookAlert", "BadPayload", "BadPayload"]
    assert str(found[1]) == "alerts[1]: expected `object`, got `int`"


def test_grafanas_fields_become_annotations() -> None:
    """Links and values that Grafana adds to an alert are not lost."""
    [alert] = decode_webhook(
        body({"alerts": [{"labels": {"a": "b"}, "dashboardURL": "http://g/d", "orgId": 1}]})
    )
    assert not isinstance(alert, BadPayload)
    assert alert.grafana_annotations() == {"dashboard_url": "http://g/d"}


@pytest.mark.parametrize(
    ("raw", "mode", "message"),
    [
        case(b'{"a":1}', "default", "labels: expected `str`, got `int`", id="number"),
        case(b"[]", "default", "labels: expected `object | null`, got `array`", id="list"),
        case(b'{"":"x"}', "default", 'labels: name "" is not a label name', id="empty name"),
        case(b'{"1x":"y"}', "classic", 'labels: name "1x" is not a label name', id="classic"),
        case(b'{"a":""}', "default", "labels: there must be at least one with a value", id="none"),
        case(b"null", "default", "labels: there must be at least one with a value", id="null"),
    ],
)
def test_label_sets_that_are_refused(raw: bytes, mode: NameMode, message: str) -> None:
    """A refused label set is refused again, and is not remembered."""
    memory = subjects(NameMode(mode))
    for _ in range(2):
        with pytest.raises(ValueError, match=r"\S") as refused:
            memory.value(raw)
        assert str(refused.value) == message
    assert len(memory) == 0


def test_text_that_is_not_unicode_is_refused() -> None:
    """JSON can spell half a character; UTF-8 cannot."""
    with pytest.raises(ValueError, match="labels"):
        subjects(NameMode.DEFAULT).value(b'{"a":"\\ud800"}')


def test_the_same_bytes_give_the_same_object() -> None:
    """Empty labels are dropped; the second look-up decodes nothing."""
    memory = subjects(NameMode.DEFAULT)
    first = memory.value(b'{"b":"2","a":"1","c":""}')
    assert first.labels == Labels({"a": "1", "b": "2"})
    assert memory.value(b'{"b":"2","a":"1","c":""}') is first


def test_annotations_are_decoded_when_they_change() -> None:
    """Unlike labels, annotations may be empty."""
    subject = subjects(NameMode.DEFAULT).value(b'{"a":"b"}')
    assert subject.annotations(b"{}") == {}
    first = subject.annotations(b'{"s":"1","e":""}')
    assert first == {"s": "1", "e": ""}
    assert subject.annotations(b'{"s":"1","e":""}') is first
    assert subject.annotations(b'{"s":"2"}') == {"s": "2"}
    assert subject.annotations(b"null") == {}


def test_annotations_that_are_refused_change_nothing() -> None:
    """The place is named; what was said before is still known."""
    subject = subjects(NameMode.DEFAULT).value(b'{"a":"b"}')
    good = subject.annotations(b'{"s":"1"}')
    with pytest.raises(ValueError, match="annotations: expected `str`, got `int`"):
        subject.annotations(b'{"s":1}')
    assert subject.annotations(b'{"s":"1"}') is good
