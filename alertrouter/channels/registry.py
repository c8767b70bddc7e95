"""Every kind of channel there is. A new one is its own file and three lines here."""

from collections.abc import Mapping
from typing import Final, TypeAlias, assert_never

from alertrouter.channels.contract import Channel
from alertrouter.channels.email import open_email
from alertrouter.channels.email_settings import EmailSettings
from alertrouter.channels.log import LogSettings, open_log
from alertrouter.channels.setting import ChannelSetting
from alertrouter.channels.slack import open_slack
from alertrouter.channels.slack_settings import SlackSettings
from alertrouter.channels.webhook import WebhookSettings, open_webhook

ChannelSettings: TypeAlias = WebhookSettings | EmailSettings | SlackSettings | LogSettings

CHANNELS: Final[Mapping[str, type[ChannelSettings]]] = {
    "webhook_configs": WebhookSettings,
    "email_configs": EmailSettings,
    "slack_configs": SlackSettings,
    "log_configs": LogSettings,
}
"""What stands under each key of a receiver, in Alertmanager's order."""


def kind_of(key: str) -> str:
    """Return the kind of channel that stands under *key*: ``slack`` for ``slack_configs``."""
    return key.removesuffix("_configs")


def open_channel(settings: ChannelSettings, setting: ChannelSetting) -> Channel:
    """Build the channel that complete *settings* describe.

    Raises TemplateFailed for a text that cannot be a template.
    """
    match settings:
        case WebhookSettings():
            return open_webhook(settings, setting)
        case EmailSettings():
            return open_email(settings, setting)
        case SlackSettings():
            return open_slack(settings, setting)
        case LogSettings():
            return open_log(settings, setting)
        case _:
            assert_never(settings)
