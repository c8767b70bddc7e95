"""The alerts: one row for what each says; when it was last said is in the journal."""

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final

from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels
from alertrouter.stores.records import (
    Times,
    decode_annotations,
    decode_labels,
    encode_annotations,
    encode_labels,
)
from alertrouter.stores.sqlite.file import Script
from alertrouter.stores.sqlite.journal import Journal

_NEW_ROW: Final = (
    "insert into alert (number, labels, annotations, generator_url) values (?, ?, ?, ?)"
)
_CHANGED_ROW: Final = "update alert set annotations = ?, generator_url = ? where number = ?"


class _Row:
    """What is on disk about an alert, but for its labels."""

    __slots__ = ("annotations", "generator_url", "number", "times")

    def __init__(
        self, number: int, annotations: Mapping[str, str], generator_url: str, times: Times
    ) -> None:
        self.number = number
        self.annotations = annotations
        self.generator_url = generator_url
        self.times = times


class AlertTable:
    """The alerts on disk, and in memory what it takes to know what must be written.

    For a transaction call ``keep`` and ``forget``, then ``seal``; after it ``settle`` if it was
    committed, else ``undo``.
    """

    def __init__(self, database: sqlite3.Connection, script: Script, most_old_times: int) -> None:
        """Read the tables; raises what sqlite3 and msgspec raise for damaged ones.

        KeyError means that there is an alert of which the journal says nothing.
        """
        self._script: Final = script
        self._journal: Final = Journal(database, script, most_old_times)
        last = self._journal.read()
        self._rows: Final[dict[Labels, _Row]] = {
            decode_labels(labels): _Row(number, decode_annotations(said), url, last[number])
            for number, labels, said, url in database.execute(
                "select number, labels, annotations, generator_url from alert"
            )
        }
        self._numbers: Final = count(max(last, default=0) + 1)
        self._heard: Final[list[Times]] = []
        self._touched: Final[list[_Row]] = []
        self._former: Final[list[Times]] = []
        self._before: Final[list[tuple[Labels, _Row | None]]] = []

    def all(self) -> list[Alert]:
        """Return every alert."""
        alerts = []
        for labels, row in self._rows.items():
            _, starts_at, ends_at, updated_at, is_timeout = row.times
            alerts.append(
                Alert(
                    labels=labels,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    updated_at=updated_at,
                    annotations=row.annotations,
                    generator_url=row.generator_url,
                    is_timeout=is_timeout,
                )
            )
        return alerts

    def keep(self, alerts: Sequence[Alert]) -> None:
        """Write each alert over what there is under its labels."""
        # The hot path of the whole program: an alert that is known, and says what it said before.
        rows, heard, touched, former = self._rows, self._heard, self._touched, self._former
        for alert in alerts:
            row = rows.get(alert.labels)
            if (
                row is None
                or (
                    row.annotations is not alert.annotations
                    and row.annotations != alert.annotations
                )
                or row.generator_url != alert.generator_url
            ):
                row = self._write_row(alert, row)
            times = (row.number, alert.starts_at, alert.ends_at, alert.updated_at, alert.is_timeout)
            touched.append(row)
            former.append(row.times)
            row.times = times
            heard.append(times)

    def forget(self, labels: Sequence[Labels]) -> None:
        """Remove alerts; those that are not there do not matter."""
        for one in labels:
            row = self._rows.pop(one, None)
            if row is not None:
                self._before.append((one, row))
                self._script.append(("delete from alert where number = ?", (row.number,)))

    def seal(self) -> None:
        """Have what ``keep`` has heard written."""
        everything = self._rows.values()
        self._journal.seal(self._heard, len(everything), lambda: [row.times for row in everything])

    def settle(self) -> None:
        """Take what was written for true."""
        self._journal.settle()
        self._begin_anew()

    def undo(self) -> None:
        """Take back everything since the last ``settle``."""
        for row, times in zip(reversed(self._touched), reversed(self._former), strict=True):
            row.times = times
        for labels, before in reversed(self._before):
            if before is None:
                del self._rows[labels]
            else:
                self._rows[labels] = before
        self._begin_anew()

    def _begin_anew(self) -> None:
        for changes in (self._before, self._heard, self._touched, self._former):
            changes.clear()

    def _write_row(self, alert: Alert, before: _Row | None) -> _Row:
        number = next(self._numbers) if before is None else before.number
        times = (number, alert.starts_at, alert.ends_at, alert.updated_at, alert.is_timeout)
        row = _Row(number, alert.annotations, alert.generator_url, times)
        annotations = encode_annotations(alert)
        if before is None:
            fields = (number, encode_labels(alert.labels), annotations, alert.generator_url)
            self._script.append((_NEW_ROW, fields))
        else:
            self._script.append((_CHANGED_ROW, (annotations, alert.generator_url, number)))
        self._rows[alert.labels] = row
        self._before.append((alert.labels, before))
        return row
