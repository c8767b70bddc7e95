"""A process that writes to a store without end, and says what was acknowledged.

``python -m tests.stores.writer PATH`` prints the number of each alert after it was kept, and of
each entry of the notification log with the same number after the claim for it was given back.
"""

import asyncio
import sys
from pathlib import Path

from alertrouter.stores.sqlite import SqliteStore
from tests.stores.samples import alert, entry, key


async def write(path: Path) -> None:
    store = await SqliteStore.open(path)
    number = 0
    while True:
        await store.keep_alerts([alert(str(number), minutes=number)])
        print("kept", number, flush=True)
        await store.claim(key(str(number)))
        print("claimed", number, flush=True)
        if number % 2:
            await store.remember_sent(entry(key(str(number)), minutes=number))
            print("remembered", number, flush=True)
        number += 1


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1])))
