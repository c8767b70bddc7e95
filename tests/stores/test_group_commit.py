"""How requests come to share transactions, without any database."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

import pytest

from alertrouter.errors import Overloaded, StoreUnavailable
from alertrouter.stores.group_commit import GroupCommit

PATIENCE = 10.0  # seconds; only a broken test ever waits as long

T = TypeVar("T")


class Disk:
    """What is durable, and a gate before each commit that can be shut."""

    def __init__(self) -> None:
        self.commits: list[list[str]] = []
        self.open = Event()
        self.open.set()
        self.reached = Event()
        self.failure: Exception | None = None
        self.settled = self.undone = 0
        self._made: list[str] = []

    def seal(self) -> Callable[[], None]:
        written = self._made.copy()
        self._made.clear()
        return lambda: self._write(written)

    def settle(self) -> None:
        self.settled += 1

    def undo(self) -> None:
        self.undone += 1
        self._made.clear()

    def _write(self, written: list[str]) -> None:
        self.reached.set()
        assert self.open.wait(PATIENCE)
        if self.failure is not None:
            raise self.failure
        self.commits.append(written)

    def writes(self, what: str) -> Callable[[], str]:
        def change() -> str:
            self._made.append(what)
            return what.upper()

        return change


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def commits(disk: Disk) -> Iterator[GroupCommit]:
    with ThreadPoolExecutor(1) as thread:
        yield GroupCommit(thread, disk, most_waiting=3)


async def reached(disk: Disk) -> None:
    """Return once a commit is under way; until the gate opens it stays so."""
    assert await asyncio.to_thread(disk.reached.wait, PATIENCE)


async def test_a_request_is_written_at_once(disk: Disk, commits: GroupCommit) -> None:
    """Nobody waits for company, and each caller gets what its own change returned."""
    assert await commits.write(disk.writes("a")) == "A"
    assert await commits.write_bounded(disk.writes("b")) == "B"
    assert disk.commits == [["a"], ["b"]]
    assert commits.transactions == 2


async def test_requests_of_one_moment_share_a_commit(disk: Disk, commits: GroupCommit) -> None:
    """So do those that were read from several connections in one turn of the event loop."""
    async with asyncio.TaskGroup() as callers:
        for name in "abc":
            callers.create_task(commits.write(disk.writes(name)))
    assert disk.commits == [["a", "b", "c"]]


async def test_what_waits_during_a_commit_shares_the_next(disk: Disk, commits: GroupCommit) -> None:
    """In the order in which it came."""
    disk.open.clear()
    async with asyncio.TaskGroup() as callers:
        asked = [callers.create_task(commits.write(disk.writes("a")))]
        await reached(disk)
        asked += [callers.create_task(commits.write(disk.writes(name))) for name in "bcd"]
        await asyncio.sleep(0)
        assert not any(task.done() for task in asked), "answered before it was durable"
        disk.open.set()
    assert disk.commits == [["a"], ["b", "c", "d"]]
    assert [task.result() for task in asked] == ["A", "B", "C", "D"]


async def test_a_failing_commit_fails_its_own_callers_alone(
    disk: Disk, commits: GroupCommit
) -> None:
    """Those before have been answered, those after are tried on their own."""
    await commits.write(disk.writes("before"))
    disk.open.clear()
    disk.reached.clear()
    disk.failure = StoreUnavailable("the disk is full")
    first = asyncio.ensure_future(commits.write(disk.writes("first")))
    await reached(disk)
    shared = [asyncio.ensure_future(commits.write(disk.writes(name))) for name in "ab"]
    await asyncio.sleep(0)
    disk.open.set()
    await asyncio.wait([first, *shared])
    assert [str(task.exception()) for task in (first, *shared)] == ["the disk is full"] * 3
    disk.failure = None
    assert await commits.write(disk.writes("after")) == "AFTER"
    assert disk.commits == [["before"], ["after"]]
    assert (disk.settled, disk.undone) == (2, 2)


async def test_a_change_that_raises_fails_its_transaction(disk: Disk, commits: GroupCommit) -> None:
    """Whatever it raises is what the caller sees, and the next one is served."""

    def mistake() -> None:
        raise LookupError("no such thing")

    with pytest.raises(LookupError):
        await commits.write(mistake)
    await commits.write(disk.writes("a"))
    assert disk.commits == [["a"]]
    assert (disk.settled, disk.undone) == (1, 1)


async def test_too_many_waiting_requests_are_refused(disk: Disk, commits: GroupCommit) -> None:
    """The bound counts what waits, not what is being written; only bounded writes obey it."""
    disk.open.clear()
    async with asyncio.TaskGroup() as callers:
        callers.create_task(commits.write_bounded(disk.writes("a")))
        await reached(disk)
        for name in "bcd":
            callers.create_task(commits.write_bounded(disk.writes(name)))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded, match="3 requests already wait"):
            await commits.write_bounded(disk.writes("refused"))
        decided = callers.create_task(commits.write(disk.writes("decided")))
        await asyncio.sleep(0)
        disk.open.set()
    assert decided.result() == "DECIDED"
    assert disk.commits == [["a"], ["b", "c", "d", "decided"]]
    await commits.write_bounded(disk.writes("welcome again"))


async def test_a_cancelled_caller_is_not_missed(disk: Disk, commits: GroupCommit) -> None:
    """Its change is written, and the others are answered."""
    disk.open.clear()
    first = asyncio.ensure_future(commits.write(disk.writes("a")))
    await reached(disk)
    second = asyncio.ensure_future(commits.write(disk.writes("b")))
    third = asyncio.ensure_future(commits.write(disk.writes("c")))
    await asyncio.sleep(0)
    first.cancel()
    second.cancel()
    await asyncio.wait([first, second])
    disk.open.set()
    assert await third == "C"
    assert disk.commits == [["a"], ["b", "c"]]


async def test_closing_waits_for_the_last_commit(disk: Disk, commits: GroupCommit) -> None:
    """What was asked for before is written, what is asked for after is refused."""
    disk.open.clear()
    async with asyncio.TaskGroup() as callers:
        callers.create_task(commits.write(disk.writes("a")))
        await reached(disk)
        callers.create_task(commits.write(disk.writes("b")))
        await asyncio.sleep(0)
        closing = callers.create_task(commits.close())
        await asyncio.sleep(0)
        with pytest.raises(StoreUnavailable, match="closed"):
            await commits.write(disk.writes("late"))
        assert not closing.done()
        disk.open.set()
    assert disk.commits == [["a"], ["b"]]


async def test_closing_survives_a_broken_disk(disk: Disk, commits: GroupCommit) -> None:
    """The caller is told; closing ends all the same."""
    disk.failure = StoreUnavailable("the disk is full")
    writing = asyncio.ensure_future(commits.write(disk.writes("a")))
    await asyncio.sleep(0)
    await commits.close()
    with pytest.raises(StoreUnavailable, match="full"):
        await writing
