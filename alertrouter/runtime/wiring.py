"""The composition root: every part is built here, in the order in which they need each other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from alertrouter.config.configuration import Configuration
from alertrouter.config.loader import load_file
from alertrouter.engine.policy import RETENTION, Policy
from alertrouter.errors import StoreUnavailable
from alertrouter.model.labels import NameMode
from alertrouter.runtime.clock import SystemClock
from alertrouter.runtime.delivery import Courier, Outlet, Outlets
from alertrouter.runtime.driver import Driver
from alertrouter.runtime.metrics import Metrics
from alertrouter.runtime.reloading import Reloader
from alertrouter.runtime.transport import Transport
from alertrouter.stores.contract import Store
from alertrouter.stores.sqlite import SqliteStore

DEFAULT_STORE: Final = "sqlite:data/alertrouter.db"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says about the service as a whole."""

    config_file: Path
    external_url: str
    store: str = DEFAULT_STORE
    retention: timedelta = RETENTION
    mode: NameMode = NameMode.DEFAULT


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that HTTP endpoints and signals talk to."""

    driver: Driver
    reloader: Reloader
    metrics: Metrics
    mode: NameMode


@asynccontextmanager
async def assembled(options: Options) -> AsyncIterator[Service]:
    """Build the service; leaving takes it down.

    Raises ConfigError, StoreInUse, StoreTooNew or StoreUnavailable if it cannot be built.
    """

    def load() -> Configuration:
        return load_file(
            options.config_file,
            mode=options.mode,
            external_url=options.external_url,
        )

    def policy(configuration: Configuration) -> Policy:
        return replace(configuration.policy, retention=options.retention)

    configuration = load()
    clock, metrics, transport = SystemClock(), Metrics(), Transport()
    store = await open_store(options.store)
    try:
        courier = Courier(transport, store, clock, metrics)
        outlets = _outlets(configuration)
        driver = Driver(policy(configuration), outlets, store, courier, clock, metrics)

        def apply(changed: Configuration) -> None:
            _expect(changed, metrics)
            driver.change(policy(changed), _outlets(changed))

        reloader = Reloader(load, apply, clock, metrics.state)
        _expect(configuration, metrics)
        reloader.loaded(configuration)
        yield Service(driver, reloader, metrics, options.mode)
    finally:
        await transport.close()
        await store.close()


async def open_store(url: str) -> Store:
    """Open the store that *url* names: ``sqlite:///absolute/path`` or ``sqlite:relative/path``."""
    scheme, _, place = url.partition(":")
    if scheme != "sqlite" or not place:
        raise StoreUnavailable(
            f"--store {url}: not a store; write sqlite:///var/lib/alertrouter/state.db"
        )
    return await SqliteStore.open(Path(place.removeprefix("//")))


def _outlets(configuration: Configuration) -> Outlets:
    return {key: Outlet(channel) for key, channel in configuration.channels.items()}


def _expect(configuration: Configuration, metrics: Metrics) -> None:
    receivers = configuration.policy.receivers
    told = [(name, one.kind) for name, who in receivers.items() for one in who.integrations]
    metrics.expect({kind for _, kind in told}, told)
    metrics.state.receivers.set(len(receivers))
    metrics.state.integrations.set(len(told))
