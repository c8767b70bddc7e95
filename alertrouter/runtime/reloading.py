"""Another configuration, put into effect between two events, or not at all.

Rules of this file:
1. Everything that can fail happens before anything changes; after a failure the old configuration
   goes on and the failure is told in the log, in the metric and to whoever asked.
2. A file counts as changed when its content did. Times and inodes change with every swap of a
   Kubernetes ConfigMap, also for keys that stayed the same.
3. Directories are watched, not files: a swap replaces the file, and a watch on it would see
   nothing ever after. Contents are looked at every few seconds even if no event comes.
"""

import asyncio
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final

import structlog
from watchfiles import awatch

from alertrouter.config.configuration import Configuration
from alertrouter.errors import ConfigError
from alertrouter.runtime.clock import Clock
from alertrouter.runtime.metrics import StateMetrics

log = structlog.get_logger()

LOOK_EVERY_MS: Final = 5_000
LOOK_AGAIN_AFTER: Final = 5.0


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
        while True:
            folders = {path.parent for path in self._files if path.parent.is_dir()}
            if not folders:
                await asyncio.sleep(LOOK_AGAIN_AFTER)
                continue
            async for _ in awatch(
                *folders, recursive=False, rust_timeout=LOOK_EVERY_MS, yield_on_timeout=True
            ):
                if await self._has_changed():
                    break  # and watch the folders that the new configuration names

    async def _has_changed(self) -> bool:
        now = await asyncio.to_thread(_contents, self._files)
        if now == self._seen:
            return False
        try:
            await self.reload()
        except ConfigError:
            return False
        return True


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
