"""Group commit: what has arrived when a transaction begins shares it.

The cost of a durable write is the wait for the disk, and that is the same for one request and for
a thousand. Everything that touches the disk runs on one thread, in the order in which it was asked
for; the event loop never waits.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Final, Generic, Protocol, TypeVar

from alertrouter.errors import Overloaded, StoreUnavailable

T = TypeVar("T")

# Seconds that the first request waits for company. A disk takes longer than that to write, and its
# work for one request and for all that arrive within a millisecond is the same.
GATHER: Final = 0.001


class _Waiter(Protocol):
    def apply(self) -> None: ...
    def settle(self, error: BaseException | None) -> None: ...


class _Request(Generic[T]):
    """One change, and the caller who waits for it to be durable."""

    def __init__(self, change: Callable[[], T], durable: "asyncio.Future[T]") -> None:
        self._change: Final = change
        self._durable: Final = durable

    def apply(self) -> None:
        """Make the change, inside a transaction and on the thread that writes."""
        self._result = self._change()

    def settle(self, error: BaseException | None) -> None:
        """Tell the caller how the transaction went, unless it does not wait any more."""
        if self._durable.done():
            return
        if error is None:
            self._durable.set_result(self._result)
        else:
            self._durable.set_exception(error)


class GroupCommit:
    """Writes changes in as few transactions as possible, without delaying any of them.

    ``transaction`` is entered on *thread* around the changes of each transaction; what it raises
    is raised to exactly the callers whose changes were in it. ``transactions`` counts those that
    were tried.
    """

    def __init__(
        self,
        thread: ThreadPoolExecutor,
        transaction: Callable[[], AbstractContextManager[None]],
        *,
        most_waiting: int,
    ) -> None:
        self._thread: Final = thread
        self._transaction: Final = transaction
        self._most_waiting: Final = most_waiting
        self._waiting: list[_Waiter] = []
        self._is_idle = True
        self.is_closed = False
        self.transactions = 0

    async def write_bounded(self, change: Callable[[], T]) -> T:
        """Do as ``write``, but raise Overloaded if as many requests wait as may."""
        if len(self._waiting) >= self._most_waiting:
            raise Overloaded(len(self._waiting))
        return await self.write(change)

    async def write(self, change: Callable[[], T]) -> T:
        """Make *change* in the next transaction; return its result once that is durable.

        A caller that is cancelled meanwhile does not take its change back.
        """
        if self.is_closed:
            raise StoreUnavailable("the store is closed")
        return await self._enqueued(change)

    async def close(self) -> None:
        """Take no more changes, and return when those that wait are written or have failed."""
        last = self._enqueued(lambda: None)
        self.is_closed = True
        await asyncio.wait([last])
        last.exception()  # looked at: if there is one, those whom it concerns were told

    def _enqueued(self, change: Callable[[], T]) -> "asyncio.Future[T]":
        loop = asyncio.get_running_loop()
        durable: asyncio.Future[T] = loop.create_future()
        self._waiting.append(_Request(change, durable))
        if self._is_idle:
            self._is_idle = False
            # Not at once: requests that were read from the network together are written together.
            loop.call_soon(self._commit_waiting, loop)
        return durable

    def _commit_waiting(self, loop: asyncio.AbstractEventLoop) -> None:
        together, self._waiting = self._waiting, []
        self._thread.submit(self._commit, together).add_done_callback(
            lambda done: loop.call_soon_threadsafe(self._finish, loop, together, done.exception())
        )

    def _commit(self, together: list[_Waiter]) -> None:
        with self._transaction():
            for waiter in together:
                waiter.apply()

    def _finish(
        self,
        loop: asyncio.AbstractEventLoop,
        together: list[_Waiter],
        error: BaseException | None,
    ) -> None:
        self.transactions += 1
        for waiter in together:
            waiter.settle(error)
        if self._waiting:
            self._commit_waiting(loop)
        else:
            self._is_idle = True
