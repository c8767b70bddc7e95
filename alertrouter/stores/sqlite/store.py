"""The store of one process: SQLite, with all requests that wait in one transaction."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels
from alertrouter.model.notification import LogEntry, LogKey
from alertrouter.stores.group_commit import GroupCommit
from alertrouter.stores.sqlite.alerts import AlertTable
from alertrouter.stores.sqlite.file import Script, StateFile, open_failures
from alertrouter.stores.sqlite.notifications import ClaimTable, SentTable

MOST_WAITING: Final = 4096  # requests with alerts; each holds a batch in memory
MOST_OLD_TIMES: Final = 20_000  # about 2 MB


class SqliteStore:
    """Everything that is kept, in one file that belongs to this process. Implements ``Store``.

    Made by ``open``. ``transactions`` counts those that were tried.
    """

    def __init__(
        self, file: StateFile, thread: ThreadPoolExecutor, most_waiting: int, most_old_times: int
    ) -> None:
        """Read all there is, so that damage is told at the start; to be called on *thread*."""
        self._file: Final = file
        self._thread: Final = thread
        self._script: Final[Script] = []
        with open_failures(file.path):
            self._alerts: Final = AlertTable(file.database, self._script, most_old_times)
            self._sent: Final = SentTable(file.database, self._script)
            self._sent.all()
            self._claims: Final = ClaimTable(file.database, self._script)
        self._commits: Final = GroupCommit(thread, self, most_waiting=most_waiting)

    @classmethod
    async def open(
        cls, path: Path, *, most_waiting: int = MOST_WAITING, most_old_times: int = MOST_OLD_TIMES
    ) -> "SqliteStore":
        """Open the state in *path*; create it, and its directory, if there is none.

        Raises StoreInUse, StoreTooNew, and StoreUnavailable if the file is damaged or out of
        reach. More than *most_waiting* requests with alerts at a time are refused. The journal
        may hold *most_old_times*, or thrice the times of all alerts, before it is written anew.
        """
        thread = ThreadPoolExecutor(1, thread_name_prefix="store")

        def opened() -> SqliteStore:
            file = StateFile.open(path)
            try:
                return cls(file, thread, most_waiting, most_old_times)
            except BaseException:
                file.close()
                raise

        try:
            return await asyncio.get_running_loop().run_in_executor(thread, opened)
        except BaseException:
            thread.shutdown(wait=False)
            raise

    @property
    def transactions(self) -> int:
        """How many transactions were tried, whether or not they were written."""
        return self._commits.transactions

    async def keep_alerts(self, alerts: Sequence[Alert]) -> None:
        """Write alerts over what was kept under the same labels; may raise Overloaded."""
        await self._commits.write_bounded(lambda: self._alerts.keep(alerts))

    async def forget_alerts(self, labels: Sequence[Labels]) -> None:
        """Remove alerts; those that are not there do not matter."""
        await self._commits.write(lambda: self._alerts.forget(labels))

    async def load_alerts(self) -> list[Alert]:
        """Return everything kept, in no particular order."""
        return await self._commits.write(self._alerts.all)

    async def remember_sent(self, entry: LogEntry) -> None:
        """Write an entry unless there is a younger one, and give back the claim of its key."""

        def change() -> None:
            self._sent.remember(entry)
            self._claims.release(entry.key)

        await self._commits.write(change)

    async def forget_sent(self, keys: Sequence[LogKey]) -> None:
        """Remove entries; those that are not there do not matter."""
        await self._commits.write(lambda: self._sent.forget(keys))

    async def load_log(self) -> list[LogEntry]:
        """Return every entry."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._sent.all)

    async def claim(self, key: LogKey) -> bool:
        """Take the right to tell *key*; False if the claim of an earlier process was found."""
        return await self._commits.write(lambda: self._claims.take(key))

    async def release(self, key: LogKey) -> None:
        """Give a claim back."""
        await self._commits.write(lambda: self._claims.release(key))

    async def close(self) -> None:
        """Finish what is being written and let go of the file. Closing twice does no harm."""
        if self._commits.is_closed:
            return
        await self._commits.close()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._file.close)
        self._thread.shutdown()

    # How changes become durable: see Ledger.

    def seal(self) -> Callable[[], None]:
        """Return the work of writing what was changed."""
        self._alerts.seal()
        script = self._script.copy()
        self._script.clear()
        return lambda: self._file.write(script)

    def settle(self) -> None:
        """Take what was sealed last for durable."""
        self._alerts.settle()
        self._claims.settle()

    def undo(self) -> None:
        """Take back everything since the last ``settle``."""
        self._script.clear()
        self._alerts.undo()
        self._claims.undo()
