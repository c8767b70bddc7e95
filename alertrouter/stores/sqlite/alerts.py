"""The alerts: one row for what each says; when it was last said is in the journal."""

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final

from msgspec import Struct

from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels
from alertrouter.stores.records import (
    decode_annotations,
    decode_labels,
    encode_annotations,
    encode_labels,
)
from alertrouter.stores.sqlite.journal import Journal


class _Row(Struct, frozen=True, gc=False):
    """What is on disk about an alert, but for its labels and times."""

    number: int
    annotations: Mapping[str, str]
    generator_url: str


class AlertTable:
    """The alerts on disk, and in memory what it takes to know what must be written.

    Call ``keep`` and ``forget`` within a transaction, ``write`` at its end; after it ``settle`` if
    it was committed, else ``undo``.
    """

    def __init__(self, database: sqlite3.Connection, most_old_times: int) -> None:
        """Read the tables; raises what sqlite3 and msgspec raise for damaged ones."""
        self._database: Final = database
        self._rows: Final[dict[Labels, _Row]] = {
            decode_labels(labels): _Row(number, decode_annotations(annotations), generator_url)
            for number, labels, annotations, generator_url in database.execute(
                "select number, labels, annotations, generator_url from alert"
            )
        }
        self._journal: Final = Journal(database, most_old_times)
        self._journal.keep_only({row.number for row in self._rows.values()})
        self._numbers: Final = count(self._journal.greatest_number + 1)
        self._before: Final[list[tuple[Labels, _Row | None]]] = []

    def all(self) -> list[Alert]:
        """Return every alert."""
        last = self._journal.last()
        alerts = []
        for labels, row in self._rows.items():
            _, starts_at, ends_at, updated_at, is_timeout = last[row.number]
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
        rows, heard = self._rows, self._journal.heard
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
            heard.append(
                (row.number, alert.starts_at, alert.ends_at, alert.updated_at, alert.is_timeout)
            )

    def forget(self, labels: Sequence[Labels]) -> None:
        """Remove alerts; those that are not there do not matter."""
        for one in labels:
            row = self._rows.pop(one, None)
            if row is not None:
                self._before.append((one, row))
                self._journal.forgotten.append(row.number)
                self._database.execute("delete from alert where number = ?", (row.number,))

    def write(self) -> None:
        """Write what ``keep`` has heard."""
        self._journal.write()

    def settle(self) -> None:
        """Take what was written for true."""
        self._before.clear()
        self._journal.settle()

    def undo(self) -> None:
        """Take back everything since the last ``settle``."""
        for labels, row in reversed(self._before):
            if row is None:
                del self._rows[labels]
            else:
                self._rows[labels] = row
        self._before.clear()
        self._journal.undo()

    def _write_row(self, alert: Alert, before: _Row | None) -> _Row:
        number = next(self._numbers) if before is None else before.number
        row = _Row(number, alert.annotations, alert.generator_url)
        annotations = encode_annotations(alert)
        if before is None:
            self._database.execute(
                "insert into alert (number, labels, annotations, generator_url)"
                " values (?, ?, ?, ?)",
                (number, encode_labels(alert.labels), annotations, alert.generator_url),
            )
        else:
            self._database.execute(
                "update alert set annotations = ?, generator_url = ? where number = ?",
                (annotations, alert.generator_url, number),
            )
        self._rows[alert.labels] = row
        self._before.append((alert.labels, before))
        return row
