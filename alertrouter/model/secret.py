"""Secrets that cannot be printed by accident.

A value that must not be seen travels as a Secret (or as the file that holds one) from routes.yaml
to the transport, which is the only caller of ``reveal``.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

MASK: Final = "<secret>"


class Secret:
    """Text that prints as ``<secret>`` in every way Python prints things."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text: Final = text

    def reveal(self) -> str:
        """Return the text itself; for the transport, and for nobody else."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __repr__(self) -> str:
        return MASK

    def __reduce__(self) -> tuple[type["Secret"], tuple[str]]:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A secret kept in a file, read again for each use so that rotation needs no reload."""

    path: Path


SecretSource: TypeAlias = Secret | SecretFile
