"""The file itself: found sound or created whole, held by one process, written in transactions.

Rules of this file:
1. A lock on a file beside it is held as long as the process lives; kill -9 releases it.
2. A new file appears complete or not at all, so an empty one is damage and never a beginning.
3. What SQLite raises leaves here as StoreUnavailable, with the file and the remedy.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from alertrouter.errors import StoreInUse, StoreUnavailable
from alertrouter.stores.sqlite import schema

# Statements with their values, in the order in which they are to be carried out.
Script: TypeAlias = list[tuple[str, tuple[object, ...]]]

LARGEST_IDLE_WAL: Final = 16 << 20  # bytes that the write-ahead log may keep after a checkpoint


class StateFile:
    """An open database. Everything but ``path`` belongs to the thread that opened it."""

    def __init__(self, path: Path, lock: int, database: sqlite3.Connection) -> None:
        self.path: Final = path
        self.database: Final = database
        self._lock: Final = lock

    @classmethod
    def open(cls, path: Path) -> "StateFile":
        """Open or create the file at *path* for this process alone.

        Raises StoreInUse, StoreTooNew, and StoreUnavailable if it is damaged or out of reach.
        """
        path = path.resolve()
        with open_failures(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = _locked(path)
            try:
                _create_if_missing(path)
                return cls(path, lock, _connected(path))
            except BaseException:
                os.close(lock)
                raise

    def write(self, script: Script) -> None:
        """Carry out all of *script*, durably, or nothing of it; raises StoreUnavailable."""
        execute = self.database.execute
        with _write_failures(self.path):
            try:
                execute("begin immediate")
                for statement, values in script:
                    execute(statement, values)
                execute("commit")
            except BaseException:
                if self.database.in_transaction:
                    execute("rollback")
                raise

    def close(self) -> None:
        """Write the log back into the file and let go of both."""
        self.database.close()
        os.close(self._lock)


@contextmanager
def open_failures(path: Path) -> Iterator[None]:
    """Raise StoreUnavailable for a file that cannot be opened or does not make sense."""
    try:
        yield
    except sqlite3.Error as error:
        # What Python itself finds wrong with a row has no code of SQLite.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise damaged(path, str(error)) from error
        raise StoreUnavailable(
            f"cannot open the state in {path} ({error}): it must be a file on a local disk with "
            "room, readable and writable for this user"
        ) from error
    except (msgspec.DecodeError, KeyError) as error:
        raise damaged(path, f"a record is unreadable: {error}") from error
    except OSError as error:
        raise StoreUnavailable(
            f"cannot open the state in {path} ({error.strerror}): its directory must be readable "
            "and writable for this user"
        ) from error


def damaged(path: Path, because: str) -> StoreUnavailable:
    """Say that the file cannot be trusted, and what to do about it."""
    return StoreUnavailable(
        f"the state in {path} is damaged ({because}): restore it from a backup, or move it and "
        f"{path.name}-wal away to start with no state"
    )


@contextmanager
def _write_failures(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreUnavailable(
            f"cannot write the state in {path} ({error}): see whether its disk is full or failing"
        ) from error


def _locked(path: Path) -> int:
    lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise StoreInUse(str(path)) from None
    return lock


def _create_if_missing(path: Path) -> None:
    if path.exists():
        if path.is_file() and not path.stat().st_size:
            raise damaged(path, "it is empty")
        return
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise damaged(path, f"it is missing, but {log.name} is there")
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    os.close(os.open(new, os.O_CREAT | os.O_EXCL, 0o600))
    database = sqlite3.connect(new, isolation_level=None)
    try:
        schema.create(database)
    finally:
        database.close()
    new.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, timeout=1)
    try:
        schema.check_known(database, str(path))
        database.execute("pragma locking_mode = exclusive")  # no shared memory: one reader, we
        database.execute("pragma journal_mode = wal")
        database.execute("pragma synchronous = full")
        database.execute("pragma secure_delete = off")
        database.execute(f"pragma journal_size_limit = {LARGEST_IDLE_WAL}")
        _check_sound(path, database)
        schema.upgrade(database)
    except BaseException:
        database.close()
        raise
    return database


def _check_sound(path: Path, database: sqlite3.Connection) -> None:
    (verdict,) = database.execute("pragma quick_check(1)").fetchone()
    if verdict != "ok":
        raise damaged(path, str(verdict))
