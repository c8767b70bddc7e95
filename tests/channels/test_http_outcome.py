"""What statuses mean, and how long servers want to be left alone."""

from datetime import timedelta

import pytest
from msgspec import Struct

from alertrouter.channels.contract import (
    Accepted,
    FailureReason,
    HttpAnswer,
    NoAnswer,
    NoAnswerCause,
    Printed,
    Rejected,
    Retry,
)
from alertrouter.channels.http_outcome import http_outcome, retry_after
from tests.conformance.vector_files import vectors


class Row(Struct):
    """One recorded answer."""

    status: int
    ok: bool
    retry: bool


@pytest.mark.parametrize("row", vectors("misc", "retry", Row), ids=lambda row: str(row.status))
def test_without_extra_statuses_it_is_alertmanagers(row: Row) -> None:
    outcome = http_outcome(HttpAnswer(row.status, {}, b""), ())
    assert isinstance(outcome, Accepted) is row.ok
    assert isinstance(outcome, Retry) is row.retry


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (301, Rejected, FailureReason.OTHER),
        (400, Rejected, FailureReason.CLIENT_ERROR),
        (401, Rejected, FailureReason.AUTH_ERROR),
        (403, Rejected, FailureReason.AUTH_ERROR),
        (404, Rejected, FailureReason.CLIENT_ERROR),
        (408, Retry, FailureReason.CLIENT_ERROR),
        (425, Retry, FailureReason.CLIENT_ERROR),
        (429, Retry, FailureReason.RATE_LIMITED),
        (500, Retry, FailureReason.SERVER_ERROR),
        (503, Retry, FailureReason.SERVER_ERROR),
    ],
)
def test_failures_have_a_kind_and_a_reason(
    status: int, kind: type[Retry | Rejected], reason: FailureReason
) -> None:
    outcome = http_outcome(HttpAnswer(status, {}, b"no\n  such thing"))
    assert isinstance(outcome, kind)
    assert outcome.reason is reason
    assert outcome.because.startswith(f"unexpected status code {status}")
    assert outcome.because.endswith(": no such thing")


DATE = "Fri, 02 Jan 2026 03:04:05 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, None, id="none"),
        pytest.param({"retry-after": "7"}, 7, id="whole seconds"),
        pytest.param({"retry-after": " 0.25 "}, 0.25, id="a fraction"),
        pytest.param({"retry-after": "-5"}, 0, id="in the past"),
        pytest.param({"retry-after": "1e300"}, 86_400, id="for ever"),
        pytest.param({"retry-after": "nan"}, None, id="not a number"),
        pytest.param({"retry-after": "soon"}, None, id="words"),
        pytest.param(
            {"retry-after": "Fri, 02 Jan 2026 03:05:05 GMT", "date": DATE}, 60, id="a date"
        ),
        pytest.param(
            {"retry-after": "Fri, 02 Jan 2026 03:00:00 GMT", "date": DATE}, 0, id="a past date"
        ),
        pytest.param({"retry-after": "Fri, 02 Jan 2026 03:05:05 GMT"}, None, id="no date to count"),
        pytest.param({"retry-after": "Fri, 99 Jan", "date": DATE}, None, id="no such date"),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    answer = HttpAnswer(429, headers, b"")
    assert retry_after(answer) == expected
    assert http_outcome(answer) == Retry(
        "unexpected status code 429", expected, FailureReason.RATE_LIMITED
    )


@pytest.mark.parametrize("cause", NoAnswerCause)
def test_no_answer_is_worth_a_retry(cause: NoAnswerCause) -> None:
    assert http_outcome(NoAnswer(cause, "why")) == Retry(f"{cause}: why")


def test_the_answer_of_something_else_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="Printed is not the answer of an HTTP server"):
        http_outcome(Printed())
