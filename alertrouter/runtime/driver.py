"""The only place where a decision meets the world.

Rules of this file:
1. Every event goes through ``_happen``: the engine decides, the commands are carried out. Both
   happen on the event loop, one event at a time; nothing else touches the engine.
2. Whoever posts alerts is answered only after the store has them. The engine knows them a moment
   earlier: telling people early does no harm, acknowledging early would.
3. Every task has an owner: the task group of ``run``.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Final, assert_never

import structlog

from alertrouter.engine.commands import (
    Command,
    ForgetAlerts,
    ForgetSent,
    KeepAlerts,
    Notify,
    RecordHeld,
    RememberSent,
)
from alertrouter.engine.core import Engine
from alertrouter.engine.events import (
    AlertsReceived,
    ClockStepped,
    DeadlineReached,
    Event,
    PolicyChanged,
    Restored,
)
from alertrouter.engine.policy import Policy
from alertrouter.errors import Overloaded, StoreUnavailable
from alertrouter.model.alert import Alert
from alertrouter.runtime.clock import Clock
from alertrouter.runtime.delivery import Courier, Outlet, Outlets
from alertrouter.runtime.metrics import Metrics
from alertrouter.runtime.retries import Pauses
from alertrouter.stores.contract import Store

log = structlog.get_logger()

# The wall clock is compared with the monotonic one at least this often.
CLOCK_CHECK: Final = timedelta(seconds=5)
# A write that nobody waits for is tried again this often before it is given up, loudly.
WRITE_ATTEMPTS: Final = 20
# Deliveries under way get this long to finish at shutdown; the others are left to the next start.
LAST_WORDS: Final = timedelta(seconds=4)


class Driver:
    """Runs one engine on the real clock, with a real store and real deliveries."""

    def __init__(
        self,
        policy: Policy,
        outlets: Outlets,
        store: Store,
        courier: Courier,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._engine = Engine(policy, now=clock.now())
        self._outlets = outlets
        self._store = store
        self._courier = courier
        self._clock = clock
        self._metrics = metrics
        self._pauses = Pauses()
        self._tasks: asyncio.TaskGroup | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._sooner = asyncio.Event()
        self._awaited = clock.now()
        self._is_stopping = False

    @property
    def engine(self) -> Engine:
        """The engine; to look at, not to change."""
        return self._engine

    @property
    def is_running(self) -> bool:
        """Whether the state is loaded and the service neither starts nor stops."""
        return self._tasks is not None and not self._is_stopping

    def now(self) -> datetime:
        """Return the moment that the engine would be told."""
        return self._clock.now()

    async def receive(self, alerts: Sequence[Alert]) -> None:
        """Take in alerts; returns when they are durable.

        Raises StoreUnavailable or Overloaded if they are not; people are told all the same.
        """
        commands = self._engine.handle(AlertsReceived(alerts), now=self._clock.now())
        self._look_sooner()
        for command in commands:
            if isinstance(command, KeepAlerts):
                await self._store.keep_alerts(command.alerts)
            else:
                self._carry_out(command)

    def change(self, policy: Policy, outlets: Outlets) -> None:
        """Put another configuration into effect, between two events."""
        self._outlets = outlets
        self._happen(PolicyChanged(policy))

    def stop(self) -> None:
        """Ask ``run`` to come to an end."""
        self._is_stopping = True
        self._courier.stop()
        self._sooner.set()

    async def run(self) -> None:
        """Restore the state, then keep time until ``stop``. Call once."""
        alerts, entries = await self._store.load_alerts(), await self._store.load_log()
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            self._happen(Restored(alerts, entries))
            log.info("state restored", alerts=len(alerts), log_entries=len(entries))
            while not self._is_stopping:
                await self._keep_time()
            await self._finish()

    async def _keep_time(self) -> None:
        """Hand the engine what is due, or sleep until something is."""
        if jump := self._clock.jumped():
            self._metrics.state.clock_jumps.inc()
            log.warning("the wall clock jumped", seconds=round(jump.total_seconds(), 3))
            self._happen(ClockStepped(jump.total_seconds()))
        now, due = self._clock.now(), self._engine.next_deadline()
        if due <= now:
            self._metrics.state.lateness.observe((now - due).total_seconds())
            self._happen(DeadlineReached())
            await asyncio.sleep(0)  # let requests and answers in between two slices
            return
        self._awaited = due
        self._sooner.clear()
        try:
            async with asyncio.timeout(min(due - now, CLOCK_CHECK).total_seconds()):
                await self._sooner.wait()
        except TimeoutError:
            return  # the moment has come

    def _look_sooner(self) -> None:
        if self._engine.next_deadline() < self._awaited:
            self._sooner.set()

    def _happen(self, event: Event) -> None:
        for command in self._engine.handle(event, now=self._clock.now()):
            self._carry_out(command)
        self._look_sooner()

    def _carry_out(self, command: Command) -> None:
        match command:
            case Notify():
                # Looked up now: a reload may take the outlet away before the task begins.
                key = command.notification.key
                outlet = self._outlets[key.receiver, key.kind, key.index]
                self._own(self._deliver(command, outlet))
            case RecordHeld(decision=decision):
                self._metrics.notifications.held.labels(decision.held).inc()
                log.debug(
                    "held",
                    receiver=str(decision.key),
                    group=decision.key.group_key,
                    cause=str(decision.held),
                    next_flush=str(decision.next_flush),
                )
            case RememberSent() | ForgetAlerts() | ForgetSent():
                self._own(self._persist(command))
            case KeepAlerts():
                raise AssertionError("alerts are kept where their sender waits, in receive")
            case _:
                assert_never(command)

    def _own(self, work: Coroutine[None, None, None]) -> None:
        if self._tasks is None:
            raise RuntimeError("the driver is not running")
        task = self._tasks.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _deliver(self, notify: Notify, outlet: Outlet) -> None:
        with self._metrics.notifications.in_flight.track_inprogress():
            event = await self._courier.deliver(notify, outlet)
        self._happen(event)

    async def _persist(self, command: RememberSent | ForgetAlerts | ForgetSent) -> None:
        """Write what no sender waits for.

        What was told is tried again for a while; in memory it holds all along, and only a restart
        would repeat it. What could not be forgotten is forgotten after the next restart.
        """
        for attempt in range(1, WRITE_ATTEMPTS + 1):
            try:
                await self._write(command)
            except (StoreUnavailable, Overloaded) as error:
                self._metrics.state.store_failures.inc()
                log.error(
                    "not persisted",
                    what=type(command).__name__,
                    attempt=attempt,
                    because=str(error),
                )
                if not isinstance(command, RememberSent) or self._is_stopping:
                    return
                await asyncio.sleep(self._pauses.after(attempt, None).total_seconds())
            else:
                return

    async def _write(self, command: RememberSent | ForgetAlerts | ForgetSent) -> None:
        match command:
            case RememberSent(entry=entry):
                await self._store.remember_sent(entry)
            case ForgetAlerts(labels=labels):
                # Not those that came back before this task began: they are being kept.
                known = self._engine.shelf
                await self._store.forget_alerts([one for one in labels if one not in known])
            case ForgetSent(keys=keys):
                await self._store.forget_sent(keys)
            case _:
                assert_never(command)

    async def _finish(self) -> None:
        """Let what is being sent and written end, for a while."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LAST_WORDS.total_seconds())
        left = list(self._under_way)
        for task in left:
            task.cancel()
        if left:
            log.warning("deliveries left to the next start", count=len(left))
