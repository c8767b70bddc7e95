"""The times of alerts: a journal of which the last word about an alert counts.

Appending what one transaction heard of a thousand alerts is one row; updating a row for each would
cost more than everything else that is done with a report. When the journal holds mostly old times
it is written anew with the last ones alone.
"""

import sqlite3
from collections.abc import Sequence, Set as AbstractSet
from operator import itemgetter
from typing import Final

from alertrouter.stores.records import Times, decode_times, encode_times

TIMES_PER_RECORD: Final = 1_000  # so that no record takes long to encode

_number_of: Final = itemgetter(0)


class Journal:
    """The journal on disk, and its last word about each alert in memory.

    Within a transaction: append to ``heard`` and ``forgotten``, then ``write``. After it:
    ``settle`` if it was committed, else ``undo``. It is written anew when it holds more than
    *most_old_times*, or thrice the times of all alerts if that is more.
    """

    def __init__(self, database: sqlite3.Connection, most_old_times: int) -> None:
        """Read the journal; raises what sqlite3 and msgspec raise for a damaged one."""
        self._database: Final = database
        self._most_old_times: Final = most_old_times
        self._last: Final[dict[int, Times]] = {}
        self._length = self._length_after = 0
        for (record,) in database.execute("select record from alert_times order by position"):
            self._take(decode_times(record))
        self.greatest_number: Final = max(self._last, default=0)
        self.heard: Final[list[Times]] = []
        self.forgotten: Final[list[int]] = []

    def last(self) -> dict[int, Times]:
        """Return the last word about each alert, what was heard in this transaction included."""
        return self._last | dict(zip(map(_number_of, self.heard), self.heard, strict=True))

    def keep_only(self, numbers: AbstractSet[int]) -> None:
        """Drop what is said of other alerts; raise KeyError if of one of these nothing is."""
        if missing := numbers - self._last.keys():
            raise KeyError(f"there are no times of alert {min(missing)}")
        for number in self._last.keys() - numbers:
            del self._last[number]

    def write(self) -> None:
        """Append what was heard; before that, write the journal anew if it is due."""
        self._length_after = self._length
        if self._length > max(3 * len(self._last), self._most_old_times):
            self._database.execute("delete from alert_times")
            self._append(list(self._last.values()))
            self._length_after = len(self._last)
        if self.heard:
            self._append(self.heard)
            self._length_after += len(self.heard)

    def settle(self) -> None:
        """Take what was written for true."""
        self._take(self.heard)
        for number in self.forgotten:
            self._last.pop(number, None)
        self._length = self._length_after
        self.undo()

    def undo(self) -> None:
        """Make ready for the next transaction, as if this one had not been."""
        self.heard.clear()
        self.forgotten.clear()

    def _take(self, times: Sequence[Times]) -> None:
        self._last.update(zip(map(_number_of, times), times, strict=True))
        self._length += len(times)

    def _append(self, times: list[Times]) -> None:
        records = (
            encode_times(times[start : start + TIMES_PER_RECORD])
            for start in range(0, len(times), TIMES_PER_RECORD)
        )
        self._database.executemany(
            "insert into alert_times (record) values (?)", ((record,) for record in records)
        )
