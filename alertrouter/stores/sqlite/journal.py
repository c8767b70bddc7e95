"""The times of alerts: a journal of which the last word about an alert counts.

Appending what one transaction heard of a thousand alerts is one row; updating a row for each would
cost more than everything else that is done with a report. When the journal holds mostly old times
it is written anew with the last ones alone.
"""

import sqlite3
from collections.abc import Callable
from typing import Final

from alertrouter.stores.records import Times, decode_times, encode_times
from alertrouter.stores.sqlite.file import Script

TIMES_PER_RECORD: Final = 1_000  # so that no record takes long to encode


class Journal:
    """The journal on disk, and how long it is.

    It is written anew when it holds more than *most_old_times*, or thrice the times of all alerts
    if that is more.
    """

    def __init__(self, database: sqlite3.Connection, script: Script, most_old_times: int) -> None:
        self._database: Final = database
        self._script: Final = script
        self._most_old_times: Final = most_old_times
        self._length = self._length_after = 0

    def read(self) -> dict[int, Times]:
        """Return the last word about each alert; raises what a damaged journal makes raise."""
        last: dict[int, Times] = {}
        for (record,) in self._database.execute("select record from alert_times order by position"):
            times = decode_times(record)
            last.update((one[0], one) for one in times)
            self._length += len(times)
        return last

    def seal(self, heard: list[Times], count: int, everything: Callable[[], list[Times]]) -> None:
        """Have what was heard appended, or the journal written anew if it is due.

        *everything* gives the times of all *count* alerts, what was heard included.
        """
        self._length_after = self._length
        if self._length > max(3 * count, self._most_old_times):
            self._script.append(("delete from alert_times", ()))
            self._length_after = 0
            heard = everything()
        self._append(heard)
        self._length_after += len(heard)

    def settle(self) -> None:
        """Take what was written for true."""
        self._length = self._length_after

    def _append(self, times: list[Times]) -> None:
        for start in range(0, len(times), TIMES_PER_RECORD):
            record = encode_times(times[start : start + TIMES_PER_RECORD])
            self._script.append(("insert into alert_times (record) values (?)", (record,)))
