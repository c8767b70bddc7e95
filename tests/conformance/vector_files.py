"""The recorded answers of Alertmanager in ``vectors/``, as typed values."""

from pathlib import Path
from typing import Final, TypeVar

import msgspec
import yaml

FOLDER: Final = Path(__file__).parent / "vectors"

T = TypeVar("T")


def vectors(name: str, key: str, shape: type[T]) -> list[T]:
    """Read the list under *key* of one file."""
    tree = yaml.load((FOLDER / f"{name}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    return msgspec.convert(tree[key], type=list[shape])  # type: ignore[valid-type]
