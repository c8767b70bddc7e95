"""One notification on its way: claim, send, try again, report.

Rules of this file:
1. Nothing is sent twice by one process at a time: the engine asks for a key only once, and the
   claim in the store tells the next process if this one dies in between.
2. The claim is given back with the log entry, or when the delivery has failed. A store that
   cannot be written does not keep people from being told.
3. This is the only place that catches every exception: a bug in one channel must not stop the
   others. It ends as a failed delivery, with a log event and a metric, and is looked at again at
   the group's next flush.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeAlias, assert_never

import structlog
from structlog.typing import FilteringBoundLogger

from alertrouter.channels.contract import (
    Accepted,
    Channel,
    FailureReason,
    HttpRequest,
    Outcome,
    Rejected,
    Request,
    Retry,
)
from alertrouter.engine.commands import Notify
from alertrouter.engine.events import Delivered, DeliveryFailed
from alertrouter.errors import Overloaded, SecretUnreadable, StoreUnavailable, TemplateFailed
from alertrouter.model.notification import LogKey
from alertrouter.runtime.clock import Clock
from alertrouter.runtime.metrics import Metrics
from alertrouter.runtime.retries import Pauses
from alertrouter.runtime.transport import Transport
from alertrouter.stores.contract import Claims

log = structlog.get_logger()

# One attempt never takes longer, whatever the deadline; then the connection counts as dead.
LONGEST_ATTEMPT: Final = timedelta(seconds=60)
# How many notifications one integration sends at the same moment.
SEATS: Final = 64


@dataclass(frozen=True, slots=True)
class Outlet:
    """A channel and the limit on how much it sends at once."""

    channel: Channel
    seats: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SEATS))


# By receiver name, kind and index, as configured.
Outlets: TypeAlias = Mapping[tuple[str, str, int], Outlet]


@dataclass(slots=True)
class _Course:
    """How a delivery has gone so far."""

    attempts: int = 0
    failure: Retry | Rejected | None = None


class Courier:
    """Delivers notifications through their channels; one ``deliver`` call each."""

    def __init__(
        self,
        transport: Transport,
        claims: Claims,
        clock: Clock,
        metrics: Metrics,
        pauses: Pauses | None = None,
    ) -> None:
        self._transport = transport
        self._claims = claims
        self._clock = clock
        self._metrics = metrics
        self._pauses = pauses or Pauses()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Make no more attempts: what waits for one fails now, what is being sent goes on."""
        self._stopping.set()

    async def deliver(self, notify: Notify, outlet: Outlet) -> Delivered | DeliveryFailed:
        """Carry one notification to its end, by its deadline at the latest; never raises."""
        note, course = notify.notification, _Course()
        key = note.key
        told = log.bind(
            receiver=key.receiver,
            integration=f"{key.kind}[{key.index}]",
            group=key.group_key,
            reason=str(note.reason),
        )
        self._metrics.notifications.flushes.labels(key.kind).inc()
        began = self._clock.now()
        await self._claim(key, told)
        try:
            async with asyncio.timeout((notify.deadline - self._clock.now()).total_seconds()):
                is_delivered = await self._send_all(notify, outlet, course, told)
        except TimeoutError:
            is_delivered = False
        except TemplateFailed as error:
            course.failure = Rejected(str(error))
            is_delivered = False
        except Exception as error:  # noqa: BLE001  rule 3
            told.error("delivery crashed", exc_info=True)
            course.failure = Rejected(f"a mistake in alertrouter: {type(error).__name__}")
            is_delivered = False
        seconds = round((self._clock.now() - began).total_seconds(), 3)
        told = told.bind(attempts=course.attempts, seconds=seconds)
        if not is_delivered:
            await self._release(key, told)
            self._tell_failure(notify, course, told)
            return DeliveryFailed(notify.flush, key)
        self._metrics.notifications.told.labels(key.receiver, key.kind, note.reason).inc()
        told.info("notification delivered", firing=len(note.firing), resolved=len(note.resolved))
        return Delivered(notify.flush, key)

    def _tell_failure(self, notify: Notify, course: _Course, told: FilteringBoundLogger) -> None:
        failure = course.failure or Retry(
            "no attempt came to an end", reason=FailureReason.CONTEXT_DEADLINE_EXCEEDED
        )
        kind = notify.notification.key.kind
        self._metrics.notifications.failed.labels(kind, failure.reason).inc()
        next_try = str(notify.decision.next_flush)
        told.error("notification failed", because=failure.because, next_try=next_try)

    async def _claim(self, key: LogKey, told: FilteringBoundLogger) -> None:
        try:
            if not await self._claims.claim(key):
                self._metrics.notifications.maybe_repeated.inc()
                told.warning("an earlier process may have sent this already")
        except (StoreUnavailable, Overloaded) as error:
            told.warning("sending without a claim", because=str(error))

    async def _release(self, key: LogKey, told: FilteringBoundLogger) -> None:
        try:
            await self._claims.release(key)
        except (StoreUnavailable, Overloaded) as error:
            told.warning("claim not given back", because=str(error))

    async def _send_all(
        self,
        notify: Notify,
        outlet: Outlet,
        course: _Course,
        told: FilteringBoundLogger,
    ) -> bool:
        note = notify.notification
        rendered = outlet.channel.render(note)
        if rendered.fault:
            self._metrics.notifications.template_faults.labels(
                note.key.receiver, note.key.kind
            ).inc()
            told.error("a template failed, a plain text is sent", because=rendered.fault)
        for request in rendered.requests:
            if not await self._send(request, notify, outlet, course, told):
                return False
        return True

    async def _send(
        self,
        request: Request,
        notify: Notify,
        outlet: Outlet,
        course: _Course,
        told: FilteringBoundLogger,
    ) -> bool:
        attempt = 0
        while True:
            attempt += 1
            course.attempts += 1
            began = self._clock.now()
            async with outlet.seats:
                outcome = await self._attempt(request, notify, outlet.channel)
            match outcome:
                case Accepted():
                    return True
                case Rejected():
                    course.failure = outcome
                    return False
                case Retry(because=because, after=asked):
                    course.failure = outcome
                    pause = self._pauses.after(attempt, asked) - (self._clock.now() - began)
                    told.warning(
                        "attempt failed",
                        attempt=attempt,
                        because=because,
                        again_in=max(0.0, round(pause.total_seconds(), 1)),
                    )
                    if not await self._paused(pause, notify):
                        return False
                case _:
                    assert_never(outcome)

    async def _paused(self, pause: timedelta, notify: Notify) -> bool:
        """Wait for the next attempt; False if there is none, for lack of time or of a service."""
        if self._clock.now() + pause >= notify.deadline:
            return False
        try:
            async with asyncio.timeout(max(0.0, pause.total_seconds())):
                await self._stopping.wait()
        except TimeoutError:
            return True
        return False

    async def _attempt(self, request: Request, notify: Notify, channel: Channel) -> Outcome:
        kind = notify.notification.key.kind
        began = self._clock.now()
        limit = min(notify.deadline - began, LONGEST_ATTEMPT)
        if isinstance(request, HttpRequest) and request.timeout:
            limit = min(limit, request.timeout)
        self._metrics.attempts.made.labels(kind).inc()
        try:
            answer = await self._transport.perform(request, timeout=limit.total_seconds())
            outcome = channel.classify(answer)
        except SecretUnreadable as error:
            outcome = Retry(str(error))
        self._metrics.attempts.latency.labels(kind).observe(
            (self._clock.now() - began).total_seconds()
        )
        if not isinstance(outcome, Accepted):
            self._metrics.attempts.failed.labels(kind).inc()
        return outcome
