"""Alerts as senders post them: API v2 (Prometheus, amtool) and webhook v4 (Alertmanager, Grafana).

One pass of msgspec takes the request apart; label sets and annotations stay raw bytes until it is
known whether they have been seen before. Times that are not plain RFC 3339 take a slower way.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from alertrouter.errors import BadPayload
from alertrouter.model.alert import NO_ANNOTATIONS
from alertrouter.model.labels import Labels, NameMode, is_label_name
from alertrouter.wire.remembered import Remembered
from alertrouter.wire.timestamps import parse_time

Rfc3339: TypeAlias = Annotated[datetime, Meta(tz=True)]

Decoded = TypeVar("Decoded")
AnyPosted = TypeVar("AnyPosted", bound="PostedAlert")
NOTHING: Final = Raw(b"{}")
# About as many label sets as one process is made for.
CAPACITY: Final = 100_000


class PostedAlert(Struct, rename="camel", gc=False):
    """One alert of a request. Times are missing where the sender gave none or the zero time."""

    labels: Raw
    annotations: Raw = NOTHING
    starts_at: Rfc3339 | None = None
    ends_at: Rfc3339 | None = None
    generator_url: str | None = msgspec.field(default=None, name="generatorURL")
    status: str = ""


class WebhookAlert(PostedAlert, rename="camel", gc=False):
    """The same with what Grafana adds to it."""

    dashboard_url: str = msgspec.field(default="", name="dashboardURL")
    panel_url: str = msgspec.field(default="", name="panelURL")
    silence_url: str = msgspec.field(default="", name="silenceURL")
    image_url: str = msgspec.field(default="", name="imageURL")
    value_string: str = ""

    def grafana_annotations(self) -> dict[str, str]:
        """Return Grafana's fields under the names they get as annotations; empty ones left out."""
        fields = {
            "dashboard_url": self.dashboard_url,
            "panel_url": self.panel_url,
            "silence_url": self.silence_url,
            "image_url": self.image_url,
            "value_string": self.value_string,
        }
        return {name: value for name, value in fields.items() if value}


class Webhook(Struct):
    """The part of a v4 webhook body that matters here; unknown fields pass."""

    alerts: list[WebhookAlert]


class _LenientAlert(Struct, rename="camel"):
    """The times of an alert, as text."""

    starts_at: str | None = None
    ends_at: str | None = None


class _RawWebhook(Struct):
    alerts: list[Raw]


_API: Final = msgspec.json.Decoder(list[PostedAlert] | None)
_WEBHOOK: Final = msgspec.json.Decoder(Webhook)
_RAW_API: Final = msgspec.json.Decoder(list[Raw])
_RAW_WEBHOOK: Final = msgspec.json.Decoder(_RawWebhook)
_TIMES: Final = msgspec.json.Decoder(_LenientAlert)
_STRING_MAP: Final = msgspec.json.Decoder(dict[str, str] | None)


def decode_api_alerts(body: bytes) -> list[PostedAlert]:
    """Take apart the body of POST /api/v2/alerts.

    As in Alertmanager one alert of a wrong shape refuses the whole request: raises BadPayload.
    """
    try:
        return _API.decode(body) or []
    except (msgspec.DecodeError, RecursionError):
        raws = _decoded(_RAW_API, body)
    alerts: list[PostedAlert] = []
    for position, raw in enumerate(raws):
        alerts.append(_one(raw, PostedAlert, position))
    return alerts


def decode_webhook(body: bytes) -> Sequence[WebhookAlert | BadPayload]:
    """Take apart a webhook v4 body; what is wrong with an alert stands in its place.

    Raises BadPayload if there is no list of alerts at all.
    """
    try:
        return _WEBHOOK.decode(body).alerts
    except (msgspec.DecodeError, RecursionError):
        raws = _decoded(_RAW_WEBHOOK, body).alerts
    alerts: list[WebhookAlert | BadPayload] = []
    for position, raw in enumerate(raws):
        try:
            alerts.append(_one(raw, WebhookAlert, position))
        except BadPayload as error:
            alerts.append(error)
    return alerts


def _decoded(decoder: msgspec.json.Decoder[Decoded], body: bytes) -> Decoded:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise BadPayload(_placed(error, "")) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadPayload(f"the body is not JSON: {error}") from None
    except RecursionError:
        raise BadPayload("the body is nested too deeply") from None


def _one(raw: Raw, kind: type[AnyPosted], position: int) -> AnyPosted:
    """Decode one alert with times in any of the accepted forms."""
    place = f"alerts[{position}]"
    try:
        times = _TIMES.decode(raw)
        fields = msgspec.json.decode(raw)
        fields["startsAt"] = _time(times.starts_at, f"{place}.startsAt")
        fields["endsAt"] = _time(times.ends_at, f"{place}.endsAt")
        return msgspec.json.decode(msgspec.json.encode(fields), type=kind)
    except msgspec.DecodeError as error:
        raise BadPayload(_placed(error, place)) from None
    except RecursionError:
        raise BadPayload(f"{place}: nested too deeply") from None


def _time(text: str | None, place: str) -> datetime | None:
    try:
        return None if text is None else parse_time(text)
    except ValueError as error:
        raise BadPayload(f"{place}: {error}") from None


def _placed(error: msgspec.DecodeError, place: str) -> str:
    """Say where and what in words: msgspec appends the path as ``- at `$.x```."""
    what, _, path = str(error).partition(" - at `$")
    where = f"{place}{path.rstrip('`')}".lstrip(".")
    return f"{where}: {what[:1].lower()}{what[1:]}" if where else f"{what[:1].lower()}{what[1:]}"


class Subject:
    """What senders post about: a label set, and the annotations it came with last."""

    __slots__ = ("_annotations", "_raw_annotations", "labels")

    def __init__(self, labels: Labels) -> None:
        self.labels: Final = labels
        self._raw_annotations = b"{}"
        self._annotations = NO_ANNOTATIONS

    def annotations(self, raw: bytes) -> Mapping[str, str]:
        """Return what *raw* says; raises ValueError("annotations: …") for what is not valid."""
        if raw != self._raw_annotations:
            self._annotations = _string_map(raw, "annotations")
            self._raw_annotations = raw
        return self._annotations


def subjects(mode: NameMode) -> Remembered[Subject]:
    """Return a memory of label sets; one that is not valid raises ValueError("labels: …")."""

    def decode(raw: bytes) -> Subject:
        values = {name: value for name, value in _string_map(raw, "labels").items() if value}
        for name in values:
            if not is_label_name(name, mode):
                raise ValueError(f'labels: name "{name}" is not a label name')
        if not values:
            raise ValueError("labels: there must be at least one with a value")
        return Subject(Labels(values))

    return Remembered(decode, capacity=CAPACITY)


def _string_map(raw: bytes, part: str) -> dict[str, str]:
    try:
        return _STRING_MAP.decode(raw) or {}
    except msgspec.DecodeError as error:  # not strings, or no valid UTF-8
        raise ValueError(_placed(error, part).replace("[...]", "")) from None
    except RecursionError:
        raise ValueError(f"{part}: nested too deeply") from None
