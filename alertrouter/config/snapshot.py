"""The files around routes.yaml as they are at one moment.

Kubernetes replaces all files of a mounted ConfigMap at once, by turning the symbolic link
``..data`` to a new directory. Reading two files through it may give one of either side of such a
turn; so the link is resolved once, and everything is read from where it leads. git-sync does the
same with a link in the place of the directory.
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
        """Resolve the ``..data`` link of *directory*, or *directory* if that is a link itself."""
        link = directory / _LINK
        return cls(directory, link.resolve() if link.is_symlink() else directory.resolve())

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
            anywhere = sorted(glob(str(whole)))  # noqa: PTH207  Path.glob takes no absolute pattern
            return [Path(name) for name in anywhere if Path(name).is_file()]
        inside = str(whole.relative_to(self.directory))
        for root in (self.current, self.directory):
            is_elsewhere = ".." in whole.parts and root != self.directory
            names = sorted(glob(inside, root_dir=root))  # noqa: PTH207  nor skips hidden files
            if names and not is_elsewhere:
                return [self.directory / name for name in names if (root / name).is_file()]
        return []
