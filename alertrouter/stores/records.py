"""The written forms of what is stored.

JSON, because it keeps the offset from UTC that a sender wrote its times with (msgpack does not),
can be read by people, and is as quick. Records that may change carry a version in front.
"""

from datetime import datetime
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels
from alertrouter.model.notification import LogEntry, LogKey

# An alert's number in the store, starts_at, ends_at, updated_at, is_timeout.
Times: TypeAlias = tuple[int, datetime, datetime, datetime, bool]


class _TimesRecord(Struct, frozen=True, array_like=True, gc=False):
    version: Literal[1]
    times: list[Times]


class _SentRecord(Struct, frozen=True, array_like=True, gc=False):
    version: Literal[1]
    at: datetime
    expires_at: datetime
    firing: list[int]
    resolved: list[int]


_ENCODER: Final = msgspec.json.Encoder()
_PAIRS: Final = msgspec.json.Decoder(tuple[tuple[str, str], ...])
_STRINGS: Final = msgspec.json.Decoder(dict[str, str])
_TIMES: Final = msgspec.json.Decoder(_TimesRecord)
_SENT: Final = msgspec.json.Decoder(_SentRecord)


def encode_times(times: list[Times]) -> bytes:
    """Write the times of many alerts as one record."""
    return _ENCODER.encode((1, times))


def decode_times(record: bytes) -> list[Times]:
    """Read what ``encode_times`` wrote; raises msgspec.DecodeError."""
    return _TIMES.decode(record).times


def encode_labels(labels: Labels) -> bytes:
    """Write a label set."""
    return _ENCODER.encode(labels.pairs)


def decode_labels(record: bytes) -> Labels:
    """Read what ``encode_labels`` wrote; raises msgspec.DecodeError."""
    return Labels(_PAIRS.decode(record))


def encode_annotations(alert: Alert) -> bytes:
    """Write the annotations of an alert."""
    return _ENCODER.encode(dict(alert.annotations))


def decode_annotations(record: bytes) -> dict[str, str]:
    """Read what ``encode_annotations`` wrote; raises msgspec.DecodeError."""
    return _STRINGS.decode(record)


def encode_entry(entry: LogEntry) -> bytes:
    """Write an entry of the notification log, without its key."""
    return _ENCODER.encode(
        _SentRecord(1, entry.at, entry.expires_at, sorted(entry.firing), sorted(entry.resolved))
    )


def decode_entry(key: LogKey, record: bytes) -> LogEntry:
    """Read what ``encode_entry`` wrote; raises msgspec.DecodeError."""
    sent = _SENT.decode(record)
    return LogEntry(
        key=key,
        at=sent.at,
        firing=frozenset(sent.firing),
        resolved=frozenset(sent.resolved),
        expires_at=sent.expires_at,
    )
