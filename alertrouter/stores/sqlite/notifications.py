"""The notification log and the claims: two small tables under the same key."""

import secrets
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from alertrouter.model.notification import LogEntry, LogKey
from alertrouter.stores.records import decode_entry, encode_entry
from alertrouter.stores.sqlite.file import Script

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

_FORGET_SENT: Final = (
    "delete from sent where group_key = ? and receiver = ? and kind = ? and idx = ?"
)
_REMEMBER: Final = (
    "insert into sent (group_key, receiver, kind, idx, at, record) values (?, ?, ?, ?, ?, ?)"
    " on conflict do update set at = excluded.at, record = excluded.record"
    " where excluded.at >= at"
)
_TAKE: Final = (
    "insert or replace into claim (group_key, receiver, kind, idx, opening) values (?, ?, ?, ?, ?)"
)
_RELEASE: Final = "delete from claim where group_key = ? and receiver = ? and kind = ? and idx = ?"


def _columns(key: LogKey) -> tuple[str, str, str, int]:
    return (key.group_key, key.receiver, key.kind, key.index)


class SentTable:
    """What every integration was last told; nothing of it is kept in memory."""

    def __init__(self, database: sqlite3.Connection, script: Script) -> None:
        self._database: Final = database
        self._script: Final = script

    def all(self) -> list[LogEntry]:
        """Return every entry; raises what sqlite3 and msgspec raise for a damaged one.

        Reads the database: for the thread that writes.
        """
        rows = self._database.execute("select group_key, receiver, kind, idx, record from sent")
        return [decode_entry(LogKey(*key), record) for *key, record in rows]

    def remember(self, entry: LogEntry) -> None:
        """Write an entry over the one with its key, unless that one is younger."""
        at = (entry.at - _EPOCH) // _MICROSECOND
        self._script.append((_REMEMBER, (*_columns(entry.key), at, encode_entry(entry))))

    def forget(self, keys: Sequence[LogKey]) -> None:
        """Remove entries; those that are not there do not matter."""
        self._script.extend((_FORGET_SENT, _columns(key)) for key in keys)


class ClaimTable:
    """Who is about to send what. Claims that are found at the start are of an earlier process."""

    def __init__(self, database: sqlite3.Connection, script: Script) -> None:
        self._script: Final = script
        self._opening: Final = secrets.randbits(63)
        rows = database.execute("select group_key, receiver, kind, idx from claim")
        self._found: Final = {LogKey(*row) for row in rows}
        self._settled: Final[list[LogKey]] = []

    def take(self, key: LogKey) -> bool:
        """Take a claim; return False if one of an earlier process was there."""
        was_found = key in self._found and key not in self._settled
        self._settled.append(key)
        self._script.append((_TAKE, (*_columns(key), self._opening)))
        return not was_found

    def release(self, key: LogKey) -> None:
        """Give a claim back, whoever took it."""
        self._settled.append(key)
        self._script.append((_RELEASE, _columns(key)))

    def settle(self) -> None:
        """Take what was written for true: these claims are of no earlier process any more."""
        self._found.difference_update(self._settled)
        self._settled.clear()

    def undo(self) -> None:
        """Take back everything since the last ``settle``."""
        self._settled.clear()
