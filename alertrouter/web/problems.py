"""Errors as answers, mapped in one table. Endpoints raise; nobody else builds an error answer."""

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from alertrouter import errors

RETRY_AFTER: Final = {"Retry-After": "5"}

# Overload is 503 and never 429: Alertmanager drops a notification that is answered with 429.
STATUS: Final[Mapping[type[errors.AlertrouterError], int]] = {
    errors.BadPayload: 400,
    errors.TooLarge: 413,
    errors.Overloaded: 503,
    errors.StoreUnavailable: 503,
}


async def as_problem(_: Request, error: Exception) -> Response:
    """Answer ``{"code": …, "message": …}``, the shape Alertmanager's API uses."""
    code = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    headers = RETRY_AFTER if code == 503 else None
    return JSONResponse({"code": code, "message": str(error)}, status_code=code, headers=headers)


async def hung_up(_: Request, __: Exception) -> Response:
    """Answer a sender that went away in the middle of its request; nobody reads it."""
    return Response(status_code=400)
