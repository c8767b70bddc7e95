"""Whether the service lives, whether it may be sent alerts, and what it counts."""

from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.openmetrics.exposition import (
    CONTENT_TYPE_LATEST as OPENMETRICS_TYPE,
    generate_latest as openmetrics,
)
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from alertrouter.runtime.driver import Driver
from alertrouter.runtime.metrics import Metrics


class Health:
    """The endpoints that probes and Prometheus ask."""

    def __init__(self, driver: Driver, metrics: Metrics) -> None:
        self._driver = driver
        self._metrics = metrics

    async def healthy(self, _: Request) -> Response:
        """GET /-/healthy: 200 as long as the event loop turns."""
        return PlainTextResponse("OK")

    async def ready(self, _: Request) -> Response:
        """GET /-/ready: 200 once the state is loaded, 503 before that and while stopping."""
        if self._driver.is_running:
            return PlainTextResponse("OK")
        return PlainTextResponse("starting or stopping", status_code=503)

    async def metrics(self, request: Request) -> Response:
        """GET /metrics: Prometheus' text format, or OpenMetrics for those who ask for it."""
        engine, state = self._driver.engine, self._metrics.state
        now = self._driver.now()
        active = sum(not known.alert.is_resolved(now) for known in engine.shelf.values())
        state.alerts.labels("active").set(active)
        state.groups.set(len(engine.groups))
        state.log_entries.set(engine.log_size)
        if "application/openmetrics-text" in request.headers.get("accept", ""):
            text = openmetrics(self._metrics.registry)  # type: ignore[no-untyped-call]
            return Response(text, media_type=OPENMETRICS_TYPE)
        return Response(generate_latest(self._metrics.registry), media_type=CONTENT_TYPE_LATEST)
