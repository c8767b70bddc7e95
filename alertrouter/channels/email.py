"""``email_configs``: every notification as a mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.headerregistry import Address
from typing import Final

from alertrouter.channels.addresses import addresses
from alertrouter.channels.contract import (
    Accepted,
    Answer,
    FailureReason,
    Mail,
    MailAnswer,
    NoAnswer,
    Outcome,
    Rejected,
    Rendered,
    Retry,
)
from alertrouter.channels.email_settings import EmailSettings, EmailThreading
from alertrouter.channels.exclusive import one_source
from alertrouter.channels.http_outcome import no_answer
from alertrouter.channels.mail_message import composed, message_id, thread_headers
from alertrouter.channels.setting import ChannelSetting
from alertrouter.channels.smtp_config import SmtpConfig
from alertrouter.channels.tls_config import TlsConfig
from alertrouter.errors import TemplateFailed
from alertrouter.model.notification import Notification
from alertrouter.rendering.cleaning import excerpt
from alertrouter.rendering.context import View, view
from alertrouter.rendering.plain_text import plain_subject, plain_text
from alertrouter.rendering.templates import Wording

# RFC 4954: what servers answer to credentials they do not like.
_AUTHENTICATION: Final = frozenset({530, 534, 535, 538})
_IMPLICIT_TLS_PORT: Final = 465


@dataclass(frozen=True, slots=True)
class Email:
    """Sends every notification as one mail to all recipients."""

    config: SmtpConfig
    to: Wording
    from_: Wording
    headers: Mapping[str, Wording]
    text: Wording
    html: Wording
    threading: EmailThreading
    external_url: str

    def render(self, notification: Notification) -> Rendered:
        """Return the mail. Raises TemplateFailed if it cannot be told who it is from and for."""
        shown = view(notification, self.external_url)
        senders, recipients = _parsed(self.from_, shown), _parsed(self.to, shown)
        if len(senders) != 1:
            raise TemplateFailed(self.from_.place, "a mail comes from exactly one address")
        (sender,) = senders
        fault = None
        try:
            headers = {name: wording.rendered(shown) for name, wording in self.headers.items()}
            text, html = self.text.rendered(shown), self.html.rendered(shown)
        except TemplateFailed as failed:
            headers, html = {"Subject": plain_subject(shown)}, ""
            text, fault = plain_text(shown, failed), str(failed)
        complete = {
            "From": self.from_.rendered(shown),
            "To": self.to.rendered(shown),
            "Message-Id": message_id(notification.key, notification.at, sender.domain),
            **self._thread(notification),
            **headers,
        }
        message = composed(complete, notification.at, text, html)
        told = tuple(dict.fromkeys(one.addr_spec for one in recipients))
        return Rendered((Mail(message, sender.addr_spec, told, self.config),), fault)

    def _thread(self, notification: Notification) -> dict[str, str]:
        if not self.threading.enabled:
            return {}
        is_daily = self.threading.thread_by_date == "daily"
        day = f"{notification.at.astimezone(UTC):%Y-%m-%d}" if is_daily else ""
        return thread_headers(notification.key, day)

    def classify(self, answer: Answer) -> Outcome:
        """Go by the server's reply: 2xx took it, 4xx may later, 5xx never will.

        One recipient who got it is enough: a repetition would reach those who have it already.
        """
        match answer:
            case NoAnswer():
                return no_answer(answer)
            case MailAnswer(code=code) if code // 100 == 2:
                return Accepted(_listed(answer.refused))
            case MailAnswer(code=code):
                because = f"the mail server answered {code} {excerpt(answer.text)}".rstrip()
                if answer.refused:
                    because = f"{because} ({_listed(answer.refused)})"
                if code in _AUTHENTICATION:
                    return Rejected(because, FailureReason.AUTH_ERROR)
                return Rejected(because) if code // 100 == 5 else Retry(because)
            case _:
                raise TypeError(f"{type(answer).__name__} is not the answer of a mail server")


def _listed(refused: Mapping[str, str]) -> str:
    told = ", ".join(f"{address}: {excerpt(reply)}" for address, reply in refused.items())
    return f"refused: {told}" if told else ""


def _parsed(wording: Wording, shown: View) -> tuple[Address, ...]:
    try:
        return addresses(wording.rendered(shown))
    except ValueError as error:
        raise TemplateFailed(wording.place, str(error)) from None


def open_email(settings: EmailSettings, setting: ChannelSetting) -> Email:
    """Build the channel of *settings* that are complete. Raises TemplateFailed."""
    headers = {"Subject": "{{ email_subject() }}", **settings.headers}
    return Email(
        config=smtp_config(settings),
        to=setting.wording("to", settings.to),
        from_=setting.wording("from", settings.from_),
        headers={name: setting.wording(f"headers.{name}", text) for name, text in headers.items()},
        text=setting.wording("text", settings.text),
        html=setting.wording("html", settings.html, html=True),
        threading=settings.threading,
        external_url=setting.external_url,
    )


def smtp_config(settings: EmailSettings) -> SmtpConfig:
    """Return how to reach the server that *settings* name."""
    host, _, port = settings.smarthost.rpartition(":")
    is_implicit = settings.force_implicit_tls
    return SmtpConfig(
        host=host.removeprefix("[").removesuffix("]") or "localhost",
        port=int(port),
        hello=settings.hello,
        require_tls=settings.require_tls is not False,
        is_implicit_tls=int(port) == _IMPLICIT_TLS_PORT if is_implicit is None else is_implicit,
        tls_config=settings.tls_config or TlsConfig(),
        username=settings.auth_username,
        password=one_source("auth_password", settings.auth_password, settings.auth_password_file),
        secret=one_source("auth_secret", settings.auth_secret, settings.auth_secret_file),
        identity=settings.auth_identity,
    )
