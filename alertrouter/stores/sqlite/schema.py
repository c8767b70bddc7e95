"""What the tables are, and how a file of an earlier version becomes one of this version."""

import sqlite3
from typing import Final

from alertrouter.errors import StoreTooNew, StoreUnavailable

APPLICATION_ID: Final = 0x616C7274  # "alrt", so that no other program's database is taken for ours

# What is said about an alert changes rarely and has a row of its own; its times change with every
# report, and go into a journal of which the last record about an alert counts. Numbers of alerts
# are never used twice, so a record about one that was forgotten means nothing.
_VERSION_1: Final = (
    """create table alert (
        number integer primary key,
        labels blob not null,
        annotations blob not null,
        generator_url text not null
    )""",
    """create table alert_times (
        position integer primary key,
        record blob not null
    )""",
    """create table sent (
        group_key text not null,
        receiver text not null,
        kind text not null,
        idx integer not null,
        at integer not null,  -- microseconds since 1970
        record blob not null,
        primary key (group_key, receiver, kind, idx)
    ) without rowid""",
    """create table claim (
        group_key text not null,
        receiver text not null,
        kind text not null,
        idx integer not null,
        opening integer not null,  -- which process took it
        primary key (group_key, receiver, kind, idx)
    ) without rowid""",
)

# Entry n leads from version n to version n + 1. Released entries never change.
MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (_VERSION_1,)


def create(database: sqlite3.Connection) -> None:
    """Make an empty database ours, at the present version."""
    database.execute(f"pragma application_id = {APPLICATION_ID}")
    upgrade(database)


def check_known(database: sqlite3.Connection, place: str) -> None:
    """Raise StoreUnavailable if the database is another program's, StoreTooNew if a later one's."""
    if _number(database, "application_id") != APPLICATION_ID:
        raise StoreUnavailable(
            f"{place} is not a state file of alertrouter: point --store at another file"
        )
    found = _number(database, "user_version")
    if found > len(MIGRATIONS):
        raise StoreTooNew(place, found, len(MIGRATIONS))


def upgrade(database: sqlite3.Connection) -> None:
    """Bring the tables to the present version, in one transaction."""
    found = _number(database, "user_version")
    if found == len(MIGRATIONS):
        return
    database.execute("begin exclusive")
    for statements in MIGRATIONS[found:]:
        for statement in statements:
            database.execute(statement)
    database.execute(f"pragma user_version = {len(MIGRATIONS)}")
    database.execute("commit")


def _number(database: sqlite3.Connection, pragma: str) -> int:
    (value,) = database.execute(f"pragma {pragma}").fetchone()
    return int(value)
