"""The keys of routes.yaml, section by section.

``global`` and the ``<kind>_configs`` of receivers have their sections beside the channels they
configure. What stands under ``route.routes`` and ``receivers`` is read one section at a time (see
``reading.py``), so that a mistake in one hides none in another.
"""

from collections.abc import Mapping
from datetime import timedelta

from pydantic import Field

from alertrouter.engine.policy import STALE_AFTER
from alertrouter.wire.scalars import Duration, Section, Text, YamlBool


class WebhookSection(Section):
    """``webhook``: how long an alert that came over the webhook lives without being repeated."""

    stale_after: Duration = STALE_AFTER


class FileSection(Section):
    """The top of the file."""

    given: object = Field(default=None, alias="global")
    templates: tuple[Text, ...] = ()
    route: object = None
    receivers: tuple[object, ...] = ()
    webhook: WebhookSection = WebhookSection()


class RouteSection(Section):
    """One route, without what it inherits. None means: as the parent."""

    receiver: str = ""
    group_by: tuple[Text, ...] | None = None
    group_wait: Duration | None = None
    group_interval: Duration | None = None
    repeat_interval: Duration | None = None
    matchers: tuple[Text, ...] = ()
    match: Mapping[str, Text] = {}
    match_re: Mapping[str, str | None] = {}
    continues: YamlBool = Field(default=False, alias="continue")
    routes: tuple[object, ...] = ()

    @property
    def intervals(self) -> Mapping[str, timedelta]:
        """The intervals that this route states itself."""
        stated = {
            "group_wait": self.group_wait,
            "group_interval": self.group_interval,
            "repeat_interval": self.repeat_interval,
        }
        return {name: interval for name, interval in stated.items() if interval is not None}


class ReceiverSection(Section):
    """One receiver, without its channels."""

    name: str = ""
    labels: Mapping[str, Text] = {}
