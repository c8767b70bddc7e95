"""Blocks of text on standard output, whole and one after the other."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TextIO

from alertrouter.channels.contract import NoAnswerCause, Printed
from alertrouter.runtime.broken_exchange import BrokenExchange


class Printer:
    """Prints in a thread of its own, so that a reader who stalls holds up nobody else."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="printer")

    async def print(self, text: str) -> Printed:
        """Print one block. Raises BrokenExchange if nobody takes it."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._write, text)
        except (OSError, ValueError) as error:  # ValueError: the file is closed
            reason = error.strerror if isinstance(error, OSError) else None
            detail = reason or "standard output is closed"
            raise BrokenExchange(NoAnswerCause.CUT_OFF, detail) from None
        return Printed()

    def close(self) -> None:
        """Print nothing more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _write(self, text: str) -> None:
        out = self._out or sys.stdout
        encoding = out.encoding or "utf-8"
        out.write(text.encode(encoding, "replace").decode(encoding))
        out.flush()
