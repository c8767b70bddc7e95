"""Where alerts come in: POST /webhook and POST /api/v2/alerts.

Rules of this file:
1. 200 means: the store has every alert of the request. Good alerts of a request with bad ones are
   taken, and the answer is 400 all the same, with every bad one named.
2. Overload is 503, never 429.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Generic, NamedTuple, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from alertrouter.engine.arrival import arrived, is_zero
from alertrouter.errors import AlertrouterError, BadPayload, StoreUnavailable, TooLarge
from alertrouter.model.alert import Alert, AlertStatus
from alertrouter.model.labels import NameMode
from alertrouter.runtime.driver import Driver
from alertrouter.runtime.metrics import IntakeMetrics
from alertrouter.web.problems import STATUS
from alertrouter.wire.posted_alerts import (
    PostedAlert,
    WebhookAlert,
    decode_api_alerts,
    decode_webhook,
    subjects,
)

LARGEST_BODY: Final = 32 * 1024 * 1024


Posted = TypeVar("Posted")


class _Dialect(NamedTuple, Generic[Posted]):
    """How one endpoint's alerts are read. Without an end they live for ``lifetime``."""

    version: str
    decode: Callable[[bytes], Sequence[Posted]]
    alert: Callable[[Posted, datetime, timedelta], Alert]
    lifetime: timedelta


class Endpoint:
    """An ASGI application around a function from request to response, and nothing more.

    Starlette's own wrapper looks for exceptions once per layer, which here would cost as much as
    reading the request.
    """

    def __init__(self, answer: Callable[[Request], Awaitable[Response]]) -> None:
        self._answer: Final = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)


class Intake:
    """Turns requests into alerts and hands them to the driver."""

    def __init__(
        self, driver: Driver, metrics: IntakeMetrics, mode: NameMode, largest_body: int
    ) -> None:
        self._driver = driver
        self._metrics = metrics
        self._largest_body = largest_body
        self._subjects = subjects(mode)

    async def post_api_alerts(self, request: Request) -> Response:
        """POST /api/v2/alerts: what Prometheus and amtool send."""
        lifetime = self._driver.engine.policy.resolve_timeout
        dialect = _Dialect("v2", decode_api_alerts, self._api_alert, lifetime)
        problems = await self._taken(request, dialect)
        # As in Alertmanager the mistakes are one bare JSON string.
        return JSONResponse("\n".join(problems), status_code=400) if problems else Response()

    async def post_webhook(self, request: Request) -> Response:
        """POST /webhook: what an Alertmanager or Grafana sends."""
        lifetime = self._driver.engine.policy.stale_after
        dialect = _Dialect("webhook", decode_webhook, self._webhook_alert, lifetime)
        problems = await self._taken(request, dialect)
        if not problems:
            return Response()
        return JSONResponse({"code": 400, "message": "\n".join(problems)}, status_code=400)

    async def _taken(self, request: Request, dialect: _Dialect[Posted]) -> list[str]:
        """Take every alert that can be taken; count, and return what is wrong with the others."""
        version = dialect.version
        try:
            problems = await self._take(await self._body(request), dialect)
        except AlertrouterError as error:
            self._metrics.requests.labels(version, STATUS[type(error)]).inc()
            raise
        self._metrics.requests.labels(version, 400 if problems else 200).inc()
        if problems:
            self._metrics.invalid.labels(version).inc(len(problems))
        return problems

    async def _take(self, body: bytes, dialect: _Dialect[Posted]) -> list[str]:
        if not self._driver.is_running:
            raise StoreUnavailable("the service is starting or stopping; try again")
        now, lifetime, alert = self._driver.now(), dialect.lifetime, dialect.alert
        alerts, problems = [], []
        for position, posted in enumerate(dialect.decode(body)):
            try:
                alerts.append(alert(posted, now, lifetime))
            except ValueError as error:
                problems.append(f"alerts[{position}].{error}")
            except BadPayload as error:
                problems.append(str(error))
        self._count(alerts, now, dialect.version)
        if alerts:
            await self._driver.receive(alerts)
        return problems

    def _api_alert(self, posted: PostedAlert, now: datetime, lifetime: timedelta) -> Alert:
        """Return the alert; raises ValueError with the part that is wrong. The hot path."""
        subject = self._subjects.value(bytes(posted.labels))
        return arrived(
            subject.labels,
            subject.annotations(bytes(posted.annotations)),
            posted.starts_at,
            posted.ends_at,
            posted.generator_url or "",
            now=now,
            lifetime=lifetime,
        )

    def _webhook_alert(
        self, posted: WebhookAlert | BadPayload, now: datetime, lifetime: timedelta
    ) -> Alert:
        if isinstance(posted, BadPayload):
            raise posted
        subject = self._subjects.value(bytes(posted.labels))
        annotations = subject.annotations(bytes(posted.annotations))
        if extra := posted.grafana_annotations():
            annotations = extra | {**annotations}
        return arrived(
            subject.labels,
            annotations,
            posted.starts_at,
            _told_end(posted, now),
            posted.generator_url or "",
            now=now,
            lifetime=lifetime,
        )

    async def _body(self, request: Request) -> bytes:
        """Read the body; one that says it is, or turns out to be, too large is not read on."""
        if int(request.headers.get("content-length", 0)) > self._largest_body:
            raise TooLarge(self._largest_body)
        chunks: list[bytes] = []
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > self._largest_body:
                raise TooLarge(self._largest_body)
            chunks.append(chunk)
        return b"".join(chunks)

    def _count(self, alerts: Sequence[Alert], now: datetime, version: str) -> None:
        resolved = sum([alert.ends_at <= now for alert in alerts])
        for status, number in (
            (AlertStatus.FIRING, len(alerts) - resolved),
            (AlertStatus.RESOLVED, resolved),
        ):
            if number:
                self._metrics.received.labels(status, version).inc(number)


def _told_end(posted: WebhookAlert, now: datetime) -> datetime | None:
    """Return the end by what the webhook says of the alert's status.

    A firing alert has none yet, whatever the sender's clock says; a resolved one is over now if
    no time is given.
    """
    if posted.status == AlertStatus.FIRING:
        return None
    if posted.status == AlertStatus.RESOLVED and (not posted.ends_at or is_zero(posted.ends_at)):
        return now
    return posted.ends_at
