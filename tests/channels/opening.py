"""Channels opened from what stands in routes.yaml."""

from collections.abc import Mapping

from alertrouter.channels.contract import Channel
from alertrouter.channels.global_section import GlobalSection
from alertrouter.channels.registry import CHANNELS, ChannelSettings, open_channel
from alertrouter.channels.setting import ChannelSetting
from alertrouter.rendering.templates import Templates

TEMPLATES = Templates.load({})


def completed(
    key: str, section: Mapping[str, object], given: Mapping[str, object] | None = None
) -> ChannelSettings:
    """Return the settings under *key*, completed by the global section *given*."""
    settings = CHANNELS[key].model_validate(section)
    return settings.completed(GlobalSection.model_validate(given or {}))


def opened(
    key: str,
    section: Mapping[str, object],
    given: Mapping[str, object] | None = None,
    *,
    templates: Templates = TEMPLATES,
) -> Channel:
    """Open the channel that stands under *key* of the first receiver."""
    setting = ChannelSetting(templates, "http://router", "team", f"receivers[0].{key}[0]")
    return open_channel(completed(key, section, given), setting)
