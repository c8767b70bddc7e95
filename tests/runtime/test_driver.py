"""The driver where events of one moment meet: nothing is lost between a decision and its task."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

from msgspec.structs import replace

from alertrouter.config.loader import load_text
from alertrouter.engine.events import DeadlineReached
from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels
from alertrouter.runtime.delivery import Courier, Outlet, Outlets
from alertrouter.runtime.driver import Driver
from alertrouter.runtime.metrics import Metrics
from alertrouter.runtime.transport import Transport
from alertrouter.stores.sqlite import SqliteStore

QUIET = "route: {receiver: a, group_wait: 0s}\nreceivers: [{name: a}]"
PRINTING = "route: {receiver: b, group_wait: 30s}\nreceivers: [{name: b, log_configs: [{}]}]"


class SetClock:
    """A clock that stands where the test puts it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 31, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def jumped(self) -> timedelta:
        return timedelta()


def outlets(text: str) -> Outlets:
    loaded = load_text(text, file="routes.yaml", directory=Path())
    return {key: Outlet(channel) for key, channel in loaded.channels.items()}


@asynccontextmanager
async def driving(text: str, path: Path, out: StringIO) -> AsyncIterator[tuple[Driver, SetClock]]:
    clock, metrics, transport = SetClock(), Metrics(), Transport(out=out)
    store = await SqliteStore.open(path)
    policy = load_text(text, file="routes.yaml", directory=Path()).policy
    courier = Courier(transport, store, clock, metrics)
    driver = Driver(policy, outlets(text), store, courier, clock, metrics)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(driver.run())
        while not driver.is_running:  # noqa: ASYNC110  a few turns of the loop
            await asyncio.sleep(0)
        yield driver, clock
        driver.stop()
        await running
    await transport.close()
    await store.close()


def alert(now: datetime, *, lives: timedelta) -> Alert:
    labels = Labels({"alertname": "A"})
    return Alert(labels=labels, starts_at=now - lives, ends_at=now + lives, updated_at=now)


async def test_an_alert_that_comes_back_as_it_is_forgotten_is_kept(tmp_path: Path) -> None:
    """The forgetting is a task of its own; what was acknowledged meanwhile must outlive it."""
    path, out = tmp_path / "state.db", StringIO()
    async with driving(QUIET, path, out) as (driver, clock):
        await driver.receive([alert(clock.now(), lives=timedelta(minutes=1))])
        for _ in range(3):  # over, told to nobody, and then due to be forgotten
            clock.moment += timedelta(hours=1)
            driver._happen(DeadlineReached())
        assert not driver.engine.shelf, "the alert should be forgotten by now"
        await driver.receive([alert(clock.now(), lives=timedelta(minutes=1))])
    store = await SqliteStore.open(path)
    assert len(await store.load_alerts()) == 1
    await store.close()


async def test_a_reload_between_a_decision_and_its_task_changes_nothing(tmp_path: Path) -> None:
    """The notification goes out by the outlet for which it was decided."""
    out = StringIO()
    async with driving(PRINTING, tmp_path / "state.db", out) as (driver, clock):
        start = clock.now()
        await driver.receive([replace(alert(start, lives=timedelta(minutes=1)), starts_at=start)])
        clock.moment += timedelta(seconds=31)
        driver._happen(DeadlineReached())
        driver.change(load_text(QUIET, file="", directory=Path()).policy, outlets(QUIET))
    assert "alertname=A" in out.getvalue()
