"""What a store on a disk can show: shared commits, kill -9, no room left."""

import asyncio
import sqlite3
import subprocess
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from signal import SIGKILL
from typing import TypeVar

import pytest

from alertrouter.errors import Overloaded
from alertrouter.stores.sqlite import SqliteStore
from tests.processes import ROOT
from tests.stores.samples import alert, entry, key

T = TypeVar("T")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "directory" / "state.db"


async def test_a_thousand_requests_share_few_commits(path: Path) -> None:
    """Those that come at one moment are written at one moment."""
    store = await SqliteStore.open(path)
    before = store.transactions
    async with asyncio.TaskGroup() as senders:
        for number in range(1_000):
            senders.create_task(store.keep_alerts([alert(str(number))]))
    assert store.transactions - before <= 2
    assert len(await store.load_alerts()) == 1_000
    await store.close()


async def test_too_many_senders_are_told_to_come_back(path: Path) -> None:
    """Decisions of the engine find room all the same."""
    store = await SqliteStore.open(path, most_waiting=10)
    senders = [asyncio.ensure_future(store.keep_alerts([alert(str(n))])) for n in range(20)]
    deciding = asyncio.ensure_future(store.remember_sent(entry(key())))
    await asyncio.wait([*senders, deciding])
    refused = [sender for sender in senders if isinstance(sender.exception(), Overloaded)]
    assert len(refused) == 10
    assert len(await store.load_alerts()) == 10
    assert deciding.exception() is None
    await store.close()


async def test_a_commit_waits_for_the_disk(path: Path) -> None:
    """Write-ahead log, and a sync with every commit; a power cut costs nothing."""
    store = await SqliteStore.open(path)

    def settings() -> list[object]:
        execute = store._file.database.execute
        return [execute(f"pragma {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]

    assert await on_the_thread(store, settings) == ["wal", 2]
    await store.close()


async def on_the_thread(store: SqliteStore, read: Callable[[], T]) -> T:
    """Ask the database itself, where it may be asked."""
    return await asyncio.get_running_loop().run_in_executor(store._thread, read)


async def records_after(store: SqliteStore, requests: Sequence[Awaitable[None]]) -> list[int]:
    """Return how many records the journal had after each of these requests."""
    lengths = []
    for request in requests:
        await request
        lengths.append(await on_the_thread(store, lambda: _records(store)))
    return lengths


def _records(store: SqliteStore) -> int:
    (found,) = store._file.database.execute("select count(*) from alert_times").fetchone()
    return int(found)


async def test_the_journal_does_not_grow_for_ever(path: Path) -> None:
    """However often alerts are reported, the file holds a bounded number of old times."""
    store = await SqliteStore.open(path, most_old_times=100)
    reports = [
        store.keep_alerts([alert(name, minutes=minutes) for name in "0123456789"])
        for minutes in range(50)
    ]
    records = await records_after(store, reports)
    assert max(records) == 11  # over 100 times after the eleventh
    assert records.count(1) == 5  # the first, and four times written anew
    await store.close()
    store = await SqliteStore.open(path)
    assert sorted(one.labels["alertname"] for one in await store.load_alerts()) == list(
        "0123456789"
    )
    assert {one.updated_at for one in await store.load_alerts()} == {alert(minutes=49).updated_at}
    await store.close()


async def test_the_journal_forgets_what_is_forgotten(path: Path) -> None:
    """Alerts that come and go leave nothing behind."""
    store = await SqliteStore.open(path, most_old_times=10)
    for number in range(100):
        one = alert(str(number))
        records = await records_after(
            store, [store.keep_alerts([one]), store.forget_alerts([one.labels])]
        )
        assert max(records) <= 12
    await store.close()


async def test_a_number_is_not_used_twice(path: Path) -> None:
    """Else the journal's old words about a forgotten alert would be taken for a new one's."""
    store = await SqliteStore.open(path)
    await store.keep_alerts([alert("A"), alert("B")])
    await store.forget_alerts([alert("B").labels])
    await store.close()
    store = await SqliteStore.open(path)
    await store.keep_alerts([alert("C")])
    await store.close()
    with sqlite3.connect(path) as database:
        assert database.execute("select number from alert order by 1").fetchall() == [(1,), (3,)]
    database.close()


async def test_kill_9_loses_nothing_that_was_acknowledged(path: Path) -> None:
    """The file opens again at once, and claims that were not given back are found."""
    acknowledged: dict[str, list[int]] = {"kept": [], "claimed": [], "remembered": []}
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.stores.writer", str(path), stdout=PIPE, cwd=ROOT
    )
    assert writer.stdout is not None
    async for line in writer.stdout:
        what, count = line.decode().split()
        acknowledged[what].append(int(count))
        if line == b"kept 99\n":
            writer.kill()
    assert await writer.wait() == -SIGKILL
    store = await SqliteStore.open(path)
    kept = {one.labels["alertname"]: one for one in await store.load_alerts()}
    log = {one.key: one for one in await store.load_log()}
    for number in acknowledged["kept"]:
        assert kept[str(number)] == alert(str(number), minutes=number)
    for number in acknowledged["remembered"]:
        assert log[key(str(number))] == entry(key(str(number)), minutes=number)
    for number in acknowledged["claimed"][:-1]:
        assert await store.claim(key(str(number))) is (number % 2 == 1)
    await store.close()


async def test_a_full_disk_is_told_and_survived(path: Path) -> None:
    """Nothing is half written, what was there can be read, and with room it goes on."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "tests.stores.full_disk", str(path)],
        check=True, capture_output=True, text=True, timeout=30, cwd=ROOT,
    )  # fmt: skip
    full, still_full, read, after = done.stdout.splitlines()
    for refused in (full, still_full):
        assert f"refused: cannot write the state in {path} (disk I/O error): see " in refused
    assert read == "read 1 1"
    assert after == "after acknowledged"
    store = await SqliteStore.open(path)
    kept = {one.labels["alertname"]: one.updated_at for one in await store.load_alerts()}
    assert kept == {"before": alert(minutes=9).updated_at, "after": alert().updated_at}
    await store.close()
