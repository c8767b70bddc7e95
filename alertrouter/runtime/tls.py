"""TLS as ``tls_config`` wants it."""

import asyncio
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

import certifi

from alertrouter.channels.contract import NoAnswerCause
from alertrouter.channels.tls_config import TlsConfig
from alertrouter.model.secret import Secret, SecretFile
from alertrouter.runtime.broken_exchange import BrokenExchange

_VERSIONS: Final = {
    "TLS10": ssl.TLSVersion.TLSv1,
    "TLS11": ssl.TLSVersion.TLSv1_1,
    "TLS12": ssl.TLSVersion.TLSv1_2,
    "TLS13": ssl.TLSVersion.TLSv1_3,
}
Stamp: TypeAlias = tuple[tuple[int, int], ...]


class _Context(ssl.SSLContext):
    """A context that may expect the server to go by another name than it was reached by."""

    expected_name: str = ""

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,  # noqa: FBT001, FBT002  the signature is ssl's
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """Begin TLS with the expected name, if there is one."""
        name = self.expected_name or server_hostname
        return super().wrap_bio(incoming, outgoing, server_side, name, session)


def tls_context(config: TlsConfig) -> ssl.SSLContext:
    """Build a context for clients. Reads files; raises BrokenExchange if one cannot be used."""
    context = _Context(ssl.PROTOCOL_TLS_CLIENT)
    context.expected_name = config.server_name
    context.minimum_version = _VERSIONS[config.min_version or "TLS12"]
    if config.max_version:
        context.maximum_version = _VERSIONS[config.max_version]
    if config.insecure_skip_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        _trust(context, config)
    if config.private_key is not None:
        with _files(config) as (cert, key), _named("the client certificate"):
            context.load_cert_chain(cert, key)
    return context


class TlsContexts:
    """The contexts in use, each built once, and again when its files have changed."""

    def __init__(self) -> None:
        self._known: dict[TlsConfig, tuple[Stamp, ssl.SSLContext]] = {}
        self._building: dict[TlsConfig, asyncio.Lock] = {}

    async def current(self, config: TlsConfig) -> tuple[Stamp, ssl.SSLContext]:
        """Return the context, and a stamp that is another one when the files are others.

        Raises BrokenExchange if a file cannot be used.
        """
        has_files = config.ca_file or config.cert_file or config.key_file
        stamp = await asyncio.to_thread(_stamp, config) if has_files else ()
        # Building takes tens of milliseconds; a hundred that ask at once wait for the first.
        async with self._building.setdefault(config, asyncio.Lock()):
            known = self._known.get(config)
            if known is None or known[0] != stamp:
                known = (stamp, await asyncio.to_thread(tls_context, config))
                self._known[config] = known
        return known


def _stamp(config: TlsConfig) -> Stamp:
    key = config.key_file.path if config.key_file else None
    found = []
    for path in (config.ca_file, config.cert_file, key):
        if path is not None:
            with _named(str(path)):
                status = path.stat()
            found.append((status.st_mtime_ns, status.st_size))
    return tuple(found)


def _trust(context: ssl.SSLContext, config: TlsConfig) -> None:
    """Trust the authorities that are configured; else those of the system and of Mozilla."""
    if config.ca_file is not None:
        with _named(f"ca_file {config.ca_file}"):
            context.load_verify_locations(cafile=config.ca_file)
    elif config.ca:
        with _named("ca"):
            context.load_verify_locations(cadata=config.ca)
    else:
        context.load_default_certs()
        context.load_verify_locations(cafile=certifi.where())


@contextmanager
def _files(config: TlsConfig) -> Iterator[tuple[Path, Path]]:
    """Give certificate and key as files; what is inline is written to a private directory."""
    with tempfile.TemporaryDirectory(prefix="alertrouter-tls-") as directory:
        cert, key = Path(directory, "cert.pem"), Path(directory, "key.pem")
        if config.cert_file is not None:
            cert = config.cert_file
        else:
            cert.write_text(config.cert)
        match config.private_key:
            case SecretFile(path):
                key = path
            case Secret() as secret:
                key.touch(mode=0o600)
                key.write_text(secret.reveal())
            case None:
                pass
        yield cert, key


@contextmanager
def _named(what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None)
        detail = f"{what} cannot be used: {reason or type(error).__name__}"
        raise BrokenExchange(NoAnswerCause.TLS, detail) from None
