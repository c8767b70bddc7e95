"""A running alertrouter and a receiver that listens, for every test that asks for them."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.routes import telling
from tests.e2e.senders import Sender
from tests.processes import Service, alertrouter
from tests.servers import HttpSink


@dataclass(frozen=True, slots=True)
class Router:
    """One alertrouter, and somebody who talks to it."""

    service: Service
    sender: Sender

    @property
    def address(self) -> str:
        """Its host and port."""
        return self.service.url.removeprefix("http://")


class Serve:
    """Starts alertrouters, each with a directory of its own; all are gone when the test ends."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self._directory = directory
        self._stack = stack
        self._count = 0

    def __call__(self, config: str | Path, **flags: str) -> Router:
        """Start one with *config*, a text or the path of a file."""
        self._count += 1
        directory = self._directory / f"alertrouter-{self._count}"
        directory.mkdir()
        service = self._stack.enter_context(alertrouter(config, directory, **flags))
        self._stack.callback(lambda: print(service.output()))
        return Router(service, self._stack.enter_context(Sender(service.url)))

    def telling(self, *urls: str, **flags: str) -> Router:
        """Start one that tells every alert to webhooks at *urls*."""
        return self(telling(*urls), **flags)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    with ExitStack() as stack:
        yield Serve(tmp_path, stack)


@pytest.fixture
def sink() -> Iterator[HttpSink]:
    with HttpSink() as receiver:
        yield receiver
