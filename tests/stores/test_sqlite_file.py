"""Opening the file of a store: the first time, for one process, damaged, too new."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from alertrouter.errors import StoreInUse, StoreTooNew, StoreUnavailable
from alertrouter.stores.sqlite import SqliteStore
from tests.stores.samples import alert, entry, key


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "directory" / "state.db"


def content_of(path: Path) -> bytes:
    return path.read_bytes()


async def written(path: Path, alerts: int = 200) -> None:
    """Leave a file with some alerts behind."""
    store = await SqliteStore.open(path)
    await store.keep_alerts([alert(str(number)) for number in range(alerts)])
    await store.remember_sent(entry(key()))
    await store.close()


async def test_the_state_is_nobody_elses_business(path: Path) -> None:
    """Labels can be confidential: all files are for their owner alone, whatever the umask."""
    umask = os.umask(0)
    try:
        store = await SqliteStore.open(path)
        await store.keep_alerts([alert()])
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()}
        await store.close()
    finally:
        os.umask(umask)
    assert modes == dict.fromkeys(["state.db", "state.db-wal", "state.db.lock"], "0o600")


async def test_a_newer_file_is_left_alone(path: Path) -> None:
    """An older alertrouter says so, and changes nothing."""
    await written(path)
    with sqlite3.connect(path) as database:
        database.execute("pragma user_version = 99")
    database.close()
    content = content_of(path)
    with pytest.raises(StoreTooNew, match=r"state\.db has schema version 99, .* knows up to 1: "):
        await SqliteStore.open(path)
    assert content_of(path) == content


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def cut_to_nothing(path: Path) -> None:
    os.truncate(path, 0)


def cut_off_what_is_free(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("delete from alert")
    database.close()
    cut_in_half(path)


def overwrite_the_beginning(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"not a database at all")


def overwrite_the_middle(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xaa" * 4096)


def overwrite_what_is_not_read_at_the_start(path: Path) -> None:
    with sqlite3.connect(path) as database:
        found = database.execute("select rootpage from sqlite_master where name = 'claim'")
        (page,) = found.fetchone()
    database.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xaa" * 4096)


def lose_the_file_but_not_its_log(path: Path) -> None:
    path.with_name("state.db-wal").write_bytes(b"what was acknowledged last")
    path.unlink()


def change(statement: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with sqlite3.connect(path) as database:
            assert database.execute(statement).rowcount > 0
        database.close()

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        cut_in_half,
        cut_to_nothing,
        cut_off_what_is_free,
        overwrite_the_beginning,
        overwrite_the_middle,
        overwrite_what_is_not_read_at_the_start,
        lose_the_file_but_not_its_log,
        pytest.param(change("update alert set labels = '[[1,2]]'"), id="labels"),
        pytest.param(change("update alert set annotations = 'x'"), id="annotations"),
        pytest.param(change("update alert set generator_url = cast(x'ff' as text)"), id="url"),
        pytest.param(change("update alert_times set record = '[2,[]]'"), id="record of a version"),
        pytest.param(change("delete from alert_times"), id="no times"),
        pytest.param(change("update sent set record = '[]'"), id="notification log"),
    ],
)
async def test_damage_is_told_and_never_forgotten(
    path: Path, damage: Callable[[Path], None]
) -> None:
    """Which file, what is wrong with it and what to do; twice, because nothing was repaired."""
    await written(path)
    damage(path)
    for _ in range(2):
        with pytest.raises(StoreUnavailable) as told:
            await SqliteStore.open(path)
        assert str(told.value).startswith(f"the state in {path} is damaged (")
        assert "restore it from a backup, or move it" in str(told.value)


async def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    """A slip of the pen in --store must not write into it."""
    path = tmp_path / "grafana.db"
    with sqlite3.connect(path) as database:
        database.execute("create table dashboard (title text)")
    database.close()
    content = content_of(path)
    with pytest.raises(StoreUnavailable, match=r"grafana\.db is not a state file of alertrouter"):
        await SqliteStore.open(path)
    assert content_of(path) == content


async def test_a_place_out_of_reach_is_named(tmp_path: Path) -> None:
    """A file where a directory should be, and the other way round."""
    (tmp_path / "file").write_text("")
    (tmp_path / "directory").mkdir()
    for path in (tmp_path / "file" / "state.db", tmp_path / "directory"):
        with pytest.raises(StoreUnavailable, match=f"cannot open the state in {path} "):
            await SqliteStore.open(path)


async def test_a_beginning_that_was_cut_short_is_begun_again(path: Path) -> None:
    """A kill while the first file was being made leaves nothing in the way."""
    path.parent.mkdir(parents=True)
    path.with_name("state.db.new").write_bytes(b"half a file")
    await written(path)
    assert {file.name for file in path.parent.iterdir()} == {"state.db", "state.db.lock"}


async def test_one_process_at_a_time(path: Path) -> None:
    """Also under another name of the same file; and when the first is gone, the next may."""
    store = await SqliteStore.open(path)
    link = path.parent.parent / "link.db"
    link.symlink_to(path)
    for name in (path, link):
        with pytest.raises(StoreInUse, match=r"state\.db is in use by another alertrouter"):
            await SqliteStore.open(name)
    await store.keep_alerts([alert()])
    await store.close()
    again = await SqliteStore.open(link)
    assert await again.load_alerts() == [alert()]
    await again.close()
