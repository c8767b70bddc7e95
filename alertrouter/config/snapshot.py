"""The files around routes.yaml as they are at one moment.

Kubernetes replaces all files of a mounted ConfigMap at once, by turning the symbolic link
``..data`` to a new directory. Reading two files through it may give one of either side of such a
turn; so the link is resolved once, and everything is read from where it leads.
"""

from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Final, Self

_LINK: Final = "..data"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A directory as people name it, and the one to read from at this moment."""

    directory: Path
    current: Path

    @classmethod
    def of(cls, directory: Path) -> Self:
        """Resolve the ``..data`` link of *directory*, if it has one."""
        link = directory / _LINK
        return cls(directory, link.resolve() if link.is_symlink() else directory)

    def read(self, path: Path) -> bytes:
        """Return the content of what people call *path*; raise OSError."""
        if path.is_relative_to(self.directory):
            here = self.current / path.relative_to(self.directory)
            if here.exists():
                return here.read_bytes()
        return path.read_bytes()

    def matching(self, pattern: str) -> list[Path]:
        """Return the files that match *pattern*, by the names that people know, in their order.

        A relative pattern is joined to the directory.
        """
        whole = self.directory / pattern
        if not whole.is_relative_to(self.directory):
            return [path for path in sorted(map(Path, glob(str(whole)))) if path.is_file()]
        inside = str(whole.relative_to(self.directory))
        for root in (self.current, self.directory):
            is_elsewhere = ".." in whole.parts and root != self.directory
            names = [] if is_elsewhere else sorted(glob(inside, root_dir=root))
            if names:
                return [self.directory / name for name in names if (root / name).is_file()]
        return []
