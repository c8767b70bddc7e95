"""Another configuration, put into effect between two events, or not at all.

Rules of this file:
1. Everything that can fail happens before anything changes; after a failure the old configuration
   goes on and the failure is told in the log, in the metric and to whoever asked.
2. A file counts as changed when its content did. Times and inodes change with every swap of a
   Kubernetes ConfigMap, also for keys that stayed the same.
3. Files are looked at every second, which costs microseconds and works on every file system. A
   watch by inotify would stay on a file that a swap has replaced, and see nothing ever after.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

import structlog

from alertrouter.config.configuration import Configuration
from alertrouter.errors import ConfigError
from alertrouter.runtime.clock import Clock
from alertrouter.runtime.metrics import StateMetrics

log = structlog.get_logger()

LOOK_EVERY: Final = 1.0  # seconds


class Reloader:
    """Loads the configuration again, on request and when its files change."""

    def __init__(
        self,
        load: Callable[[], Configuration],
        apply: Callable[[Configuration], None],
        clock: Clock,
        metrics: StateMetrics,
    ) -> None:
        self._load = load
        self._apply = apply
        self._clock = clock
        self._metrics = metrics
        self._one_at_a_time = asyncio.Lock()
        self._files: tuple[Path, ...] = ()
        self._seen = b""

    def loaded(self, configuration: Configuration) -> None:
        """Note a configuration that is in effect."""
        self._files = configuration.files
        self._seen = _contents(self._files)
        self._metrics.reload_ok.set(1)
        self._metrics.reload_time.set(self._clock.now().timestamp())
        self._metrics.config_hash.set(int.from_bytes(configuration.digest[:6], "little"))
        for warning in configuration.warnings:
            log.warning("configuration", warning=warning)

    async def reload(self) -> None:
        """Load and put into effect; raises ConfigError, and then nothing has changed."""
        async with self._one_at_a_time:
            try:
                configuration = await asyncio.to_thread(self._load)
            except ConfigError as error:
                # Told once: the watch need not find the same mistake a moment later.
                self._seen = await asyncio.to_thread(_contents, self._files)
                self._metrics.reload_ok.set(0)
                log.error("configuration not loaded, the old one goes on", because=str(error))
                raise
            self._apply(configuration)
            self.loaded(configuration)
            log.info("configuration loaded", files=[str(path) for path in self._files])

    async def watch(self) -> None:
        """Reload whenever the content of a file has changed. Runs until cancelled."""
        looked = _stamps(self._files)
        while True:
            await asyncio.sleep(LOOK_EVERY)
            stamps = _stamps(self._files)
            if stamps == looked:
                continue
            looked = stamps
            if await asyncio.to_thread(_contents, self._files) != self._seen:
                with suppress(ConfigError):  # told already, where it was found
                    await self.reload()
                looked = _stamps(self._files)


def _stamps(files: Iterable[Path]) -> list[tuple[int, int, int] | None]:
    """Return what changes whenever a file may have; costs microseconds."""
    stamps: list[tuple[int, int, int] | None] = []
    for path in files:
        try:
            found = path.stat()
        except OSError:
            stamps.append(None)
        else:
            stamps.append((found.st_ino, found.st_mtime_ns, found.st_size))
    return stamps


def _contents(files: Iterable[Path]) -> bytes:
    """Return a hash over the contents; a file that cannot be read counts as empty."""
    hashed = sha256()
    for path in files:
        try:
            content = path.read_bytes()
        except OSError:
            content = b""
        hashed.update(sha256(content).digest())
    return hashed.digest()
