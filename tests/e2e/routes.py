"""Configurations for tests: real ones, with waits that a test can afford."""

from typing import Final

QUICK: Final = "group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h"


def telling(*urls: str) -> str:
    """Return routes to one receiver with a webhook for each of *urls*."""
    return to_one_receiver("webhook_configs: [" + ", ".join(f"{{url: '{u}'}}" for u in urls) + "]")


def to_one_receiver(channels: str, *, before: str = "") -> str:
    """Return routes to one receiver with *channels* (a line of YAML), after the lines *before*."""
    return f"{before}route: {{receiver: team, {QUICK}}}\nreceivers: [{{name: team, {channels}}}]\n"
