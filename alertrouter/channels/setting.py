"""What a channel is given besides its own settings, and how it compiles its texts with it."""

from dataclasses import dataclass

from alertrouter.rendering.templates import Templates, Wording


@dataclass(frozen=True, slots=True)
class ChannelSetting:
    """Where a channel stands and what it stands in.

    ``place`` is its place in routes.yaml, such as ``receivers[0].slack_configs[0]``.
    """

    templates: Templates
    external_url: str
    receiver: str
    place: str

    def wording(self, field: str, text: str, *, html: bool = False) -> Wording:
        """Compile the text of a field, or raise TemplateFailed naming its place."""
        return self.templates.compile(text, f"{self.place}.{field}", html=html)
