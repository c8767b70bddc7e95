"""Requests performed: the one place that speaks to receivers, and reveals secrets to them.

Rules of this file:
1. Whatever goes wrong between here and the other end is a NoAnswer, and tells no secret.
2. One slow destination holds up no other: nothing is shared that can be used up.
"""

import asyncio
from typing import TextIO, assert_never

from alertrouter.channels.contract import (
    Answer,
    HttpRequest,
    Mail,
    NoAnswer,
    NoAnswerCause,
    Printout,
    Request,
)
from alertrouter.runtime.broken_exchange import BrokenExchange
from alertrouter.runtime.http_transport import HttpTransport
from alertrouter.runtime.printing import Printer
from alertrouter.runtime.smtp_transport import send_mail
from alertrouter.runtime.tls import TlsContexts


class Transport:
    """Performs requests of every kind; *out* stands for standard output."""

    def __init__(self, *, out: TextIO | None = None) -> None:
        self._contexts = TlsContexts()
        self._http = HttpTransport(self._contexts)
        self._printer = Printer(out)

    async def perform(self, request: Request, *, timeout: float) -> Answer:  # noqa: ASYNC109
        """Make one attempt of at most *timeout* seconds, or as long as the request itself allows.

        Raises SecretUnreadable if a secret's file cannot be read, and nothing else.
        """
        if isinstance(request, HttpRequest) and request.timeout:
            timeout = min(timeout, request.timeout.total_seconds())
        try:
            async with asyncio.timeout(timeout):
                return await self._exchange(request)
        except TimeoutError:
            return NoAnswer(NoAnswerCause.TIMEOUT, f"none within {timeout:.3g} s")
        except BrokenExchange as broken:
            return broken.answer

    async def close(self) -> None:
        """Close every connection."""
        await self._http.close()
        self._printer.close()

    async def _exchange(self, request: Request) -> Answer:
        match request:
            case HttpRequest():
                return await self._http.perform(request)
            case Mail():
                return await send_mail(request, self._contexts)
            case Printout(text=text):
                return await self._printer.print(text)
            case _:
                assert_never(request)
