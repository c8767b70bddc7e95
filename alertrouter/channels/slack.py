"""``slack_configs``: one message per notification, through an incoming webhook.

Text that came with alerts is kept from mentioning anybody (``<!channel>``); what the template
itself says is sent as it is.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from alertrouter.channels.contract import (
    Accepted,
    Answer,
    FailureReason,
    HttpAnswer,
    HttpRequest,
    Json,
    Outcome,
    Rejected,
    Rendered,
    Retry,
)
from alertrouter.channels.http_config import HttpConfig
from alertrouter.channels.http_outcome import http_outcome, refusal, retry_after
from alertrouter.channels.setting import ChannelSetting
from alertrouter.channels.slack_parts import ActionWording, FieldWording, present
from alertrouter.channels.slack_settings import SlackSettings
from alertrouter.errors import TemplateFailed
from alertrouter.model.notification import Notification
from alertrouter.model.secret import SecretSource
from alertrouter.rendering.cleaning import excerpt, without_mentions
from alertrouter.rendering.context import View, view
from alertrouter.rendering.plain_text import plain_text
from alertrouter.rendering.templates import Wording
from alertrouter.rendering.truncation import truncate_runes

LONGEST_TITLE: Final = 1024
LONGEST_TEXT: Final = 12_000
TEXTS: Final = (
    "channel", "username", "icon_emoji", "icon_url", "message_text", "title", "title_link",
    "pretext", "text", "fallback", "callback_id", "image_url", "thumb_url", "footer", "color",
)  # fmt: skip
_WORTH_A_RETRY: Final[Mapping[str, FailureReason]] = {
    "ratelimited": FailureReason.RATE_LIMITED,
    "rate_limited": FailureReason.RATE_LIMITED,
    "message_limit_exceeded": FailureReason.RATE_LIMITED,
    "internal_error": FailureReason.SERVER_ERROR,
    "fatal_error": FailureReason.SERVER_ERROR,
    "service_unavailable": FailureReason.SERVER_ERROR,
    "request_timeout": FailureReason.SERVER_ERROR,
}
_IDENTITY: Final = frozenset({
    "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired",
    "missing_scope", "not_allowed_token_type", "ekm_access_denied",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slack:
    """Posts every notification as one attachment with a coloured bar."""

    url: SecretSource
    config: HttpConfig
    timeout: timedelta | None
    external_url: str
    link_names: bool
    mrkdwn_in: tuple[str, ...]
    texts: Mapping[str, Wording]
    fields: tuple[FieldWording, ...]
    actions: tuple[ActionWording, ...]

    def render(self, notification: Notification) -> Rendered:
        """Return the request; if a template failed, with a plain text for the attachment."""
        shown = view(notification, self.external_url, without_mentions)
        fault = None
        try:
            body = self._body(shown)
        except TemplateFailed as failed:
            body, fault = {"text": plain_text(shown, failed)}, str(failed)
        return Rendered((HttpRequest(self.url, body, self.config, timeout=self.timeout),), fault)

    def _body(self, shown: View) -> dict[str, Json]:
        text = {name: wording.rendered(shown) for name, wording in self.texts.items()}
        attachment: dict[str, Json] = {
            **present(title=truncate_runes(text["title"], LONGEST_TITLE)[0]),
            **present(title_link=text["title_link"], pretext=text["pretext"]),
            "text": truncate_runes(text["text"], LONGEST_TEXT)[0],
            "fallback": text["fallback"],
            "callback_id": text["callback_id"],
            **present(fields=[field.rendered(shown) for field in self.fields]),
            **present(actions=[action.rendered(shown) for action in self.actions]),
            **present(image_url=text["image_url"], thumb_url=text["thumb_url"]),
            "footer": text["footer"],
            **present(color=text["color"]),
            "mrkdwn_in": self.mrkdwn_in,
        }
        return {
            **present(channel=text["channel"], username=text["username"]),
            **present(icon_emoji=text["icon_emoji"], icon_url=text["icon_url"]),
            **present(link_names=self.link_names, text=text["message_text"]),
            "attachments": [attachment],
        }

    def classify(self, answer: Answer) -> Outcome:
        """Take 2xx for success only if the body says so, as ``ok`` or as JSON."""
        outcome = http_outcome(answer)
        if not isinstance(answer, HttpAnswer) or not isinstance(outcome, Accepted):
            return outcome
        if answer.headers.get("content-type", "").startswith("application/json"):
            return _json_outcome(answer)
        if answer.body == b"ok":
            return outcome
        return Rejected(f"the body is not 'ok': {refusal(answer)}", FailureReason.CLIENT_ERROR)


def _json_outcome(answer: HttpAnswer) -> Outcome:
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return Retry(f"the answer is not JSON: {refusal(answer)}")
    if isinstance(said, dict) and said.get("ok") is True:
        return Accepted(f"HTTP {answer.status}")
    error = str(said.get("error", "")) if isinstance(said, dict) else ""
    because = f"Slack answered: {excerpt(error) or 'ok is not true'}"
    if error in _WORTH_A_RETRY:
        return Retry(because, retry_after(answer), _WORTH_A_RETRY[error])
    reason = FailureReason.AUTH_ERROR if error in _IDENTITY else FailureReason.CLIENT_ERROR
    return Rejected(because, reason)


def open_slack(settings: SlackSettings, setting: ChannelSetting) -> Slack:
    """Build the channel of *settings* that are complete. Raises TemplateFailed."""
    return Slack(
        url=settings.source,
        config=settings.http_config or HttpConfig(),
        timeout=settings.timeout or None,
        external_url=setting.external_url,
        link_names=settings.link_names,
        mrkdwn_in=settings.mrkdwn_in or ("fallback", "pretext", "text"),
        texts={name: setting.wording(name, str(getattr(settings, name))) for name in TEXTS},
        fields=tuple(
            FieldWording.compiled(field, setting, f"fields[{index}]", short=settings.short_fields)
            for index, field in enumerate(settings.fields)
        ),
        actions=tuple(
            ActionWording.compiled(action, setting, f"actions[{index}]")
            for index, action in enumerate(settings.actions)
        ),
    )
