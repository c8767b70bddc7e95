"""A disk that is full, and has room again."""

import shutil
import subprocess
from itertools import count
from typing import Final

import pytest

from tests.e2e.conftest import Router, Serve
from tests.e2e.hearing import names_at
from tests.e2e.senders import firing
from tests.processes import until
from tests.servers import HttpSink

PADDING: Final = "x" * 100_000


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="needs prlimit (util-linux)")
def test_nothing_is_acknowledged_that_cannot_be_kept(serve: Serve, sink: HttpSink) -> None:
    """While nothing can be written senders get 503, so that they try again; then all is well."""
    router, numbers = serve.telling(sink.url), count()

    def status_of_the_next() -> int:
        alert = firing(f"Alert{next(numbers)}", padding=PADDING)
        return router.sender.post("/api/v2/alerts", [alert]).status_code

    limit_files(router, "1000000")
    until(lambda: status_of_the_next() == 503, "the disk to be full")
    assert status_of_the_next() == 503
    assert router.sender.ask("GET", "/-/healthy").status_code == 200

    limit_files(router, "unlimited")
    until(lambda: status_of_the_next() == 200, "the store to be well again")
    latest = f"Alert{next(numbers) - 1}"
    until(lambda: latest in names_at(sink), "the alert to be told")


def limit_files(router: Router, size: str) -> None:
    """Forbid the running process to write files beyond *size* bytes, as a full disk would."""
    subprocess.run(["prlimit", f"--pid={router.service.pid}", f"--fsize={size}:"], check=True)
