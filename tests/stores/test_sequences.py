"""Any sequence of requests leaves what a dictionary would hold, whatever happens in between."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

import pytest
from hypothesis import given, strategies as st
from msgspec.structs import replace

from alertrouter.errors import StoreUnavailable
from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels
from alertrouter.model.notification import LogEntry, LogKey
from alertrouter.stores.contract import Store
from alertrouter.stores.sqlite import SqliteStore
from tests.stores.samples import MINUTE, NOON, alert, entry, key


@dataclass
class Model:
    """A store as simple as can be. It has no processes; ``restart`` starts another one."""

    alerts: dict[Labels, Alert] = field(default_factory=dict)
    log: dict[LogKey, LogEntry] = field(default_factory=dict)
    own: set[LogKey] = field(default_factory=set)
    found: set[LogKey] = field(default_factory=set)

    def restart(self) -> None:
        self.found |= self.own
        self.own.clear()


@dataclass(frozen=True)
class Keep:
    """Alerts were reported."""

    alerts: tuple[Alert, ...]

    async def to(self, store: Store, model: Model) -> None:
        model.alerts |= {one.labels: one for one in self.alerts}
        await store.keep_alerts(self.alerts)


@dataclass(frozen=True)
class Forget:
    """Alerts are over and done with."""

    labels: tuple[Labels, ...]

    async def to(self, store: Store, model: Model) -> None:
        for one in self.labels:
            model.alerts.pop(one, None)
        await store.forget_alerts(self.labels)


@dataclass(frozen=True)
class Remember:
    """An integration was told."""

    entry: LogEntry

    async def to(self, store: Store, model: Model) -> None:
        there = model.log.get(self.entry.key)
        if there is None or there.at <= self.entry.at:
            model.log[self.entry.key] = self.entry
        model.own.discard(self.entry.key)
        model.found.discard(self.entry.key)
        await store.remember_sent(self.entry)


@dataclass(frozen=True)
class ForgetSent:
    """Entries of the log have expired."""

    keys: tuple[LogKey, ...]

    async def to(self, store: Store, model: Model) -> None:
        for one in self.keys:
            model.log.pop(one, None)
        await store.forget_sent(self.keys)


@dataclass(frozen=True)
class Claim:
    """An integration is about to be told."""

    key: LogKey

    async def to(self, store: Store, model: Model) -> None:
        is_new = self.key not in model.found
        model.found.discard(self.key)
        model.own.add(self.key)
        assert await store.claim(self.key) is is_new


@dataclass(frozen=True)
class Release:
    """It was not told after all."""

    key: LogKey

    async def to(self, store: Store, model: Model) -> None:
        model.own.discard(self.key)
        model.found.discard(self.key)
        await store.release(self.key)


@dataclass(frozen=True)
class Fail:
    """A transaction of requests like any others that goes wrong; the model hears nothing of it."""

    alerts: tuple[Alert, ...]
    labels: tuple[Labels, ...]

    async def to(self, store: Store, model: Model) -> None:
        assert isinstance(store, SqliteStore)
        kept, script = store._alerts, store._script

        def change() -> None:
            kept.keep(self.alerts)
            kept.forget(self.labels)
            kept.keep(self.alerts)
            script.append(("insert into no_such_table values (1)", ()))

        with pytest.raises(StoreUnavailable, match="no_such_table"):
            await store._commits.write(change)


Request: TypeAlias = Keep | Forget | Remember | ForgetSent | Claim | Release
# Requests that are made at one moment; None is a restart.
Step: TypeAlias = list[Request] | Fail | None

KEYS: Final = [key(), key(index=1), key("{}:{}")]

minutes = st.integers(min_value=-3, max_value=3)
zones = st.integers(min_value=-14 * 60, max_value=14 * 60).map(
    lambda offset: timezone(timedelta(minutes=offset))
)
times = st.builds(lambda count, zone: (NOON + count * MINUTE).astimezone(zone), minutes, zones)
alerts = st.builds(
    lambda name, said, start, end: replace(
        alert(name, said=said), starts_at=start, ends_at=end, is_timeout=start > end
    ),
    st.sampled_from("ABC🚨"),
    st.sampled_from(["", "high", "higher"]),
    times,
    times,
)
batches = st.lists(alerts, max_size=4).map(tuple)
label_sets = st.lists(alerts.map(lambda one: one.labels), max_size=2).map(tuple)
keys = st.sampled_from(KEYS)
entries = st.builds(
    lambda of, at, firing: replace(entry(of), at=at, firing=firing),
    keys,
    times,
    st.frozensets(st.integers(min_value=0, max_value=2**64 - 1), max_size=3),
)
requests = (
    st.builds(Keep, batches)
    | st.builds(Forget, label_sets)
    | st.builds(Remember, entries)
    | st.builds(ForgetSent, st.lists(keys, max_size=2).map(tuple))
    | st.builds(Claim, keys)
    | st.builds(Release, keys)
)
steps = (
    st.lists(requests, min_size=1, max_size=6)
    | st.builds(Fail, batches.filter(bool), label_sets)
    | st.none()
)


async def carry_out(path: Path, program: list[Step], most_old_times: int) -> None:
    model = Model()
    store = await SqliteStore.open(path, most_old_times=most_old_times)
    try:
        for step in program:
            if step is None:
                await store.close()
                store = await SqliteStore.open(path, most_old_times=most_old_times)
                model.restart()
            elif isinstance(step, Fail):
                await step.to(store, model)
            else:
                async with asyncio.TaskGroup() as moment:
                    for request in step:
                        moment.create_task(request.to(store, model))
            await check(store, model)
        await store.close()
        store = await SqliteStore.open(path)
        await check(store, model)
    finally:
        await store.close()


async def check(store: Store, model: Model) -> None:
    kept = await store.load_alerts()
    assert {one.labels: written(one) for one in kept} == {
        labels: written(one) for labels, one in model.alerts.items()
    }
    assert len(kept) == len(model.alerts)
    log = await store.load_log()
    assert {one.key: one for one in log} == model.log
    assert len(log) == len(model.log)


def written(one: Alert) -> tuple[object, ...]:
    """Look closer than ``==``, to which noon in Kathmandu is the same as 06:15 in London."""
    return (one, *(str(time) for time in (one.starts_at, one.ends_at, one.updated_at)))


@given(program=st.lists(steps, max_size=12), most_old_times=st.sampled_from([0, 20_000]))
def test_a_store_equals_a_dictionary(program: list[Step], most_old_times: int) -> None:
    """Requests at one moment, failing transactions and restarts in any order.

    With the smaller number the journal is written anew all the time.
    """
    with TemporaryDirectory() as directory:
        asyncio.run(carry_out(Path(directory) / "state.db", program, most_old_times))
