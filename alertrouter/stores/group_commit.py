"""Group commit: what waits while one transaction is written shares the next one.

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
    is raised to exactly the callers whose changes were in it.
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
        self._committing: asyncio.Future[None] | None = None
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
        durable: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Request(change, durable))
        if self._committing is None:
            self._commit_waiting()
        return await durable

    async def close(self) -> None:
        """Take no more changes, and return when those that wait are written."""
        self.is_closed = True
        while self._committing is not None:
            await asyncio.wait([self._committing])

    def _commit_waiting(self) -> None:
        together, self._waiting = self._waiting, []
        loop = asyncio.get_running_loop()
        self._committing = loop.run_in_executor(self._thread, self._commit, together)
        self._committing.add_done_callback(lambda committed: self._finish(together, committed))

    def _commit(self, together: list[_Waiter]) -> None:
        with self._transaction():
            for waiter in together:
                waiter.apply()

    def _finish(self, together: list[_Waiter], committed: "asyncio.Future[None]") -> None:
        self.transactions += 1
        self._committing = None
        error = committed.exception()
        for waiter in together:
            waiter.settle(error)
        if self._waiting:
            self._commit_waiting()
