"""What the answer of an HTTP server means, for receivers without rules of their own.

2xx is success. 5xx, and the statuses that ask to come again, are worth a retry, after as long as
``Retry-After`` says. Everything else would fail again.
"""

import math
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from alertrouter.channels.contract import (
    Accepted,
    Answer,
    FailureReason,
    HttpAnswer,
    NoAnswer,
    Outcome,
    Rejected,
    Retry,
)
from alertrouter.rendering.cleaning import excerpt

COME_AGAIN: Final = frozenset({408, 425, 429})
LONGEST_PAUSE: Final = timedelta(days=1)
_REASONS: Final[Mapping[int, FailureReason]] = {
    401: FailureReason.AUTH_ERROR,
    403: FailureReason.AUTH_ERROR,
    429: FailureReason.RATE_LIMITED,
}


def http_outcome(answer: Answer, retried_statuses: Collection[int] = COME_AGAIN) -> Outcome:
    """Classify an answer by its status; statuses outside 5xx are retried only if listed."""
    match answer:
        case NoAnswer():
            return no_answer(answer)
        case HttpAnswer(status=status) if status // 100 == 2:
            return Accepted(f"HTTP {status}")
        case HttpAnswer(status=status):
            because, reason = refusal(answer), failure_reason(status)
            if status // 100 == 5 or status in retried_statuses:
                return Retry(because, retry_after(answer), reason)
            return Rejected(because, reason)
        case _:
            raise TypeError(f"{type(answer).__name__} is not the answer of an HTTP server")


def no_answer(answer: NoAnswer) -> Retry:
    """Classify an exchange that broke down: it may work the next time."""
    return Retry(f"{answer.cause}: {answer.detail}" if answer.detail else str(answer.cause))


def refusal(answer: HttpAnswer) -> str:
    """Say what the server answered: the status and the beginning of its words."""
    words = excerpt(answer.body.decode(errors="replace"))
    status = f"unexpected status code {answer.status}"
    if answer.status // 100 == 3:
        status += " (a redirect that was not followed)"
    return f"{status}: {words}" if words else status


def failure_reason(status: int) -> FailureReason:
    """Return the word for metrics."""
    if status in _REASONS:
        return _REASONS[status]
    return {4: FailureReason.CLIENT_ERROR, 5: FailureReason.SERVER_ERROR}.get(
        status // 100, FailureReason.OTHER
    )


def retry_after(answer: HttpAnswer) -> timedelta | None:
    """Return how long the server wants to be left alone; None if it does not say.

    Seconds may have a fraction. A date (RFC 9110) counts from the answer's own Date, so that clocks
    need not agree; without one it says nothing.
    """
    text = answer.headers.get("retry-after", "").strip()
    seconds = _seconds(text)
    if seconds is None:
        until, now = _moment(text), _moment(answer.headers.get("date", ""))
        if until is None or now is None:
            return None
        seconds = (until - now).total_seconds()
    return timedelta(seconds=min(max(seconds, 0.0), LONGEST_PAUSE.total_seconds()))


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
