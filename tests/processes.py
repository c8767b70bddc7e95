"""Programs that tests start: on a free port, waited for until ready, always stopped.

Rules of this file:
1. Whoever starts a process stops it, by its own id, whatever happens in between.
2. No wait without an end: what is late raises, with the output of the process in the message.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final
from urllib.parse import urlsplit

ROOT: Final = Path(__file__).parent.parent
PATIENCE: Final = 15.0  # seconds for a start or a stop; far more than either needs
_GLANCE: Final = 0.02  # seconds between two looks at a process that is starting


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 on which nobody listens at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def http_ready(url: str) -> Callable[[], bool]:
    """Make a question that is answered True once GET *url* gives status 200."""
    parts = urlsplit(url)

    def ready() -> bool:
        connection = http.client.HTTPConnection(parts.netloc, timeout=2)
        try:
            connection.request("GET", parts.path or "/")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ready


def until(condition: Callable[[], bool], what: str, timeout: float = PATIENCE) -> None:
    """Look again and again until *condition* holds; raise TimeoutError naming *what*."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {timeout:g} s: {what}")
        time.sleep(_GLANCE)


class Process:
    """One program that was started. Both its output streams are collected in one file."""

    def __init__(
        self,
        args: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.args: Final = tuple(args)
        self._output = TemporaryFile()  # noqa: SIM115 - closed in close
        self._printed = ""
        self._child = subprocess.Popen(
            self.args, stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.STDOUT,
            env=None if env is None else dict(env), cwd=cwd,
        )  # fmt: skip

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._child.poll() is None

    @property
    def cpu_seconds(self) -> float:
        """User and system time it has used so far, of all its threads, in steps of 10 ms."""
        stat = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    def output(self) -> str:
        """Return what it has printed until now."""
        if self._output.closed:
            return self._printed
        size = os.fstat(self._output.fileno()).st_size
        return os.pread(self._output.fileno(), size, 0).decode(errors="replace")

    def wait_ready(self, ready: Callable[[], bool], timeout: float = PATIENCE) -> None:
        """Return when *ready* says so; raise if the process ends or the time does."""
        try:
            until(lambda: not self.is_alive or ready(), "ready", timeout)
        except TimeoutError as error:
            raise TimeoutError(f"{self._named()}: {error}\n{self.output()}") from None
        if not self.is_alive:
            raise RuntimeError(f"{self._named()} ended before it was ready\n{self.output()}")

    def kill(self) -> None:
        """End it as kill -9 and a power cut do: without a word of warning."""
        self._child.kill()
        self._child.wait()

    def stop(self, with_signal: int = signal.SIGTERM, timeout: float = PATIENCE) -> int:
        """Ask it to end and return its exit status (minus the signal's number if that ended it).

        One that does not end within *timeout* seconds is killed, and TimeoutError raised.
        """
        self._child.send_signal(with_signal)
        try:
            return self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise TimeoutError(f"{self._named()} did not end\n{self.output()}") from None

    def close(self) -> None:
        """Make sure it is gone. What it printed can still be asked for."""
        self.kill()
        self._printed = self.output()
        self._output.close()

    def _named(self) -> str:
        return " ".join(self.args[:4])


@contextmanager
def running(
    args: Sequence[str],
    *,
    ready: Callable[[], bool],
    timeout: float = PATIENCE,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[Process]:
    """Start a program, wait until it is *ready*, and see to it that it is gone in the end."""
    process = Process(args, env=env, cwd=cwd)
    try:
        process.wait_ready(ready, timeout)
        yield process
    finally:
        process.close()


class Service:
    """An alertrouter on a port and a state file of its own, which survive its restarts.

    ``flags`` are named as on the command line, without the dashes in front; they win over the
    ones that are set here. ``config_file`` may be rewritten while the service runs.
    """

    def __init__(self, config: str | Path, directory: Path, flags: Mapping[str, str]) -> None:
        self.port: Final = free_port()
        self.url: Final = f"http://127.0.0.1:{self.port}"
        self.config_file: Final = config if isinstance(config, Path) else directory / "routes.yaml"
        if isinstance(config, str):
            self.config_file.write_text(config)
        self.flags: Final = {
            "config.file": str(self.config_file),
            "web.listen-address": f"127.0.0.1:{self.port}",
            "store": f"sqlite:///{directory.absolute()}/state.db",
            "log.level": "warn",
            "log.format": "json",
            **flags,
        }
        self._earlier = ""
        self._process = self._started()

    @property
    def pid(self) -> int:
        """The id of the process that runs now, or ran last."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether a process runs."""
        return self._process.is_alive

    @property
    def cpu_seconds(self) -> float:
        """User and system time of the present process."""
        return self._process.cpu_seconds

    def output(self) -> str:
        """Return what all processes of this service have printed, the oldest first."""
        return self._earlier + self._process.output()

    def wait_ready(self) -> None:
        """Return when it answers /-/ready with 200; raise if it ends or is late."""
        self._process.wait_ready(http_ready(self.url + "/-/ready"))

    def kill(self) -> None:
        """End it as kill -9 and a power cut do: without a word of warning."""
        self._process.kill()

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """Ask it to end and return its exit status."""
        return self._process.stop(with_signal)

    def restart(self, **flags: str) -> None:
        """Start again, after a kill or instead of the running process; *flags* are changed."""
        self.start_again(**flags)
        self.wait_ready()

    def start_again(self, **flags: str) -> None:
        """Do as ``restart``, but do not wait until it is ready."""
        self.close()
        self._earlier = self.output()
        self.flags.update(flags)
        self._process = self._started()

    def close(self) -> None:
        """Make sure it is gone."""
        self._process.close()

    def _started(self) -> Process:
        flags = [f"--{name}={value}" for name, value in self.flags.items()]
        return Process([sys.executable, "-m", "alertrouter", "serve", *flags], cwd=ROOT)


@contextmanager
def alertrouter(config: str | Path, directory: Path, **flags: str) -> Iterator[Service]:
    """Start a Service with *config* (a text, or the path of a file), its state in *directory*.

    Further flags are given by their names: ``**{"web.external-url": "http://example.org"}``.
    """
    service = Service(config, directory, flags)
    try:
        service.wait_ready()
        yield service
    finally:
        service.close()
