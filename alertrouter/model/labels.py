"""Label sets: what an alert is, as names and values.

Rules of this file:
1. A label with an empty value does not exist; whoever builds a Labels has dropped those.
2. A Labels never changes. It is the identity of an alert and a key of dictionaries.
3. What is expensive (fingerprint, digest) is computed when it is first asked for, then kept.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from hashlib import blake2b
from typing import Final

from alertrouter.model.quoting import quoted

_FNV_OFFSET: Final = 0xCBF29CE484222325
_FNV_PRIME: Final = 0x100000001B3
_64_BITS: Final = 0xFFFFFFFFFFFFFFFF
_CLASSIC_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class NameMode(StrEnum):
    """Which label names and which matcher grammar are accepted (``--enable-feature``)."""

    DEFAULT = "default"
    CLASSIC = "classic"
    UTF8 = "utf8"


def is_utf8(text: str) -> bool:
    """Say whether *text* can be written as UTF-8 (JSON can smuggle in lone surrogates)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_label_name(name: str, mode: NameMode = NameMode.DEFAULT) -> bool:
    """Say whether *name* may name a label: anything but empty, or the classic pattern."""
    if mode is NameMode.CLASSIC:
        return _CLASSIC_NAME.fullmatch(name) is not None
    return bool(name) and is_utf8(name)


class Labels(Mapping[str, str]):
    """An immutable label set, iterated in the order of its names.

    ``pairs`` holds the same as a tuple of (name, value), sorted by name.
    """

    __slots__ = ("_digest", "_fingerprint", "_hash", "_values", "pairs")

    def __init__(self, values: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        items = values.items() if isinstance(values, Mapping) else values
        self.pairs: Final[tuple[tuple[str, str], ...]] = tuple(sorted(items))
        self._values: Final = dict(self.pairs)
        self._hash: Final = hash(self.pairs)
        self._fingerprint: str | None = None
        self._digest: int | None = None

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, Labels):
            return self._hash == other._hash and self.pairs == other.pairs
        return NotImplemented

    def __repr__(self) -> str:
        return f"Labels({self})"

    def __str__(self) -> str:
        """Print as in group keys: ``{a="x", b="y"}``."""
        return "{" + ", ".join(f"{name}={quoted(value)}" for name, value in self.pairs) + "}"

    def value(self, name: str) -> str:
        """Return the value of *name*; a label that is absent is the same as an empty one."""
        return self._values.get(name, "")

    def only(self, names: Iterable[str]) -> "Labels":
        """Return the labels among *names* that are present."""
        values = self._values
        return Labels([(name, values[name]) for name in names if name in values])

    @property
    def fingerprint(self) -> str:
        """The 16 hex digits by which Alertmanager's API and webhooks name an alert.

        64-bit FNV-1a over name, 0xFF, value, 0xFF of each label in order.
        """
        if self._fingerprint is None:
            state = _FNV_OFFSET
            for byte in self._bytes():
                state = ((state ^ byte) * _FNV_PRIME) & _64_BITS
            self._fingerprint = f"{state:016x}"
        return self._fingerprint

    @property
    def digest(self) -> int:
        """A 64-bit number, the same in every process and version, for the notification log."""
        if self._digest is None:
            hashed = blake2b(self._bytes(), digest_size=8).digest()
            self._digest = int.from_bytes(hashed)
        return self._digest

    def _bytes(self) -> bytes:
        parts = [part.encode() for pair in self.pairs for part in pair]
        return b"\xff".join([*parts, b""])


NO_LABELS: Final = Labels()
