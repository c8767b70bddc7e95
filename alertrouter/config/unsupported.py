"""Alertmanager's keys that alertrouter does not have yet.

They are refused by name instead of being called unknown; a null or empty one says nothing and is
let through.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from alertrouter.config.document import Tree
from alertrouter.config.findings import Finding, Path

IN_FILE: Final[Mapping[str, str]] = MappingProxyType({
    "inhibit_rules": "keep these rules in Alertmanager",
    "time_intervals": "keep the routes that use them in Alertmanager",
    "mute_time_intervals": "keep the routes that use them in Alertmanager",
    "tracing": "trace at a proxy in front of alertrouter",
    "event_recorder": "read the log instead",
})  # fmt: skip
IN_GLOBAL: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys((
        "slack_app_token", "slack_app_token_file", "slack_app_url",
        "pagerduty_url",
        "opsgenie_api_url", "opsgenie_api_key", "opsgenie_api_key_file",
        "wechat_api_url", "wechat_api_secret", "wechat_api_secret_file", "wechat_api_corp_id",
        "victorops_api_url", "victorops_api_key", "victorops_api_key_file",
        "telegram_api_url", "telegram_bot_token", "telegram_bot_token_file",
        "webex_api_url",
        "rocketchat_api_url", "rocketchat_token", "rocketchat_token_file",
        "rocketchat_token_id", "rocketchat_token_id_file",
        "mattermost_webhook_url", "mattermost_webhook_url_file",
        "jira_api_url",
    ), "keep the receivers that use it in Alertmanager")
)  # fmt: skip
IN_ROUTES: Final[Mapping[str, str]] = MappingProxyType({
    "mute_time_intervals": "keep this route in Alertmanager",
    "active_time_intervals": "keep this route in Alertmanager",
    "labels": "write them into the receiver's templates",
})  # fmt: skip
IN_RECEIVERS: Final[Mapping[str, str]] = MappingProxyType({
    f"{kind}_configs": "keep this receiver in Alertmanager"
    for kind in (
        "webhook", "email", "pagerduty", "opsgenie", "wechat", "slack", "victorops", "pushover",
        "sns", "telegram", "discord", "webex", "msteams", "msteamsv2", "jira", "incidentio",
        "rocketchat", "mattermost",
    )
})  # fmt: skip
"""Every kind there is; those that alertrouter has are taken before this table is asked."""


def refused(tree: dict[str, Tree], keys: Mapping[str, str], path: Path) -> Iterator[Finding]:
    """Take *keys* out of *tree*, and yield a finding for each that says something."""
    for key, remedy in keys.items():
        if tree.pop(key, None):
            yield Finding(
                (*path, key),
                f"alertrouter does not support `{key}` yet: remove it, or {remedy}",
                at_key=True,
            )
