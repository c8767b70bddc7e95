"""What every channel is: two pure functions around an exchange that the transport performs.

``render`` turns a notification into requests; ``classify`` turns an answer into an outcome. Neither
does I/O, retries, waits or logs. Secrets stay closed in the requests; the transport reveals them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol, TypeAlias

from alertrouter.channels.http_config import HttpConfig
from alertrouter.channels.smtp_config import SmtpConfig
from alertrouter.model.notification import Notification
from alertrouter.model.secret import Secret, SecretSource

Json: TypeAlias = bool | int | float | str | Secret | Sequence["Json"] | Mapping[str, "Json"] | None


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One HTTP request. ``json`` may hold secrets; the transport writes them out.

    ``timeout`` bounds one attempt (None: only the notification's deadline does).
    """

    url: SecretSource
    json: Json
    config: HttpConfig
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail: the finished RFC 5322 message and its envelope."""

    message: bytes
    sender: str
    recipients: tuple[str, ...]
    config: SmtpConfig


@dataclass(frozen=True, slots=True)
class Printout:
    """One block of text for standard output."""

    text: str


Request: TypeAlias = HttpRequest | Mail | Printout


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is to be sent, in order.

    ``fault`` names a template that failed; the requests then carry a plain text instead.
    """

    requests: tuple[Request, ...]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A complete answer of an HTTP server; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class MailAnswer:
    """What the SMTP server said last; 250 after the final dot means it took the mail.

    ``refused`` has the recipients it did not want, with its reply to each. If it wanted none of
    them, ``code`` is its reply to one, a temporary refusal if there was one.
    """

    code: int
    text: str
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Printed:
    """Standard output took the text."""


class NoAnswerCause(StrEnum):
    """Why there is no answer."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CUT_OFF = "cut off"
    TLS = "TLS failed"
    REDIRECTED = "redirected too often"


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The exchange broke down. ``detail`` never holds a URL or another secret."""

    cause: NoAnswerCause
    detail: str


Answer: TypeAlias = HttpAnswer | MailAnswer | Printed | NoAnswer


class FailureReason(StrEnum):
    """The ``reason`` label of Alertmanager's failure metrics."""

    OTHER = "other"
    CLIENT_ERROR = "clientError"
    SERVER_ERROR = "serverError"
    AUTH_ERROR = "authError"
    RATE_LIMITED = "rateLimited"
    CONTEXT_CANCELED = "contextCanceled"
    CONTEXT_DEADLINE_EXCEEDED = "contextDeadlineExceeded"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The other end took it."""

    detail: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """It may work later: after ``after`` if the other end said so, else after a usual pause."""

    because: str
    after: timedelta | None = None
    reason: FailureReason = FailureReason.OTHER


@dataclass(frozen=True, slots=True)
class Rejected:
    """The same request would fail again; ``because`` says what the other end holds against it."""

    because: str
    reason: FailureReason = FailureReason.OTHER


Outcome: TypeAlias = Accepted | Retry | Rejected


class Channel(Protocol):
    """One way to reach people, as configured in one place of routes.yaml."""

    def render(self, notification: Notification) -> Rendered:
        """Return what to send; where a template failed, a plain text takes its place.

        Raises TemplateFailed only if the template of the destination itself failed (a URL, the
        recipients of a mail): then there is nowhere to send the plain text to.
        """
        ...

    def classify(self, answer: Answer) -> Outcome:
        """Say what an answer means, by the rules of this kind of receiver."""
        ...
