"""Alerts: one condition, and how several reports of it become one.

The rules are Alertmanager's: reports are merged only if their spans overlap, the younger report
wins but for the start (the earliest) and the end (see ``merged``).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from alertrouter.model.labels import Labels

NO_ANNOTATIONS: Final[Mapping[str, str]] = {}


class AlertStatus(StrEnum):
    """Whether a condition still holds, as told to people."""

    FIRING = "firing"
    RESOLVED = "resolved"


class Alert(Struct, frozen=True, kw_only=True, gc=False):
    """One condition, firing until ``ends_at``. Its labels alone are its identity.

    All times carry a zone. ``is_timeout`` tells that ``ends_at`` was filled in here because the
    sender gave none; such an end yields to any explicit one.
    """

    labels: Labels
    starts_at: datetime
    ends_at: datetime
    updated_at: datetime
    annotations: Mapping[str, str] = NO_ANNOTATIONS
    generator_url: str = ""
    is_timeout: bool = False

    def is_resolved(self, now: datetime) -> bool:
        """Say whether the condition is over at *now*; at the very end it already is."""
        return self.ends_at <= now

    def status(self, now: datetime) -> AlertStatus:
        """Say the same in the word that people are told."""
        return AlertStatus.RESOLVED if self.ends_at <= now else AlertStatus.FIRING


def merged(stored: Alert, report: Alert, now: datetime) -> Alert:
    """Combine two reports of one alert into what is true of both.

    The later ``updated_at`` is the younger (the second one, if equal) and gives everything but
    the times: the start is the earlier one; the end of a resolved younger report is the later of
    two resolved ends, else its own; the end of a firing younger report gives way to a later end
    of the older one, unless that end was only a timeout.
    """
    older, younger = (report, stored) if report.updated_at < stored.updated_at else (stored, report)
    ends_at = younger.ends_at
    if ends_at <= now:
        if older.ends_at <= now and older.ends_at > ends_at:
            ends_at = older.ends_at
    elif older.ends_at > ends_at and not older.is_timeout:
        ends_at = older.ends_at
    return Alert(
        labels=younger.labels,
        starts_at=min(older.starts_at, younger.starts_at),
        ends_at=ends_at,
        updated_at=younger.updated_at,
        annotations=younger.annotations,
        generator_url=younger.generator_url,
        is_timeout=younger.is_timeout,
    )


def stored_after(stored: Alert | None, report: Alert, now: datetime) -> Alert:
    """Return what is on the shelf after *report*: merged if the spans overlap, else replaced."""
    if stored is None:
        return report
    start, end = stored.starts_at, stored.ends_at
    if start < report.ends_at < end or start < report.starts_at < end:
        return merged(stored, report, now)
    return report


class _LabelOrder:
    """Label sets in Alertmanager's order: fewer labels first, then name by name.

    Over the sorted union of both sets' names, the set that lacks a name comes first, otherwise
    the values decide.
    """

    __slots__ = ("pairs",)

    def __init__(self, labels: Labels) -> None:
        self.pairs = labels.pairs

    def __lt__(self, other: "_LabelOrder") -> bool:
        if len(self.pairs) != len(other.pairs):
            return len(self.pairs) < len(other.pairs)
        for (name, value), (other_name, other_value) in zip(self.pairs, other.pairs, strict=True):
            if name != other_name:
                return name > other_name  # the one with the greater name lacks the lesser one
            if value != other_value:
                return value < other_value
        return False


def label_order(labels: Labels) -> _LabelOrder:
    """Return a sort key for plain label sets."""
    return _LabelOrder(labels)


def in_order(alerts: Iterable[Alert]) -> list[Alert]:
    """Sort alerts as they appear in a notification: by job, by instance, then by label set.

    Alerts that have the label come before those that lack it.
    """

    def place(alert: Alert) -> tuple[bool, str, bool, str, _LabelOrder]:
        job, instance = alert.labels.value("job"), alert.labels.value("instance")
        return (not job, job, not instance, instance, _LabelOrder(alert.labels))

    return sorted(alerts, key=place)
