"""Loads configurations for tests, without a file and without the process's environment."""

from collections.abc import Mapping
from pathlib import Path

from alertrouter.config.configuration import Configuration
from alertrouter.config.loader import load_text
from alertrouter.model.labels import NameMode

NOWHERE = Path("/nonexistent")


def load(
    text: str, mode: NameMode = NameMode.DEFAULT, environment: Mapping[str, str] | None = None
) -> Configuration:
    """Load *text* as a routes.yaml that lies where no other file is."""
    return load_text(
        text, file="routes.yaml", directory=NOWHERE, mode=mode, environment=environment or {}
    )
