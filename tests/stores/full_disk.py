"""A process whose files cannot grow for a while, as on a full disk.

``python -m tests.stores.full_disk PATH`` prints, one a line, what became of each request. The limit
on the size of files holds for the whole process, hence one of its own.
"""

import asyncio
import resource
import sys
from pathlib import Path

from alertrouter.errors import StoreUnavailable
from alertrouter.stores.sqlite import SqliteStore
from tests.stores.samples import alert, entry, key

LARGE = "x" * 300_000


def limit_files(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


async def told(what: str, store: SqliteStore, said: str) -> None:
    try:
        await store.keep_alerts([alert("before", minutes=9), alert(what, said=said)])
        print(what, "acknowledged")
    except StoreUnavailable as error:
        print(what, "refused:", error)


async def fill(path: Path) -> None:
    store = await SqliteStore.open(path)
    await store.keep_alerts([alert("before")])
    await store.remember_sent(entry(key()))
    limit_files(sum(file.stat().st_size for file in path.parent.iterdir()))
    await told("full", store, LARGE)
    await told("still full", store, LARGE)
    print("read", len(await store.load_alerts()), len(await store.load_log()))
    limit_files(resource.RLIM_INFINITY)
    await told("after", store, LARGE)
    await store.close()


if __name__ == "__main__":
    asyncio.run(fill(Path(sys.argv[1])))
