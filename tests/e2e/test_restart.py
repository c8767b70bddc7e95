"""What a restart keeps, and what it does not repeat."""

import signal
import time

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.hearing import NO_ANSWER, names_at, notifications, told
from tests.e2e.senders import firing, resolved
from tests.processes import until
from tests.servers import HttpSink


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL], ids=lambda sign: sign.name)
def test_a_restart_keeps_alerts_and_repeats_nothing(
    sign: signal.Signals, serve: Serve, sink: HttpSink
) -> None:
    """After it a group knows its old alerts, and speaks only when there is something new."""
    router = serve.telling(sink.url)
    router.sender.send(firing("DiskFull", host="a"), firing("Unrelated", host="a"))
    delivered = {"receiver": "team", "reason": "first notification"}
    until(
        lambda: router.sender.metric("alertrouter_notifications_total", **delivered) == 2,
        "both groups to be told",
    )

    router.service.stop(sign)
    router.service.restart()
    router.sender.send(firing("DiskFull", host="b"))
    until(lambda: len(notifications(sink)) == 3, "the newcomer to be told")

    newcomer = notifications(sink)[-1]
    assert newcomer.reason == "new alerts added"
    assert newcomer.hosts == ["a", "b"]
    router.sender.send(resolved("DiskFull", host="a"), resolved("DiskFull", host="b"))
    until(lambda: told(sink, "DiskFull", "resolved") is not None, "the end of the old alerts")
    assert names_at(sink).count("Unrelated") == 1


def test_what_was_acknowledged_is_told_after_a_kill(serve: Serve, sink: HttpSink) -> None:
    """An alert whose receiver hung when the process was killed is told by the next process."""
    sink.plan(NO_ANSWER)
    router = serve.telling(sink.url)
    router.sender.send(firing("DiskFull"))
    sink.wait_for(1)

    router.service.kill()
    router.service.restart()
    sink.wait_for(2)
    assert names_at(sink) == ["DiskFull", "DiskFull"]


def test_sigterm_ends_in_time_while_a_receiver_hangs(serve: Serve, sink: HttpSink) -> None:
    """Whoever stops the service does not wait for somebody else's server."""
    sink.plan(otherwise=NO_ANSWER)
    router = serve.telling(sink.url)
    router.sender.send(firing("DiskFull"))
    sink.wait_for(1)

    began = time.monotonic()
    assert router.service.stop(signal.SIGTERM) == 0
    assert time.monotonic() - began < 10
