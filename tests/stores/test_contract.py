"""What every store must do, whatever it is made of."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone

import pytest
from msgspec.structs import replace

from alertrouter.errors import StoreUnavailable
from alertrouter.model.alert import NO_ANNOTATIONS, Alert
from alertrouter.model.labels import NO_LABELS, Labels
from alertrouter.model.notification import LogEntry
from alertrouter.stores.contract import Store
from tests.stores.conftest import Opening
from tests.stores.samples import MINUTE, NOON, alert, entry, key

KATHMANDU = timezone(timedelta(hours=5, minutes=45))


@asynccontextmanager
async def opened(opening: Opening) -> AsyncIterator[Store]:
    store = await opening()
    try:
        yield store
    finally:
        await store.close()


def by_labels(alerts: Sequence[Alert]) -> dict[Labels, Alert]:
    found = {one.labels: one for one in alerts}
    assert len(found) == len(alerts), "a label set was returned twice"
    return found


def offsets(one: Alert | LogEntry) -> list[timedelta | None]:
    times = [getattr(one, name) for name in one.__struct_fields__]
    return [time.utcoffset() for time in times if isinstance(time, datetime)]


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param(alert(), id="plain"),
        pytest.param(replace(alert(), is_timeout=True), id="an end that is a timeout"),
        pytest.param(replace(alert(), labels=NO_LABELS), id="no labels"),
        pytest.param(replace(alert(), annotations=NO_ANNOTATIONS), id="no annotations"),
        pytest.param(replace(alert(), generator_url=""), id="no URL"),
        pytest.param(
            replace(alert(), labels=Labels({"naïve 🚨": '"\\\n\t\x00', "𝒾": "{a='b'}"})),
            id="labels beyond the BMP, quotes, control characters",
        ),
        pytest.param(replace(alert(), annotations={"": "🚨" * 5_000}), id="long annotation"),
        pytest.param(
            replace(alert(), starts_at=NOON + timedelta(microseconds=1)), id="microseconds"
        ),
        pytest.param(
            replace(
                alert(),
                starts_at=NOON.astimezone(KATHMANDU),
                ends_at=NOON.astimezone(timezone(timedelta(hours=-3))),
            ),
            id="offsets of the sender",
        ),
        pytest.param(
            replace(
                alert(),
                starts_at=datetime(1, 1, 1, tzinfo=UTC),
                ends_at=datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            ),
            id="the ends of time",
        ),
    ],
)
async def test_an_alert_comes_back_as_it_was(opening: Opening, kept: Alert) -> None:
    """Equal in every field after a restart, down to the offset of its times."""
    async with opened(opening) as store:
        await store.keep_alerts([kept])
        assert await store.load_alerts() == [kept]
    async with opened(opening) as store:
        (found,) = await store.load_alerts()
        assert found == kept
        assert offsets(found) == offsets(kept)


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(alert(minutes=4), id="later times"),
        pytest.param(alert(said="p99 is very high"), id="another annotation"),
        pytest.param(replace(alert(), annotations=NO_ANNOTATIONS), id="no annotation any more"),
        pytest.param(replace(alert(), generator_url="http://b.example.org"), id="another URL"),
        pytest.param(alert(), id="nothing new"),
    ],
)
async def test_an_alert_is_written_over_what_it_was(opening: Opening, later: Alert) -> None:
    """The last of several reports counts, in one call and over several."""
    async with opened(opening) as store:
        await store.keep_alerts([alert(), later])
        assert await store.load_alerts() == [later]
        await store.keep_alerts([alert()])
        assert await store.load_alerts() == [alert()]
        await store.keep_alerts([later])
    async with opened(opening) as store:
        assert await store.load_alerts() == [later]


async def test_forgotten_alerts_are_gone(opening: Opening) -> None:
    """Forgetting what is not there does no harm, and what is forgotten may return."""
    a, b, c = alert("A"), alert("B"), alert("C")
    async with opened(opening) as store:
        await store.keep_alerts([a, b])
        await store.forget_alerts([a.labels, c.labels, a.labels])
        assert await store.load_alerts() == [b]
    async with opened(opening) as store:
        assert await store.load_alerts() == [b]
        returned = alert("A", minutes=9)
        await store.keep_alerts([returned])
        assert by_labels(await store.load_alerts()) == {a.labels: returned, b.labels: b}


async def test_nothing_is_there_at_first(opening: Opening) -> None:
    """A store that nobody wrote to is empty, and stays so when nothing is written."""
    async with opened(opening) as store:
        await store.keep_alerts([])
        await store.forget_alerts([])
        await store.forget_sent([])
        assert await store.load_alerts() == []
        assert await store.load_log() == []


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(entry(key()), id="plain"),
        pytest.param(entry(key('{}/{a="🚨"}:{b="\\n"}')), id="a group key beyond the BMP"),
        pytest.param(entry(key(), firing=frozenset({0, 2**63, 2**64 - 1})), id="64-bit digests"),
        pytest.param(entry(key(), firing=frozenset()), id="nothing fires"),
        pytest.param(entry(key(), firing=frozenset(range(5_000))), id="many alerts"),
        pytest.param(
            replace(
                entry(key()),
                at=NOON.astimezone(KATHMANDU) + timedelta(microseconds=1),
                resolved=frozenset({7}),
            ),
            id="offset and microseconds",
        ),
    ],
)
async def test_an_entry_of_the_log_comes_back_as_it_was(opening: Opening, told: LogEntry) -> None:
    """Equal in every field after a restart, down to the offset of its times."""
    async with opened(opening) as store:
        await store.remember_sent(told)
    async with opened(opening) as store:
        (found,) = await store.load_log()
        assert found == told
        assert offsets(found) == offsets(told)


@pytest.mark.parametrize(
    ("minutes", "overwrites"),
    [
        pytest.param(1, True, id="younger"),
        pytest.param(0, True, id="equally old"),
        pytest.param(-1, False, id="older"),
    ],
)
async def test_an_entry_never_replaces_a_younger_one(
    opening: Opening, minutes: int, overwrites: bool
) -> None:
    """A result that arrives late must not undo a later one."""
    first = entry(key(), firing=frozenset({1}))
    second = entry(key(), minutes=minutes, firing=frozenset({2}))
    async with opened(opening) as store:
        await store.remember_sent(first)
        await store.remember_sent(second)
    async with opened(opening) as store:
        assert await store.load_log() == [second if overwrites else first]


async def test_the_zone_of_an_entry_does_not_make_it_younger(opening: Opening) -> None:
    """13:00+05:45 is earlier than 12:00Z."""
    first = entry(key())
    earlier = replace(first, at=(NOON - MINUTE).astimezone(KATHMANDU))
    async with opened(opening) as store:
        await store.remember_sent(first)
        await store.remember_sent(earlier)
        assert await store.load_log() == [first]


async def test_entries_are_kept_and_forgotten_by_their_whole_key(opening: Opening) -> None:
    """Group, receiver, kind and index: each makes a memory of its own."""
    keys = [
        key(),
        key(index=1),
        key("{}:{}"),
        replace(key(), receiver="web"),
        replace(key(), kind="email"),
    ]
    async with opened(opening) as store:
        for one in keys:
            await store.remember_sent(entry(one))
        await store.forget_sent([keys[0], keys[2], key("unheard of")])
        left = sorted(found.key for found in await store.load_log())
    assert left == sorted([keys[1], keys[3], keys[4]])


async def test_a_claim_is_found_by_the_next_process(opening: Opening) -> None:
    """False tells of a claim that an earlier process left, once; the claim is then taken over."""
    async with opened(opening) as store:
        assert await store.claim(key())
        assert await store.claim(key()), "its own claim is no news to a process"
        assert await store.claim(key(index=1))
        await store.release(key(index=1))
        await store.release(key(index=2))
    async with opened(opening) as store:
        assert not await store.claim(key())
        assert await store.claim(key())
        assert await store.claim(key(index=1))
    async with opened(opening) as store:
        await store.release(key())
        assert await store.claim(key()), "released by another process than took it"


@pytest.mark.parametrize("minutes", [pytest.param(0, id="written"), pytest.param(-1, id="too old")])
async def test_to_remember_gives_the_claim_back(opening: Opening, minutes: int) -> None:
    """One transaction: a crash leaves the claim, or the entry and no claim."""
    async with opened(opening) as store:
        await store.remember_sent(entry(key()))
        await store.claim(key())
        await store.claim(key(index=1))
        await store.remember_sent(entry(key(), minutes=minutes))
    async with opened(opening) as store:
        assert await store.claim(key())
        assert not await store.claim(key(index=1))


async def test_writes_of_several_callers_keep_their_order(opening: Opening) -> None:
    """What was asked for last is what is there, however the requests share transactions."""
    async with opened(opening) as store, asyncio.TaskGroup() as callers:
        for minutes in range(300):
            callers.create_task(store.keep_alerts([alert(minutes=minutes)]))
            if minutes % 7 == 0:
                callers.create_task(store.forget_alerts([alert().labels]))
            if minutes % 5 == 0:
                callers.create_task(store.keep_alerts([alert(said=str(minutes))]))
        callers.create_task(store.keep_alerts([alert(minutes=999)]))
        loading = callers.create_task(store.load_alerts())
    assert loading.result() == [alert(minutes=999)]
    async with opened(opening) as store:
        assert await store.load_alerts() == [alert(minutes=999)]


async def test_a_caller_that_gives_up_does_not_take_its_write_back(opening: Opening) -> None:
    """A sender that hangs up early harms nobody, and what it sent may well be kept."""
    async with opened(opening) as store:
        async with asyncio.TaskGroup() as callers:
            patient = callers.create_task(store.keep_alerts([alert("A")]))
            hasty = callers.create_task(store.keep_alerts([alert("B")]))
            await asyncio.sleep(0)
            hasty.cancel()
        assert patient.done()
        assert set(by_labels(await store.load_alerts())) == {alert("A").labels, alert("B").labels}


async def test_closing_finishes_what_was_asked_for(opening: Opening) -> None:
    """Requests that wait at that moment are written; later ones are refused."""
    store = await opening()
    async with asyncio.TaskGroup() as callers:
        for number in range(50):
            callers.create_task(store.keep_alerts([alert(str(number))]))
        await asyncio.sleep(0)
        await store.close()
    await store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.keep_alerts([alert()])
    async with opened(opening) as again:
        assert len(await again.load_alerts()) == 50
