"""What can be written under ``slack_configs``: Alertmanager's fields and defaults."""

from datetime import timedelta
from typing import Self

from pydantic import model_validator

from alertrouter.channels.exclusive import one_source
from alertrouter.channels.global_section import GlobalSection
from alertrouter.channels.http_config import HttpConfig
from alertrouter.channels.unsupported import OnlyFalse, Unsupported
from alertrouter.model.secret import SecretSource
from alertrouter.wire.scalars import (
    GoDuration,
    SecretHttpUrl,
    SecretPath,
    Section,
    Text,
    YamlBool,
)

NO_URL = "no Slack API URL nor App token set either inline or in a file: set api_url(_file)"


class SlackField(Section):
    """One row of the small table under the text."""

    title: str = ""
    value: str = ""
    short: YamlBool | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if not self.title:
            raise ValueError("missing title in Slack field configuration")
        if not self.value:
            raise ValueError("missing value in Slack field configuration")
        return self


class SlackConfirmation(Section):
    """What is asked before a button does what it does."""

    text: str = ""
    title: str = ""
    ok_text: str = ""
    dismiss_text: str = ""

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if not self.text:
            raise ValueError("missing text in Slack confirmation configuration")
        return self


class SlackAction(Section):
    """One button: a link if it has a URL, else a name and value for an application."""

    type: str = ""
    text: str = ""
    url: str = ""
    style: str = ""
    name: str = ""
    value: str = ""
    confirm: SlackConfirmation | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if not self.type:
            raise ValueError("missing type in Slack action configuration")
        if not self.text:
            raise ValueError("missing text in Slack action configuration")
        if not self.url and not self.name:
            raise ValueError("missing name or url in Slack action configuration")
        return self


class SlackSettings(Section):
    """One entry of ``slack_configs``. Every text is a template."""

    send_resolved: YamlBool = False
    api_url: SecretHttpUrl | None = None
    api_url_file: SecretPath = None
    app_token: Unsupported = None
    app_token_file: Unsupported = None
    app_url: Unsupported = None
    http_config: HttpConfig | None = None
    channel: str = ""
    username: str = "{{ slack_username() }}"
    color: str = "{{ slack_color() }}"
    title: str = "{{ slack_title() }}"
    title_link: str = "{{ slack_title_link() }}"
    pretext: str = "{{ slack_pretext() }}"
    text: str = "{{ slack_text() }}"
    fallback: str = "{{ slack_fallback() }}"
    callback_id: str = "{{ slack_callback_id() }}"
    icon_emoji: str = "{{ slack_icon_emoji() }}"
    icon_url: str = "{{ slack_icon_url() }}"
    footer: str = "{{ slack_footer() }}"
    message_text: str = ""
    image_url: str = ""
    thumb_url: str = ""
    fields: tuple[SlackField, ...] = ()
    short_fields: YamlBool = False
    actions: tuple[SlackAction, ...] = ()
    mrkdwn_in: tuple[Text, ...] = ()
    link_names: YamlBool = False
    update_message: OnlyFalse = False
    timeout: GoDuration = timedelta()

    @property
    def source(self) -> SecretSource:
        """The URL, or where it is. Raises ValueError if there is none."""
        source = one_source("api_url", self.api_url, self.api_url_file)
        if source is None:
            raise ValueError(NO_URL)
        return source

    def completed(self, given: GlobalSection) -> Self:
        """Take from ``global`` what is not set here. Raises ValueError for what is missing."""
        changes: dict[str, object] = {"http_config": self.http_config or given.http_config}
        if not self.api_url and not self.api_url_file:
            changes |= {"api_url": given.slack_api_url, "api_url_file": given.slack_api_url_file}
        complete = self.model_copy(update=changes)
        one_source("api_url", complete.api_url, complete.api_url_file)
        if not complete.api_url and not complete.api_url_file:
            raise ValueError(NO_URL)
        return complete
