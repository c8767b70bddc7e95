"""The stores that the contract is tried on."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from alertrouter.stores.contract import Store
from alertrouter.stores.sqlite import SqliteStore

# Opens the store; after it was closed, opens what it left behind.
Opening: TypeAlias = Callable[[], Awaitable[Store]]


@pytest.fixture(params=["sqlite"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Opening:
    """One kind of store after the other, empty at first."""
    openings: dict[str, Opening] = {"sqlite": lambda: SqliteStore.open(tmp_path / "state.db")}
    return openings[request.param]
