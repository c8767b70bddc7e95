"""What alertrouter counts about itself.

Where the meaning is Alertmanager's the name is too, so that its mixin, dashboards and alerts work;
what Alertmanager does not have is called ``alertrouter_…``.
"""

import platform
from collections.abc import Iterable
from functools import partial
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

from alertrouter import __version__
from alertrouter.channels.contract import FailureReason
from alertrouter.model.notification import HeldCause, Reason

# Alertmanager's clients (karma) choose their dialect by this version.
SPOKEN_ALERTMANAGER: Final = "0.34.0"
LATENCY: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30)
LATENESS: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class IntakeMetrics:
    """What comes in."""

    def __init__(self, registry: CollectorRegistry) -> None:
        counter = partial(Counter, registry=registry)
        self.received: Final = counter(
            "alertmanager_alerts_received",
            "Alerts received, by status and by the API they came over.",
            ["status", "version"],
        )
        self.invalid: Final = counter(
            "alertmanager_alerts_invalid", "Alerts received and refused.", ["version"]
        )
        for version in ("v2", "webhook"):
            self.invalid.labels(version)
            for status in ("firing", "resolved"):
                self.received.labels(status, version)
        self.requests: Final = counter(
            "alertrouter_intake_requests",
            "Requests with alerts, by endpoint and status code.",
            ["endpoint", "code"],
        )


class AttemptMetrics:
    """Single attempts to deliver a notification."""

    def __init__(self, registry: CollectorRegistry) -> None:
        counter = partial(Counter, registry=registry)
        by_kind = ["integration"]
        self.made: Final = counter(
            "alertmanager_notification_requests", "Attempts to deliver a notification.", by_kind
        )
        self.failed: Final = counter(
            "alertmanager_notification_requests_failed",
            "Attempts to deliver a notification that failed.",
            by_kind,
        )
        self.latency: Final = Histogram(
            "alertmanager_notification_latency_seconds",
            "How long an attempt took.",
            by_kind,
            buckets=LATENCY,
            registry=registry,
        )


class NotificationMetrics:
    """What goes out, and what does not."""

    def __init__(self, registry: CollectorRegistry) -> None:
        counter = partial(Counter, registry=registry)
        self.flushes: Final = counter(
            "alertmanager_notifications",
            "Notifications attempted, one per flush and integration.",
            ["integration"],
        )
        self.failed: Final = counter(
            "alertmanager_notifications_failed",
            "Notifications given up, by the last failure.",
            ["integration", "reason"],
        )
        self.told: Final = counter(
            "alertrouter_notifications",
            "Notifications delivered, by receiver and by why they were sent.",
            ["receiver", "integration", "reason"],
        )
        self.held: Final = counter(
            "alertrouter_notifications_held",
            "Flushes in which an integration was told nothing, by cause.",
            ["cause"],
        )
        self.maybe_repeated: Final = counter(
            "alertrouter_notifications_maybe_repeated",
            "Notifications that an earlier process may have sent before it died.",
        )
        self.template_faults: Final = counter(
            "alertrouter_template_failures",
            "Notifications sent as plain text because a template failed.",
            ["receiver", "integration"],
        )
        self.in_flight: Final = Gauge(
            "alertrouter_notifications_in_flight",
            "Notifications being delivered or waiting to be tried again.",
            registry=registry,
        )
        for cause in HeldCause:
            self.held.labels(cause)


class StateMetrics:
    """What is known, and how the service is."""

    def __init__(self, registry: CollectorRegistry) -> None:
        counter = partial(Counter, registry=registry)
        gauge = partial(Gauge, registry=registry)
        histogram = partial(Histogram, registry=registry)
        self.alerts: Final = gauge(
            "alertmanager_alerts", "Alerts known and not resolved.", ["state"]
        )
        self.groups: Final = gauge(
            "alertmanager_dispatcher_aggregation_groups", "Live alert groups."
        )
        self.log_entries: Final = gauge("alertrouter_notification_log_entries", "Entries kept.")
        self.receivers: Final = gauge("alertmanager_receivers", "Receivers that routes name.")
        self.integrations: Final = gauge(
            "alertmanager_integrations", "Integrations of those receivers."
        )
        self.config_hash: Final = gauge(
            "alertmanager_config_hash", "Hash of the loaded configuration."
        )
        self.reload_ok: Final = gauge(
            "alertmanager_config_last_reload_successful",
            "Whether the last attempt to load the configuration succeeded.",
        )
        self.reload_time: Final = gauge(
            "alertmanager_config_last_reload_success_timestamp_seconds",
            "When a configuration was last loaded.",
        )
        self.lateness: Final = histogram(
            "alertrouter_flush_lateness_seconds",
            "How much later than due the engine was woken.",
            buckets=LATENESS,
        )
        self.store_failures: Final = counter(
            "alertrouter_store_failures", "Writes that the store refused."
        )
        self.clock_jumps: Final = counter("alertrouter_clock_jumps", "Jumps of the wall clock.")


def _tell_build(registry: CollectorRegistry) -> None:
    gauge = partial(Gauge, registry=registry)
    build = gauge(
        "alertmanager_build_info",
        "The Alertmanager whose API and behaviour are spoken here.",
        ["version", "revision", "branch", "goversion", "goos", "goarch", "tags"],
    )
    build.labels(
        SPOKEN_ALERTMANAGER,
        "",
        "alertrouter",
        "",
        platform.system().lower(),
        platform.machine(),
        "",
    ).set(1)
    own = gauge("alertrouter_build_info", "This alertrouter.", ["version", "python"])
    own.labels(__version__, platform.python_version()).set(1)


class Metrics:
    """All metrics of one process, in a registry of their own."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry: Final = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.intake: Final = IntakeMetrics(self.registry)
        self.attempts: Final = AttemptMetrics(self.registry)
        self.notifications: Final = NotificationMetrics(self.registry)
        self.state: Final = StateMetrics(self.registry)
        _tell_build(self.registry)

    def expect(self, kinds: Iterable[str], told: Iterable[tuple[str, str]]) -> None:
        """Start the counters of *kinds* and (receiver, kind) pairs at 0, so that rates see all."""
        for kind in kinds:
            for counter in (self.notifications.flushes, self.attempts.made, self.attempts.failed):
                counter.labels(kind)
            self.attempts.latency.labels(kind)
            for failure in FailureReason:
                self.notifications.failed.labels(kind, failure)
        for receiver, kind in told:
            self.notifications.template_faults.labels(receiver, kind)
            for reason in Reason:
                self.notifications.told.labels(receiver, kind, reason)
