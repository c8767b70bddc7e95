"""The HTTP surface: which path is answered by whom."""

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from alertrouter.errors import ConfigError
from alertrouter.runtime.wiring import Service
from alertrouter.web.health import Health
from alertrouter.web.intake import LARGEST_BODY, Endpoint, Intake
from alertrouter.web.problems import STATUS, as_problem, hung_up


def build_app(service: Service, *, largest_body: int = LARGEST_BODY) -> Starlette:
    """Return the ASGI application over a running service."""
    intake = Intake(service.driver, service.metrics.intake, service.mode, largest_body)
    health = Health(service.driver, service.metrics)

    async def reload(_: Request) -> Response:
        """POST /-/reload: 200 when the new configuration is in effect, 500 if it cannot be."""
        try:
            await service.reloader.reload()
        except ConfigError as error:
            return PlainTextResponse(f"failed to reload config: {error}", status_code=500)
        return Response()

    return Starlette(
        routes=[
            Route("/webhook", Endpoint(intake.post_webhook), methods=["POST"]),
            Route("/api/v2/alerts", Endpoint(intake.post_api_alerts), methods=["POST"]),
            Route("/-/healthy", health.healthy),
            Route("/-/ready", health.ready),
            Route("/-/reload", reload, methods=["POST"]),
            Route("/metrics", health.metrics),
        ],
        exception_handlers={**dict.fromkeys(STATUS, as_problem), ClientDisconnect: hung_up},
    )
