"""The notification log and the claims: two small tables under the same key."""

import secrets
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from alertrouter.model.notification import LogEntry, LogKey
from alertrouter.stores.records import decode_entry, encode_entry

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

_FORGET_SENT: Final = (
    "delete from sent where group_key = ? and receiver = ? and kind = ? and idx = ?"
)
_FIND_CLAIM: Final = (
    "select opening from claim where group_key = ? and receiver = ? and kind = ? and idx = ?"
)
_RELEASE: Final = "delete from claim where group_key = ? and receiver = ? and kind = ? and idx = ?"


def _columns(key: LogKey) -> tuple[str, str, str, int]:
    return (key.group_key, key.receiver, key.kind, key.index)


class SentTable:
    """What every integration was last told; nothing of it is kept in memory."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database: Final = database

    def all(self) -> list[LogEntry]:
        """Return every entry; raises what sqlite3 and msgspec raise for a damaged one."""
        rows = self._database.execute("select group_key, receiver, kind, idx, record from sent")
        return [decode_entry(LogKey(*key), record) for *key, record in rows]

    def remember(self, entry: LogEntry) -> None:
        """Write an entry over the one with its key, unless that one is younger."""
        self._database.execute(
            "insert into sent (group_key, receiver, kind, idx, at, record)"
            " values (?, ?, ?, ?, ?, ?)"
            " on conflict do update set at = excluded.at, record = excluded.record"
            " where excluded.at >= at",
            (*_columns(entry.key), (entry.at - _EPOCH) // _MICROSECOND, encode_entry(entry)),
        )

    def forget(self, keys: Sequence[LogKey]) -> None:
        """Remove entries; those that are not there do not matter."""
        self._database.executemany(_FORGET_SENT, map(_columns, keys))


class ClaimTable:
    """Who is about to send what. Claims that are found at the start are of an earlier process."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database: Final = database
        self._opening: Final = secrets.randbits(63)

    def take(self, key: LogKey) -> bool:
        """Take a claim; return False if one of an earlier process was there."""
        found = self._database.execute(_FIND_CLAIM, _columns(key)).fetchone()
        self._database.execute(
            "insert or replace into claim (group_key, receiver, kind, idx, opening)"
            " values (?, ?, ?, ?, ?)",
            (*_columns(key), self._opening),
        )
        return found is None or found == (self._opening,)

    def release(self, key: LogKey) -> None:
        """Give a claim back, whoever took it."""
        self._database.execute(_RELEASE, _columns(key))
