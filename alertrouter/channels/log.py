"""``log_configs``: every notification as a readable block on standard output."""

from dataclasses import dataclass
from typing import Self

from alertrouter.channels.contract import (
    Accepted,
    Answer,
    NoAnswer,
    Outcome,
    Printed,
    Printout,
    Rendered,
)
from alertrouter.channels.global_section import GlobalSection
from alertrouter.channels.http_outcome import no_answer
from alertrouter.channels.setting import ChannelSetting
from alertrouter.errors import TemplateFailed
from alertrouter.model.notification import Notification
from alertrouter.rendering.cleaning import on_one_line
from alertrouter.rendering.context import view
from alertrouter.rendering.plain_text import plain_text
from alertrouter.rendering.templates import Wording
from alertrouter.wire.scalars import Section, YamlBool


class LogSettings(Section):
    """One entry of ``log_configs``; nothing has to be set."""

    send_resolved: YamlBool = True
    text: str = "{{ log_text() }}"

    def completed(self, given: GlobalSection) -> Self:  # noqa: ARG002  nothing is inherited
        """Return the same: there is nothing to inherit."""
        return self


@dataclass(frozen=True, slots=True)
class Log:
    """Prints notifications. What came with the alerts cannot add lines to a block."""

    text: Wording
    external_url: str

    def render(self, notification: Notification) -> Rendered:
        """Return one block, ended by a line end."""
        shown = view(notification, self.external_url, on_one_line)
        fault = None
        try:
            text = self.text.rendered(shown)
        except TemplateFailed as failed:
            text, fault = plain_text(shown, failed), str(failed)
        return Rendered((Printout(text.rstrip("\n") + "\n"),), fault)

    def classify(self, answer: Answer) -> Outcome:
        """Standard output takes everything, unless it is gone."""
        match answer:
            case Printed():
                return Accepted()
            case NoAnswer():
                return no_answer(answer)
            case _:
                raise TypeError(f"{type(answer).__name__} is not the answer of standard output")


def open_log(settings: LogSettings, setting: ChannelSetting) -> Log:
    """Build the channel of *settings*."""
    return Log(setting.wording("text", settings.text), setting.external_url)
