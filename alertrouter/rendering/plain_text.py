"""What is told when a template has failed: everything that matters, by no template at all."""

from typing import Final

from alertrouter.errors import TemplateFailed
from alertrouter.rendering.context import View

_MOST_ALERTS: Final = 20


def plain_subject(view: View) -> str:
    """Return the subject line: the state, how many fire, and the group."""
    count = f":{len(view.alerts.firing)}" if view.alerts.firing else ""
    return f"[{view.status.upper()}{count}] {' '.join(view.group_labels.values)}".rstrip()


def plain_text(view: View, fault: TemplateFailed) -> str:
    """Return the subject, the alerts, and which template failed and why."""
    alerts = [f"{alert.status}: {alert.labels}" for alert in view.alerts[:_MOST_ALERTS]]
    more = len(view.alerts) - len(alerts)
    return "\n".join(
        [
            plain_subject(view),
            *alerts,
            *([f"… and {more} more"] if more else []),
            f"This plain text stands for a template that failed: {fault}",
        ]
    )
