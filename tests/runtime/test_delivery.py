"""One notification on its way: tried again, given up, never raising, never without a trace."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from alertrouter.channels.contract import (
    Accepted,
    Answer,
    FailureReason,
    Outcome,
    Printed,
    Printout,
    Rejected,
    Rendered,
    Request,
    Retry,
)
from alertrouter.engine.commands import Notify
from alertrouter.engine.events import Delivered, DeliveryFailed
from alertrouter.errors import SecretUnreadable, StoreUnavailable, TemplateFailed
from alertrouter.model.labels import Labels
from alertrouter.model.notification import Decision, LogKey, Notification, Reason
from alertrouter.runtime.clock import SystemClock
from alertrouter.runtime.delivery import Courier, Outlet
from alertrouter.runtime.metrics import Metrics
from alertrouter.runtime.retries import Pauses
from alertrouter.stores.sqlite import SqliteStore

KEY = LogKey('{}:{alertname="A"}', "team", "log", 0)
case = pytest.param
AGAIN, GOOD, BAD = Retry("busy"), Accepted(), Rejected("no", FailureReason.AUTH_ERROR)


class ScriptedChannel:
    """A channel that renders *parts* requests and classifies answers as it was told to."""

    def __init__(self, outcomes: Sequence[Outcome], parts: int = 1) -> None:
        self.left = list(outcomes)
        self.parts = parts

    def render(self, notification: Notification) -> Rendered:
        return Rendered(tuple(Printout(f"part {n}") for n in range(self.parts)))

    def classify(self, answer: Answer) -> Outcome:
        return self.left.pop(0) if len(self.left) > 1 else self.left[0]


class NotedTransport:
    """A transport that notes what it was asked to send; raises *trouble* first if there is any."""

    def __init__(self, trouble: Sequence[Exception] = ()) -> None:
        self.sent: list[str] = []
        self.trouble = list(trouble)

    async def perform(self, request: Request, *, timeout: float) -> Answer:  # noqa: ASYNC109
        if self.trouble:
            raise self.trouble.pop(0)
        assert isinstance(request, Printout)
        assert timeout > 0
        self.sent.append(request.text)
        return Printed()


class ClosedStore:
    """Claims of a store that is out of reach."""

    async def claim(self, key: LogKey) -> bool:
        raise StoreUnavailable("disk full")

    async def release(self, key: LogKey) -> None:
        raise StoreUnavailable("disk full")


def notify(clock: SystemClock, seconds: float = 5) -> Notify:
    now = clock.now()
    deadline = now + timedelta(seconds=seconds)
    decision = Decision(
        key=KEY, route_id="{}", at=now, reason=Reason.FIRST, held=None, firing=1, resolved=0,
        last_told=None, quiet_until=None, next_flush=deadline,
    )  # fmt: skip
    note = Notification(
        key=KEY, reason=Reason.FIRST, at=now, alerts=(), group_labels=Labels({"alertname": "A"})
    )
    return Notify(7, note, decision, deadline)


async def deliver(
    channel: object, transport: NotedTransport, claims: object, seconds: float = 5
) -> tuple[Delivered | DeliveryFailed, Metrics]:
    clock, metrics = SystemClock(), Metrics()
    pauses = Pauses(first=timedelta(milliseconds=1), longest=timedelta(milliseconds=2))
    courier = Courier(transport, claims, clock, metrics, pauses)  # type: ignore[arg-type]
    event = await courier.deliver(notify(clock, seconds), Outlet(channel))  # type: ignore[arg-type]
    return event, metrics


def counted(metrics: Metrics, name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize(
    ("outcomes", "parts", "expected", "sent"),
    [
        case([GOOD], 1, Delivered, ["part 0"], id="at once"),
        case([AGAIN, AGAIN, GOOD], 1, Delivered, ["part 0"] * 3, id="third time lucky"),
        case([BAD], 1, DeliveryFailed, ["part 0"], id="rejected is not tried again"),
        case([AGAIN, BAD], 1, DeliveryFailed, ["part 0"] * 2, id="rejected at last"),
        case(
            [GOOD, AGAIN, GOOD], 2, Delivered, ["part 0", "part 1", "part 1"],
            id="a part that was taken is not sent again",
        ),
        case([GOOD, BAD], 2, DeliveryFailed, ["part 0", "part 1"], id="the second part rejected"),
    ],
)  # fmt: skip
async def test_attempts(
    outcomes: list[Outcome], parts: int, expected: type, sent: list[str], tmp_path: Path
) -> None:
    """What is tried again and what is not."""
    transport = NotedTransport()
    store = await SqliteStore.open(tmp_path / "state.db")
    event, _ = await deliver(ScriptedChannel(outcomes, parts), transport, store)
    assert (type(event), event.flush, event.key) == (expected, 7, KEY)
    assert transport.sent == sent
    await store.close()


async def test_the_deadline_ends_it() -> None:
    """A receiver that is busy for ever costs a delivery no more than its time."""
    transport = NotedTransport()
    event, metrics = await deliver(ScriptedChannel([AGAIN]), transport, ClosedStore(), seconds=0.05)
    assert isinstance(event, DeliveryFailed)
    assert len(transport.sent) > 1
    failed = "alertmanager_notifications_failed_total"
    assert counted(metrics, failed, integration="log", reason="other") == 1


async def test_a_pause_past_the_deadline_is_not_waited_for() -> None:
    """The group looks again at its next flush; nobody gains by sitting here."""
    transport = NotedTransport()
    hour = Retry("come back in an hour", timedelta(hours=1), FailureReason.RATE_LIMITED)
    event, metrics = await deliver(ScriptedChannel([hour]), transport, ClosedStore())
    assert isinstance(event, DeliveryFailed)
    assert len(transport.sent) == 1
    failed = "alertmanager_notifications_failed_total"
    assert counted(metrics, failed, integration="log", reason="rateLimited") == 1


async def test_a_store_out_of_reach_keeps_nobody_from_being_told() -> None:
    """The claim is for explaining repetitions, not for keeping silent."""
    transport = NotedTransport()
    event, _ = await deliver(ScriptedChannel([GOOD]), transport, ClosedStore())
    assert isinstance(event, Delivered)


async def test_a_claim_left_behind_is_counted(tmp_path: Path) -> None:
    """A process that died between sending and recording leaves it; the repetition is explained."""
    store = await SqliteStore.open(tmp_path / "state.db")
    await store.claim(KEY)
    await store.close()
    store = await SqliteStore.open(tmp_path / "state.db")
    event, metrics = await deliver(ScriptedChannel([GOOD]), NotedTransport(), store)
    assert isinstance(event, Delivered)
    assert counted(metrics, "alertrouter_notifications_maybe_repeated_total") == 1
    await store.close()


async def test_a_failed_delivery_gives_its_claim_back(tmp_path: Path) -> None:
    """Nothing was sent, so the next attempt is no repetition."""
    path = tmp_path / "state.db"
    store = await SqliteStore.open(path)
    await deliver(ScriptedChannel([BAD]), NotedTransport(), store)
    await store.close()
    store = await SqliteStore.open(path)
    assert await store.claim(KEY)
    await store.close()


async def test_a_mistake_in_a_channel_ends_as_a_failed_delivery() -> None:
    """Other deliveries do not notice."""
    event, _ = await deliver(
        ScriptedChannel([GOOD]), NotedTransport([ZeroDivisionError()]), ClosedStore()
    )
    assert isinstance(event, DeliveryFailed)


async def test_a_secret_that_cannot_be_read_is_tried_again() -> None:
    """Its file may come back: a Kubernetes Secret is swapped while it is read."""
    transport = NotedTransport([SecretUnreadable("/run/url", "No such file or directory")])
    event, _ = await deliver(ScriptedChannel([GOOD]), transport, ClosedStore())
    assert isinstance(event, Delivered)


async def test_no_address_is_a_failed_delivery() -> None:
    """A URL template that fails leaves nowhere to send a plain text to."""

    class Nowhere(ScriptedChannel):
        def render(self, notification: Notification) -> Rendered:
            raise TemplateFailed("receivers[0].webhook_configs[0].url", "it did not give a URL")

    event, _ = await deliver(Nowhere([GOOD]), NotedTransport(), ClosedStore())
    assert isinstance(event, DeliveryFailed)
