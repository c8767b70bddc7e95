"""What a loaded routes.yaml amounts to."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from alertrouter.channels.contract import Channel
from alertrouter.engine.policy import Policy
from alertrouter.model.notification import Receiver

ChannelKey: TypeAlias = tuple[str, str, int]
"""The receiver's name, the kind of channel, and its number among the receiver's of that kind."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything the service runs on, complete and sound.

    ``receivers`` has all of the file, in its order, and ``receiver_labels`` their labels.
    ``files`` are those that were read, for watching; ``digest`` is the MD5 of routes.yaml, from
    which ``alertmanager_config_hash`` is made. ``warnings`` are sentences with a place, to be told
    on every load.
    """

    policy: Policy
    receivers: Mapping[str, Receiver]
    receiver_labels: Mapping[str, Mapping[str, str]]
    channels: Mapping[ChannelKey, Channel]
    files: tuple[Path, ...]
    digest: bytes
    warnings: tuple[str, ...] = ()
