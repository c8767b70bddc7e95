"""``webhook_configs``: the notification as JSON, in the form of Alertmanager's webhooks."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from pydantic import field_validator

from alertrouter.channels.contract import Answer, HttpRequest, Outcome, Rendered
from alertrouter.channels.exclusive import one_source
from alertrouter.channels.global_section import GlobalSection
from alertrouter.channels.http_config import HttpConfig
from alertrouter.channels.http_outcome import http_outcome
from alertrouter.channels.setting import ChannelSetting
from alertrouter.channels.unsupported import Unsupported
from alertrouter.errors import TemplateFailed
from alertrouter.model.notification import Notification
from alertrouter.model.secret import MASK, Secret, SecretSource
from alertrouter.rendering.context import view
from alertrouter.rendering.templates import Wording, is_template
from alertrouter.wire.alertmanager_webhook import webhook_body
from alertrouter.wire.scalar_grammar import parse_secret_url
from alertrouter.wire.scalars import (
    GoDuration,
    SecretPath,
    SecretText,
    Section,
    YamlBool,
    YamlUint,
)


class WebhookSettings(Section):
    """One entry of ``webhook_configs``. A URL may be a template; one in a file may not."""

    send_resolved: YamlBool = True
    url: SecretText | None = None
    url_file: SecretPath = None
    http_config: HttpConfig | None = None
    max_alerts: YamlUint = 0
    timeout: GoDuration = timedelta()
    payload: Unsupported = None

    @field_validator("url")
    @classmethod
    def _is_a_url(cls, url: Secret | None) -> Secret | None:
        text = url.reveal() if url else ""
        return (
            url if not text or text == MASK or is_template(text) else Secret(parse_secret_url(text))
        )

    def completed(self, given: GlobalSection) -> Self:
        """Take from ``global`` what is not set here. Raises ValueError for what is missing."""
        if one_source("url", self.url, self.url_file) is None:
            raise ValueError("one of url or url_file must be configured")
        return self.model_copy(update={"http_config": self.http_config or given.http_config})


@dataclass(frozen=True, slots=True)
class Webhook:
    """Posts every notification to one URL."""

    url: SecretSource | Wording
    config: HttpConfig
    most: int
    timeout: timedelta | None
    external_url: str

    def render(self, notification: Notification) -> Rendered:
        """Return the request. Raises TemplateFailed if the URL is a template that failed."""
        url = self.url
        if isinstance(url, Wording):
            url = Secret(_checked(url, url.rendered(view(notification, self.external_url)).strip()))
        body = webhook_body(notification, external_url=self.external_url, most=self.most)
        return Rendered((HttpRequest(url, body, self.config, timeout=self.timeout),))

    def classify(self, answer: Answer) -> Outcome:
        """Go by the status."""
        return http_outcome(answer)


def _checked(wording: Wording, url: str) -> str:
    try:
        return parse_secret_url(url)
    except ValueError as error:
        raise TemplateFailed(wording.place, f"it did not give a URL: {error}") from None


def open_webhook(settings: WebhookSettings, setting: ChannelSetting) -> Webhook:
    """Build the channel of *settings* that are complete."""
    source = one_source("url", settings.url, settings.url_file)
    if source is None:
        raise ValueError("one of url or url_file must be configured")
    if isinstance(source, Secret) and is_template(source.reveal()):
        url: SecretSource | Wording = setting.wording("url", source.reveal())
    else:
        url = source
    return Webhook(
        url=url,
        config=settings.http_config or HttpConfig(),
        most=settings.max_alerts,
        timeout=settings.timeout or None,
        external_url=setting.external_url,
    )
