"""Group commit: what has arrived when a transaction begins shares it.

The cost of a durable write is the wait for the disk, and that is the same for one request and for
a thousand. Changes are made in memory on the event loop, just before their transaction; only what
is to be written goes to the thread that waits for the disk. Handing it the objects themselves would
cost more than the changes do, in memory that two processors fight for.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Generic, Protocol, TypeVar

from alertrouter.errors import Overloaded, StoreUnavailable

T = TypeVar("T")

# Seconds that the first request waits for company. A disk takes longer than that to write, and its
# work for one request and for all that arrive within a millisecond is the same.
GATHER: Final = 0.001


class Ledger(Protocol):
    """What changes are made to. All but the work that ``seal`` returns runs on the event loop."""

    def seal(self) -> Callable[[], None]:
        """Return the work of writing, in one transaction, all changes since the last time."""
        ...

    def settle(self) -> None:
        """Take what was sealed last for durable."""
        ...

    def undo(self) -> None:
        """Take back everything since the last ``settle``."""
        ...


class _Waiter(Protocol):
    def apply(self) -> None: ...
    def settle(self, error: BaseException | None) -> None: ...


class _Request(Generic[T]):
    """One change, and the caller who waits for it to be durable."""

    def __init__(self, change: Callable[[], T], durable: "asyncio.Future[T]") -> None:
        self._change: Final = change
        self._durable: Final = durable

    def apply(self) -> None:
        """Make the change in memory."""
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

    What making or writing a change raises is raised to exactly the callers whose changes were in
    the same transaction.
    """

    def __init__(self, thread: ThreadPoolExecutor, ledger: Ledger, *, most_waiting: int) -> None:
        self._thread: Final = thread
        self._ledger: Final = ledger
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
        try:
            for waiter in together:
                waiter.apply()
            work = self._ledger.seal()
        except Exception as error:  # noqa: BLE001  raised to those who asked for it
            self._finish(loop, together, error)
            return
        self._thread.submit(work).add_done_callback(
            lambda done: loop.call_soon_threadsafe(self._finish, loop, together, done.exception())
        )

    def _finish(
        self,
        loop: asyncio.AbstractEventLoop,
        together: list[_Waiter],
        error: BaseException | None,
    ) -> None:
        self.transactions += 1
        if error is None:
            self._ledger.settle()
        else:
            self._ledger.undo()
        for waiter in together:
            waiter.settle(error)
        if self._waiting:
            self._commit_waiting(loop)
        else:
            self._is_idle = True
