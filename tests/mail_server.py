"""A real mail server for tests: takes mails, or refuses them as told."""

import asyncio
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """One mail as it was handed over."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    is_encrypted: bool
    user: str | None


class MailSink:
    """A mail server on loopback, to be used in a ``with`` block.

    ``replies`` has what is answered instead of a success: by recipient, or under DATA for a whole
    mail. With *users* it wants a password, and answers *refusal* unless it is that of the user.
    """

    def __init__(
        self,
        *,
        replies: Mapping[str, str] | None = None,
        users: Mapping[str, str] | None = None,
        starttls: ssl.SSLContext | None = None,
        implicit: ssl.SSLContext | None = None,
        auth_without_tls: bool = False,
        refusal: str = "535 5.7.8 Authentication failed",
    ) -> None:
        self.mails: Final[list[ReceivedMail]] = []
        self._replies = dict(replies or {})
        self._users = users
        self._refusal = refusal
        self._implicit = implicit
        self._starttls = starttls
        self._auth_without_tls = auth_without_tls
        self._port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    @property
    def port(self) -> int:
        """The port it listens on, or listened on."""
        return self._port

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(5)
        self._port = int(self._server.sockets[0].getsockname()[1])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(self._serve, "127.0.0.1", 0, ssl=self._implicit)

    def _serve(self) -> SMTP:
        return SMTP(
            self,
            tls_context=self._starttls,
            auth_require_tls=not self._auth_without_tls,
            authenticator=None if self._users is None else self._check,
            hostname="sink",
        )

    async def _stop(self) -> None:
        self._server.close()
        conversations = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in conversations:
            task.cancel()
        if conversations:
            await asyncio.wait(conversations)

    def _check(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        known = (self._users or {}).get(data.login.decode())
        is_right = known is not None and known.encode() == data.password
        if is_right:
            return AuthResult(success=True, auth_data=data.login.decode())
        refusal = self._refusal.format(password=data.password.decode().split("\n")[0])
        return AuthResult(success=False, handled=False, message=refusal)

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take or refuse a recipient."""
        if address in self._replies:
            return self._replies[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take or refuse a mail."""
        if "DATA" in self._replies:
            return self._replies["DATA"]
        content = envelope.content
        self.mails.append(
            ReceivedMail(
                sender=str(envelope.mail_from),
                recipients=tuple(envelope.rcpt_tos),
                content=content if isinstance(content, bytes) else str(content).encode(),
                is_encrypted=session.ssl is not None,
                user=session.auth_data,
            )
        )
        return "250 queued as 1"
