"""The embedded store: one file, one process, nothing to install."""

from alertrouter.stores.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
