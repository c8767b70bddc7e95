"""One receiver's trouble is nobody else's."""

from contextlib import ExitStack

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.hearing import NO_ANSWER, names_at
from tests.e2e.senders import firing
from tests.processes import free_port, until
from tests.servers import HttpSink, Reply


@pytest.mark.parametrize("trouble", ["dead", "slow"])
def test_a_receiver_in_trouble_delays_nobody(trouble: str, serve: Serve, sink: HttpSink) -> None:
    """Behind a receiver that is gone, or hangs, all others hear at once, first and later."""
    with ExitStack() as stack:
        slow = stack.enter_context(HttpSink(otherwise=NO_ANSWER))
        bad = f"http://127.0.0.1:{free_port()}/" if trouble == "dead" else slow.url
        router = serve.telling(bad, sink.url)
        for number in range(20):
            router.sender.send(firing(f"Alert{number}"))
        until(lambda: len(names_at(sink)) == 20, "the healthy receiver to hear all", 5)

        router.sender.send(firing("Latecomer"))
        until(lambda: "Latecomer" in names_at(sink), "the latecomer to be told", 3)
        until(
            lambda: router.sender.metric("alertrouter_notifications_in_flight") == 21,
            "only the troubled ones to be left",
        )
        router.service.kill()


def test_a_receiver_that_comes_back_hears_what_it_missed(serve: Serve) -> None:
    """Answers 500 are tried again until the receiver is well, and nothing is told twice."""
    with HttpSink(Reply(500), Reply(500)) as sink:
        router = serve.telling(sink.url)
        router.sender.send(firing("DiskFull"))
        delivered = {"receiver": "team", "reason": "first notification"}
        until(
            lambda: router.sender.metric("alertrouter_notifications_total", **delivered) == 1,
            "the third attempt to succeed",
        )
        asked = {"integration": "webhook"}
        attempts = router.sender.metric("alertmanager_notification_requests_total", **asked)
        failed = router.sender.metric("alertmanager_notification_requests_failed_total", **asked)

        assert (attempts, failed) == (3, 2)
        assert names_at(sink) == ["DiskFull"] * 3
