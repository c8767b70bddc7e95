"""The repeated parts of a Slack message: table rows and buttons."""

from dataclasses import dataclass
from typing import Self

from alertrouter.channels.contract import Json
from alertrouter.channels.setting import ChannelSetting
from alertrouter.channels.slack_settings import SlackAction, SlackField
from alertrouter.rendering.context import View
from alertrouter.rendering.templates import Wording


def present(**values: Json) -> dict[str, Json]:
    """Return the values that are not empty: Slack takes an empty one for an error, or shows it."""
    return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class FieldWording:
    """One row, ready to be rendered."""

    title: Wording
    value: Wording
    short: bool

    @classmethod
    def compiled(cls, field: SlackField, setting: ChannelSetting, at: str, *, short: bool) -> Self:
        """Compile a row; *short* is what the message says for rows that do not say it."""
        return cls(
            setting.wording(f"{at}.title", field.title),
            setting.wording(f"{at}.value", field.value),
            short if field.short is None else field.short,
        )

    def rendered(self, shown: View) -> Json:
        """Return the row as Slack wants it."""
        return {
            "title": self.title.rendered(shown),
            "value": self.value.rendered(shown),
            "short": self.short,
        }


@dataclass(frozen=True, slots=True)
class ActionWording:
    """One button, ready to be rendered."""

    texts: dict[str, Wording]
    confirmation: dict[str, Wording]

    @classmethod
    def compiled(cls, action: SlackAction, setting: ChannelSetting, at: str) -> Self:
        """Compile a button. One with a URL is a link and has neither name nor confirmation."""
        names = ["type", "text", "url", "style"] + ([] if action.url else ["name", "value"])
        confirm = None if action.url else action.confirm
        asked = ("text", "title", "ok_text", "dismiss_text") if confirm else ()
        return cls(
            {name: setting.wording(f"{at}.{name}", str(getattr(action, name))) for name in names},
            {
                name: setting.wording(f"{at}.confirm.{name}", str(getattr(confirm, name)))
                for name in asked
            },
        )

    def rendered(self, shown: View) -> Json:
        """Return the button as Slack wants it."""
        button = present(**{name: text.rendered(shown) for name, text in self.texts.items()})
        question = {name: text.rendered(shown) for name, text in self.confirmation.items()}
        return {**button, **present(confirm=present(**question))}
