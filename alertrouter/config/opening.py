"""Channels as written become channels that work: global defaults, templates, registry."""

from dataclasses import dataclass, field

from alertrouter.channels.contract import Channel
from alertrouter.channels.global_section import GlobalSection
from alertrouter.channels.registry import ChannelSettings, open_channel
from alertrouter.channels.setting import ChannelSetting
from alertrouter.config.configuration import ChannelKey
from alertrouter.config.findings import Finding, dotted, undotted
from alertrouter.config.reading import ChannelAsWritten, ReceiverAsWritten
from alertrouter.errors import TemplateFailed
from alertrouter.model.notification import Integration, Receiver
from alertrouter.rendering.templates import Templates


@dataclass(slots=True)
class Opener:
    """Opens the channels of receivers, and collects the findings on the way.

    Where *given* is None, the global section is faulty: then nothing is called missing. Without
    *templates*, which are faulty too, no channel is opened.
    """

    given: GlobalSection | None
    templates: Templates | None
    external_url: str
    receivers: dict[str, Receiver] = field(default_factory=dict)
    channels: dict[ChannelKey, Channel] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def open(self, receiver: ReceiverAsWritten) -> None:
        """Open the channels of one receiver."""
        self.receivers[receiver.name] = Receiver(
            receiver.name,
            tuple(
                Integration(channel.kind, channel.index, channel.settings.send_resolved)
                for channel in receiver.channels
            ),
        )
        for channel in receiver.channels:
            settings = self._completed(channel)
            if settings is not None and self.templates is not None:
                self._open(receiver.name, channel, settings, self.templates)

    def _completed(self, channel: ChannelAsWritten) -> ChannelSettings | None:
        try:
            return channel.settings.completed(self.given or GlobalSection())
        except ValueError as error:
            if self.given is not None:
                self.findings.append(Finding(channel.path, str(error)))
            return None

    def _open(
        self,
        receiver: str,
        channel: ChannelAsWritten,
        settings: ChannelSettings,
        templates: Templates,
    ) -> None:
        setting = ChannelSetting(templates, self.external_url, receiver, dotted(channel.path))
        key = (receiver, channel.kind, channel.index)
        try:
            self.channels[key] = open_channel(settings, setting)
        except TemplateFailed as failure:
            self.findings.append(Finding(undotted(failure.place), failure.because))
        except ValueError as error:
            self.findings.append(Finding(channel.path, str(error)))
