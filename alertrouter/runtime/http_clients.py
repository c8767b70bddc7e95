"""Connections to HTTP servers: one pool per destination and way of speaking to it.

A destination that hangs uses up its own pool and nobody else's.
"""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import httpx

from alertrouter import __version__
from alertrouter.channels.http_config import HttpConfig
from alertrouter.runtime.tls import Stamp, TlsContexts

USER_AGENT: Final = f"alertrouter/{__version__}"
CONNECTIONS: Final = 64
IDLE_CONNECTIONS: Final = 8
IDLE_SECONDS: Final = 30.0
CONNECT_SECONDS: Final = 10.0
MOST_POOLS: Final = 256
MOST_REDIRECTS: Final = 10


@dataclass(slots=True, eq=False)
class _Pool:
    client: httpx.AsyncClient
    stamp: Stamp
    users: int = 0
    is_retired: bool = False


class HttpClients:
    """Lends out httpx clients and closes those that nobody needs any more."""

    def __init__(self, contexts: TlsContexts) -> None:
        self._contexts = contexts
        self._pools: dict[tuple[HttpConfig, str], _Pool] = {}

    @asynccontextmanager
    async def lent(self, config: HttpConfig, origin: str) -> AsyncIterator[httpx.AsyncClient]:
        """Lend the client for a scheme, host and port.

        Raises BrokenExchange if the TLS files cannot be used.
        """
        stamp, context = await self._contexts.current(config.tls_config)
        pool = self._pools.pop((config, origin), None)
        if pool is not None and pool.stamp != stamp:
            retired, pool = pool, None
            await self._retire(retired)
        if pool is None:
            pool = _Pool(_client(config, context), stamp)
        self._pools[config, origin] = pool  # at the end: the first is the one unused longest
        pool.users += 1
        try:
            await self._retire_unused()
            yield pool.client
        finally:
            pool.users -= 1
            if pool.is_retired and not pool.users:
                await pool.client.aclose()

    async def close(self) -> None:
        """Close every connection."""
        pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            await pool.client.aclose()

    async def _retire(self, pool: _Pool) -> None:
        pool.is_retired = True
        if not pool.users:
            await pool.client.aclose()

    async def _retire_unused(self) -> None:
        while len(self._pools) > MOST_POOLS:
            oldest = next((key for key, pool in self._pools.items() if not pool.users), None)
            if oldest is None:
                return
            await self._retire(self._pools.pop(oldest))


def _client(config: HttpConfig, context: ssl.SSLContext) -> httpx.AsyncClient:
    proxy = None
    if config.proxy_url:
        url = httpx.URL(config.proxy_url.reveal())
        proxy = httpx.Proxy(url, ssl_context=context if url.scheme == "https" else None)
    return httpx.AsyncClient(
        verify=context,
        proxy=proxy,
        trust_env=False,
        follow_redirects=config.follow_redirects,
        max_redirects=MOST_REDIRECTS,
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
        timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
        limits=httpx.Limits(
            max_connections=CONNECTIONS,
            max_keepalive_connections=IDLE_CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
        ),
    )
