"""Decode once, look up ever after.

Senders post the same labels in the same bytes minute after minute. What such bytes mean is kept,
so that the hot path of ingest is a dictionary look-up and no second decode or validation.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """The value of ``decode`` for the most recent inputs; at most twice ``capacity`` of them.

    Two generations: when the young one is full it becomes the old one, and what is not asked for
    again is dropped with it. An input that ``decode`` refuses (by raising) is not kept.
    """

    def __init__(self, decode: Callable[[bytes], T], *, capacity: int) -> None:
        self._decode = decode
        self._capacity = capacity
        self._young: dict[bytes, T] = {}
        self._old: dict[bytes, T] = {}

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def value(self, raw: bytes) -> T:
        """Return what *raw* means; raises whatever ``decode`` raises."""
        found = self._young.get(raw)
        return self._older(raw) if found is None else found

    def _older(self, raw: bytes) -> T:
        found = self._old.get(raw)
        if found is None:
            found = self._decode(raw)
        if len(self._young) >= self._capacity:
            self._old, self._young = self._young, {}
        self._young[raw] = found
        return found
