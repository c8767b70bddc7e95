"""``alertrouter serve``: the service, from arguments to exit code.

Stopping (SIGTERM, SIGINT) goes in order: no new connections, requests under way are answered,
deliveries under way get a few seconds, what is queued for the store is committed. All of it
together stays below ten seconds, and the exit code is 0.
"""

import asyncio
import contextlib
import gc
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from signal import SIGHUP, SIGINT, SIGTERM
from typing import Final

import click
import structlog
import uvicorn
import uvloop

from alertrouter import __version__
from alertrouter.cli.parameters import AddressType, DurationType
from alertrouter.errors import AlertrouterError, ConfigError
from alertrouter.runtime.logs import LEVELS, LogFormat, set_up_logging
from alertrouter.runtime.wiring import DEFAULT_STORE, Options, Service, assembled
from alertrouter.web.app import build_app
from alertrouter.web.intake import LARGEST_BODY

log = structlog.get_logger()

ANSWER_WITHIN: Final = 3  # seconds for requests under way when the service stops
BACKLOG: Final = 1024


@click.command()
@click.option(
    "--config.file",
    "config_file",
    envvar="ALERTROUTER_CONFIG_FILE",
    type=click.Path(path_type=Path),
    default="routes.yaml",
    show_default=True,
    help="The routing configuration.",
)
@click.option(
    "--web.listen-address",
    "listen",
    envvar="ALERTROUTER_WEB_LISTEN_ADDRESS",
    type=AddressType(),
    default="127.0.0.1:9595",
    show_default=True,
    help='Where to listen; ":9595" means on every interface.',
)
@click.option(
    "--web.external-url",
    "external_url",
    envvar="ALERTROUTER_WEB_EXTERNAL_URL",
    default="",
    help="The URL under which people reach this service; used in links.",
)
@click.option(
    "--web.max-body-bytes",
    "largest_body",
    envvar="ALERTROUTER_WEB_MAX_BODY_BYTES",
    type=click.IntRange(min=1),
    default=LARGEST_BODY,
    show_default=True,
    help="The largest request body that is accepted.",
)
@click.option(
    "--store",
    envvar="ALERTROUTER_STORE",
    default=DEFAULT_STORE,
    show_default=True,
    help="Where state is kept: sqlite:///absolute/path or sqlite:relative/path.",
)
@click.option(
    "--data.retention",
    "retention",
    envvar="ALERTROUTER_DATA_RETENTION",
    type=DurationType(),
    default="120h",
    show_default=True,
    help="How long the notification log remembers.",
)
@click.option(
    "--log.level",
    "level",
    envvar="ALERTROUTER_LOG_LEVEL",
    type=click.Choice(list(LEVELS)),
    default="info",
    show_default=True,
    help="Which events are logged.",
)
@click.option(
    "--log.format",
    "log_format",
    envvar="ALERTROUTER_LOG_FORMAT",
    type=click.Choice([form.value for form in LogFormat]),
    default="logfmt",
    show_default=True,
    help="How they are written.",
)
def serve(  # noqa: PLR0913  one parameter for each option
    *,
    config_file: Path,
    listen: tuple[str, int],
    external_url: str,
    largest_body: int,
    store: str,
    retention: timedelta,
    level: str,
    log_format: str,
) -> None:
    """Run the service until it is told to stop."""
    set_up_logging(level, LogFormat(log_format))
    listener = _listener(*listen)
    url = external_url.rstrip("/") or f"http://{_host_name(listener)}"
    options = Options(config_file, url, store, retention)
    try:
        uvloop.run(_serve(options, listener, largest_body))
    except AlertrouterError as error:
        raise click.ClickException(str(error)) from None


def _listener(host: str, port: int) -> socket.socket:
    """Bind before anything else starts, so that a taken port is a clear error."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise click.ClickException(
            f"cannot listen on {host}:{port}: {error.strerror}; "
            "choose another address with --web.listen-address"
        ) from None
    return listener


def _host_name(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"{socket.gethostname() if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104


class _Server(uvicorn.Server):
    """uvicorn without signal handling of its own: the order of stopping is decided here."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        for listener in sockets or []:
            host, port = listener.getsockname()[:2]
            log.info("listening", address=f"{host}:{port}", version=__version__)


async def _serve(options: Options, listener: socket.socket, largest_body: int) -> None:
    _collect_garbage_rarely()
    async with assembled(options) as service, asyncio.TaskGroup() as tasks:
        server = _Server(
            uvicorn.Config(
                build_app(service, largest_body=largest_body),
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                backlog=BACKLOG,
                timeout_graceful_shutdown=ANSWER_WITHIN,
            )
        )
        running = tasks.create_task(service.driver.run())
        watching = tasks.create_task(service.reloader.watch())
        _obey_signals(server, service, tasks)
        await server.serve(sockets=[listener])
        service.driver.stop()
        watching.cancel()
        await running
    log.info("stopped")


def _collect_garbage_rarely() -> None:
    """Look for cycles of dead objects seldom.

    What lives long here (alerts, their labels, groups) is much and forms no cycles; going through
    it again and again would take a seventh of the CPU time of ingest.
    """
    gc.set_threshold(100_000, 20, 100)


def _obey_signals(server: uvicorn.Server, service: Service, tasks: asyncio.TaskGroup) -> None:
    loop = asyncio.get_running_loop()

    def stop(name: str) -> None:
        log.info("stopping", signal=name)
        server.should_exit = True

    async def reload() -> None:
        with contextlib.suppress(ConfigError):  # told in the log and the metric already
            await service.reloader.reload()

    for signal in (SIGTERM, SIGINT):
        loop.add_signal_handler(signal, stop, signal.name)
    loop.add_signal_handler(SIGHUP, lambda: tasks.create_task(reload()))
