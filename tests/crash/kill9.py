"""Kill -9 at any moment loses nothing that was acknowledged: a trial with a real process.

``python -m tests.crash.kill9 --rounds 1000 --seed 1``

Senders post new alerts to a started alertrouter, which is killed at a random moment and started
again; some kills come while it starts. The judge is the receiver of its webhooks alone, which
survives the whole trial: every alert that was answered with 200 must have heard it, firing. With
``--unsafe`` each start finds an empty store; a trial that calls that faultless proves nothing.
"""

import argparse
import contextlib
import json
import random
import sys
import time
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.crash.senders import Ledger, sending
from tests.processes import Service, alertrouter, until
from tests.servers import HttpSink

ROUNDS_PER_STATE: Final = 50  # then all is judged and forgotten, so that long trials stay quick
LONGEST_ROUND: Final = 2.0  # seconds under load until the kill
LONGEST_START: Final = 0.6  # seconds until a kill that does not wait for the start
SETTLED: Final = 1.0  # seconds after which what was told must have been written down
KILLED_WHILE_STARTING: Final = 0.15  # the share of rounds

ROUTES: Final = """\
route:
  receiver: sink
  group_by: [batch]
  group_wait: 100ms
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: sink
    webhook_configs:
      - url: {url}/
        send_resolved: false
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried. ``patience`` is how many seconds the last notifications may take."""

    rounds: int
    seed: int
    unsafe: bool = False
    patience: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of it, in alerts; ``refused`` and ``unanswered`` in requests.

    ``repeated`` counts notifications beyond the first of each alert; ``repeated_settled`` those of
    them that were told again although no kill came within SETTLED seconds after the first.
    """

    rounds: int
    killed_while_starting: int
    acknowledged: int
    notified: int
    lost: int
    repeated: int
    repeated_settled: int
    refused: int
    unanswered: int

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)}
        )


NOTHING: Final = Verdict(
    rounds=0, killed_while_starting=0, acknowledged=0, notified=0, lost=0, repeated=0,
    repeated_settled=0, refused=0, unanswered=0,
)  # fmt: skip


def carry_out(trial: Trial) -> Iterator[Verdict]:
    """Carry the trial out and yield a verdict for each state that was begun and judged."""
    chance = random.Random(trial.seed)
    left = trial.rounds
    while left:
        rounds = min(left, ROUNDS_PER_STATE)
        with TemporaryDirectory(prefix="kill9-") as directory:
            yield _one_state(trial, rounds, Path(directory), chance)
        left -= rounds


def _one_state(trial: Trial, rounds: int, directory: Path, chance: random.Random) -> Verdict:
    ledger = Ledger()
    early, kills = 0, list[float]()
    with HttpSink() as sink, alertrouter(ROUTES.format(url=sink.url), directory) as service:
        for number in range(rounds):
            early += _one_round(service, ledger, chance)
            kills.append(time.monotonic())
            empty = {"store": f"sqlite:///{directory}/{number}.db"} if trial.unsafe else {}
            service.start_again(**empty)
        service.wait_ready()
        heard = _Judge(sink).wait_for(ledger.acknowledged, trial.patience)
    return Verdict(
        rounds=rounds,
        killed_while_starting=early,
        acknowledged=len(ledger.acknowledged),
        notified=len(heard),
        lost=len(ledger.acknowledged - heard.keys()),
        repeated=sum(len(moments) - 1 for moments in heard.values()),
        repeated_settled=sum(_settled_repeats(moments, kills) for moments in heard.values()),
        refused=ledger.refused,
        unanswered=ledger.unanswered,
    )


def _one_round(service: Service, ledger: Ledger, chance: random.Random) -> bool:
    """Kill the service at a random moment; return whether it was killed without waiting for it."""
    if chance.random() < KILLED_WHILE_STARTING:
        time.sleep(chance.uniform(0, LONGEST_START))
        service.kill()
        return True
    service.wait_ready()
    with sending(service.port, ledger):
        time.sleep(chance.uniform(0.01, LONGEST_ROUND))
        service.kill()
    return False


def _settled_repeats(moments: list[float], kills: list[float]) -> int:
    """Count the moments before which the alert had been told, and SETTLED without a kill."""
    settled = 0
    for told, _told_again in pairwise(moments):
        next_kill = bisect(kills, told)
        settled += next_kill == len(kills) or kills[next_kill] - told > SETTLED
    return settled


class _Judge:
    """Knows from what the sink was sent, and from nothing else, which alerts people heard of."""

    def __init__(self, sink: HttpSink) -> None:
        self._sink: Final = sink
        self._read = 0
        self._heard: Final[defaultdict[str, list[float]]] = defaultdict(list)

    def heard(self) -> Mapping[str, list[float]]:
        """Return at which moments the sink was told of each alert that it fires."""
        received = self._sink.received
        for request in received[self._read :]:
            if int(request.headers["content-length"]) == len(request.body):  # else it was cut off
                for alert in request.json()["alerts"]:
                    if alert["status"] == "firing":
                        self._heard[alert["labels"]["name"]].append(request.at)
        self._read = len(received)
        return self._heard

    def wait_for(self, acknowledged: set[str], patience: float) -> Mapping[str, list[float]]:
        """Return the same once all have been heard of, or after so many seconds."""
        with contextlib.suppress(TimeoutError):  # the verdict will say which are missing
            until(lambda: acknowledged <= self.heard().keys(), "all heard of", patience)
        return self.heard()


def main() -> None:
    """Print a line for each state, then the verdict; exit with 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--patience", type=float, default=20.0)
    parser.add_argument("--unsafe", action="store_true", help="start with an empty store each time")
    trial = Trial(**vars(parser.parse_args()))
    total = NOTHING
    for verdict in carry_out(trial):
        total += verdict
        print(f"{total.rounds}/{trial.rounds} rounds, {total.lost} lost", file=sys.stderr)
    print(json.dumps({"seed": trial.seed, "unsafe": trial.unsafe, **asdict(total)}, indent=2))
    sys.exit(1 if total.lost else 0)


if __name__ == "__main__":
    main()
