"""Blocks on standard output."""

import asyncio
import errno
import io
import threading
from collections.abc import AsyncIterator

import pytest

from alertrouter.channels.contract import NoAnswer, NoAnswerCause, Printed, Printout
from alertrouter.runtime.transport import Transport


class Slow(io.StringIO):
    """Takes its time over every character, so that writers get in each other's way."""

    def write(self, text: str) -> int:
        """Write character by character."""
        return sum(super(Slow, self).write(char) for char in text)


@pytest.fixture
async def written() -> AsyncIterator[tuple[Transport, io.StringIO]]:
    out = Slow()
    transport = Transport(out=out)
    yield transport, out
    await transport.close()


async def test_blocks_are_whole(written: tuple[Transport, io.StringIO]) -> None:
    transport, out = written
    blocks = [f"{number}: {'x' * 200}\n{number}: end\n" for number in range(50)]
    async with asyncio.TaskGroup() as group:
        answers = [
            group.create_task(transport.perform(Printout(block), timeout=5)) for block in blocks
        ]
    assert [answer.result() for answer in answers] == [Printed()] * 50
    assert out.getvalue() == "".join(blocks)


async def test_what_the_terminal_cannot_show_is_replaced() -> None:
    raw = io.BytesIO()
    transport = Transport(out=io.TextIOWrapper(raw, encoding="ascii"))
    assert await transport.perform(Printout("ü → \ud800\n"), timeout=5) == Printed()
    await transport.close()
    assert raw.getvalue() == b"? ? ?\n"


async def test_an_output_that_is_closed() -> None:
    out = io.StringIO()
    out.close()
    transport = Transport(out=out)
    answer = await transport.perform(Printout("x\n"), timeout=5)
    await transport.close()
    assert answer == NoAnswer(NoAnswerCause.CUT_OFF, "standard output is closed")


class Gone(io.StringIO):
    """A pipe whose other end is closed."""

    def flush(self) -> None:
        """Fail as pipes do."""
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


async def test_a_reader_who_has_gone() -> None:
    transport = Transport(out=Gone())
    answer = await transport.perform(Printout("x\n"), timeout=5)
    await transport.close()
    assert answer == NoAnswer(NoAnswerCause.CUT_OFF, "Broken pipe")


class Stalled(io.StringIO):
    """A reader who does not read until released."""

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()

    def write(self, text: str) -> int:
        """Wait."""
        self.released.wait()
        return super().write(text)


async def test_a_reader_who_stalls_is_not_waited_for() -> None:
    out = Stalled()
    transport = Transport(out=out)
    try:
        answer = await transport.perform(Printout("x\n"), timeout=0.05)
    finally:
        out.released.set()
        await transport.close()
    assert answer == NoAnswer(NoAnswerCause.TIMEOUT, "none within 0.05 s")
