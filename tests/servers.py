"""Real servers for tests: an HTTP receiver that answers by plan and keeps what it was sent.

It runs in threads of its own, so that tests can be synchronous or not, and so that a stalled test
does not stall the server.
"""

import json
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Final, Self

OK: Final = b"ok"


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer. ``delay`` is in seconds.

    With ``cut`` the connection is closed after that many bytes of the body have been written;
    0 closes it before the status line.
    """

    status: int = 200
    body: bytes = OK
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: int | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived; header names are lower case. ``at`` is of the monotonic clock."""

    at: float
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Decode the body."""
        return json.loads(self.body)


class HttpSink:
    """An HTTP server on loopback, to be used in a ``with`` block.

    The replies of the plan are used up in order, then ``otherwise`` is given for ever. With
    ``tls`` it speaks HTTPS.
    """

    def __init__(
        self, *plan: Reply, otherwise: Reply | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self._plan = list(plan)
        self._otherwise = otherwise or Reply()
        self._received: list[Received] = []
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._server = _Server(self)
        self._scheme = "http"
        if tls is not None:
            self._scheme = "https"
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}
        )

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Where to send to, without a slash at the end."""
        return f"{self._scheme}://127.0.0.1:{self.port}"

    @property
    def received(self) -> list[Received]:
        """Everything received until now, whatever it was answered."""
        with self._changed:
            return list(self._received)

    def wait_for(self, count: int, *, within: float = 10.0) -> list[Received]:
        """Wait until *count* requests have come; raise TimeoutError if they do not."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._received) >= count, within):
                raise TimeoutError(f"{len(self._received)} of {count} requests in {within} s")
            return list(self._received)

    def plan(self, *replies: Reply, otherwise: Reply | None = None) -> None:
        """Replace what has not been answered yet."""
        with self._changed:
            self._plan = list(replies)
            self._otherwise = otherwise or Reply()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _take(self, request: Received) -> Reply:
        with self._changed:
            self._received.append(request)
            self._changed.notify_all()
            return self._plan.pop(0) if self._plan else self._otherwise

    def _pause(self, seconds: float) -> None:
        self._closing.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, sink: HttpSink) -> None:
        super().__init__(("127.0.0.1", 0), _Exchange)
        self.sink = sink

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet: clients that hang up early are what these tests are about."""


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout: ClassVar[float | None] = 30

    def _answer(self) -> None:
        assert isinstance(self.server, _Server)
        sink, length = self.server.sink, int(self.headers.get("Content-Length", 0))
        reply = sink._take(
            Received(
                at=time.monotonic(),
                method=self.command,
                path=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(length),
            )
        )
        if reply.delay:
            sink._pause(reply.delay)
        if reply.cut == 0:
            self._hang_up()
        else:
            self._write(reply)

    do_GET = do_POST = do_PUT = _answer  # noqa: N815

    def _write(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body[: reply.cut])
        if reply.cut is not None:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay quiet."""
