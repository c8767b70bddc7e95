"""A changed configuration is taken up without stopping; a mistaken one is not."""

import hashlib
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.e2e.conftest import Router, Serve
from tests.e2e.hearing import names_at, notifications
from tests.e2e.routes import telling
from tests.e2e.senders import firing
from tests.processes import until
from tests.servers import HttpSink

Change: TypeAlias = Callable[[Router, str], None]


def and_sighup(router: Router, config: str) -> None:
    """Write the file in place and send the signal that Alertmanager's users know."""
    router.service.config_file.write_text(config)
    os.kill(router.service.pid, signal.SIGHUP)


def and_post(router: Router, config: str) -> None:
    """Write the file in place and ask over HTTP."""
    router.service.config_file.write_text(config)
    assert router.sender.post("/-/reload").status_code == 200


def in_place(router: Router, config: str) -> None:
    """Write the file, and tell nobody."""
    router.service.config_file.write_text(config)


def by_rename(router: Router, config: str) -> None:
    """Replace the file, as editors and git do."""
    new = router.service.config_file.with_suffix(".new")
    new.write_text(config)
    new.replace(router.service.config_file)


@pytest.mark.parametrize("change", [and_sighup, and_post, in_place, by_rename])
def test_a_change_is_taken_up(change: Change, serve: Serve, sink: HttpSink) -> None:
    """However the new file gets there, the next alert goes where it says."""
    router = serve.telling(f"{sink.url}/old")
    router.sender.send(firing("Before"))
    until(lambda: "Before" in names_at(sink, "/old"), "the old routes to be in force")

    config = telling(f"{sink.url}/new")
    change(router, config)
    wait_for(router, config)
    router.sender.send(firing("After"))
    until(lambda: "After" in names_at(sink, "/new"), "the new routes to be in force")

    assert "After" not in names_at(sink, "/old")


def test_every_swap_of_a_configmap_is_taken_up(
    serve: Serve, sink: HttpSink, tmp_path: Path
) -> None:
    """Kubernetes swaps a symbolic link beside the file; the second swap counts like the first."""
    volume = tmp_path / "volume"
    volume.mkdir()
    swap(volume, telling(f"{sink.url}/0"))
    (volume / "routes.yaml").symlink_to("..data/routes.yaml")
    router = serve(volume / "routes.yaml")

    for number in range(1, 4):
        config = telling(f"{sink.url}/{number}")
        swap(volume, config)
        wait_for(router, config)

    router.sender.send(firing("DiskFull"))
    until(lambda: "DiskFull" in names_at(sink, "/3"), "the last routes to be in force")


def swap(volume: Path, config: str) -> None:
    """Do what the kubelet does: fill a new directory, then move one link in a single step."""
    snapshot = volume / f"..{hashlib.sha256(config.encode()).hexdigest()[:8]}"
    snapshot.mkdir()
    (snapshot / "routes.yaml").write_text(config)
    fresh = volume / "..data_tmp"
    fresh.symlink_to(snapshot.name)
    fresh.replace(volume / "..data")


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        pytest.param(
            "route: {receiver: nobody}\nreceivers: [{name: team}]\n", "nobody", id="route"
        ),
        pytest.param("route: [\n", "routes.yaml:", id="syntax"),
        pytest.param("", "routes.yaml", id="empty"),
    ],
)
def test_a_mistake_changes_nothing(mistake: str, said: str, serve: Serve, sink: HttpSink) -> None:
    """The old routes stay; the reply, the log and a metric say that, and what is wrong."""
    router = serve.telling(f"{sink.url}/old")
    before = in_force(router)

    router.service.config_file.write_text(mistake)
    reply = router.sender.post("/-/reload")

    assert reply.status_code == 500
    assert said in reply.text
    assert router.sender.metric("alertmanager_config_last_reload_successful") == 0
    assert in_force(router) == before
    until(lambda: said in router.service.output(), "the log to name the mistake")
    router.sender.send(firing("DiskFull"))
    until(lambda: "DiskFull" in names_at(sink, "/old"), "the old routes to be in force")

    router.service.config_file.write_text(telling(f"{sink.url}/new"))
    assert router.sender.post("/-/reload").status_code == 200
    assert router.sender.metric("alertmanager_config_last_reload_successful") == 1


def test_a_reload_repeats_nothing(serve: Serve, sink: HttpSink) -> None:
    """What has been told stays told, whatever else of the file changes."""
    router = serve.telling(sink.url)
    router.sender.send(firing("DiskFull", host="a"))
    until(lambda: len(notifications(sink)) == 1, "the first notification")

    router.service.config_file.write_text(telling(sink.url) + "# a remark\n")
    assert router.sender.post("/-/reload").status_code == 200
    router.sender.send(firing("DiskFull", host="b"))
    until(lambda: len(notifications(sink)) == 2, "the newcomer to be told")

    assert notifications(sink)[-1].reason == "new alerts added"


def wait_for(router: Router, config: str) -> None:
    """Return once the service runs on *config*."""
    wanted = hash_of(config)
    until(lambda: in_force(router) == wanted, "the new file to be in force")


def in_force(router: Router) -> float | None:
    """Return the hash of the configuration that the service runs on."""
    return router.sender.metric("alertmanager_config_hash")


def hash_of(config: str) -> float:
    """Compute what Alertmanager shows for a file: six bytes of its MD5, the lowest first."""
    digest = hashlib.md5(config.encode(), usedforsecurity=False).digest()
    return float(int.from_bytes(digest[:6], "little"))
