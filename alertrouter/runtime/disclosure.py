"""Secrets laid open for one exchange, and covered again in what comes back.

Servers repeat what they were sent (``Cannot POST /services/T0/B0/…``), and what they answer is
shown to people. So whatever is revealed here is remembered and masked in the answer.
"""

import asyncio
import html
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import unquote, urlsplit

from alertrouter.channels.contract import Json
from alertrouter.errors import SecretUnreadable
from alertrouter.model.secret import MASK, Secret, SecretFile, SecretSource

OpenJson: TypeAlias = (
    bool | int | float | str | Sequence["OpenJson"] | Mapping[str, "OpenJson"] | None
)
# Shorter ones would mask letters of ordinary words and hide what a server says.
SHORTEST_MASKED: Final = 4
# Of the parts of a URL, those that can be a token.
SHORTEST_PART: Final = 8
_PARTS: Final = re.compile(r"[/&=]")


class Disclosure:
    """The secrets revealed for one exchange."""

    def __init__(self) -> None:
        self._shown: set[str] = set()

    async def text(self, source: SecretSource) -> str:
        """Reveal a secret; one in a file is read now. Raises SecretUnreadable."""
        if isinstance(source, SecretFile):
            text = await asyncio.to_thread(_read, source.path)
        else:
            text = source.reveal()
        self._remember(text)
        return text

    async def url(self, source: SecretSource) -> str:
        """Reveal a URL, of which the host is no secret but all the rest is."""
        if isinstance(source, SecretFile):
            text = await asyncio.to_thread(_read, source.path)
        else:
            text = source.reveal()
        parts = urlsplit(text)
        for part in (text, parts.path, parts.query, f"{parts.path}?{parts.query}", parts.password):
            self._remember(part or "")
        for part in _PARTS.split(f"{parts.path}&{parts.query}"):
            if len(part) >= SHORTEST_PART:
                self._remember(part)
        return text

    async def basic(self, username: str, source: SecretSource | None) -> str:
        """Reveal a password in the form of basic authentication (RFC 7617)."""
        password = "" if source is None else await self.text(source)
        encoded = b64encode(f"{username}:{password}".encode()).decode()
        self._remember(encoded)
        return encoded

    def json(self, value: Json) -> OpenJson:
        """Reveal every secret in a JSON value."""
        match value:
            case Secret():
                self._remember(value.reveal())
                return value.reveal()
            case Mapping():
                return {name: self.json(item) for name, item in value.items()}
            case str():
                return value
            case Sequence():
                return [self.json(item) for item in value]
            case _:
                return value

    def masked(self, text: str) -> str:
        """Put ``<secret>`` wherever *text* shows something that was revealed."""
        for secret in sorted(self._shown, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text

    def _remember(self, secret: str) -> None:
        for form in (secret, *secret.splitlines(), html.escape(secret), unquote(secret)):
            if len(form) >= SHORTEST_MASKED:
                self._shown.add(form)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise SecretUnreadable(str(path), error.strerror or type(error).__name__) from None
    except UnicodeDecodeError:
        raise SecretUnreadable(str(path), "it is not UTF-8 text") from None
