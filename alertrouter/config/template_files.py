"""The template files that ``templates:`` names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Final

from alertrouter.config.findings import Finding
from alertrouter.config.snapshot import Snapshot
from alertrouter.errors import Problem, TemplateFailed
from alertrouter.rendering.templates import Templates

_LINE: Final = re.compile(r"line (\d+): (.*)", re.DOTALL)
_OPEN_SET: Final = re.compile(r"\[\^?\]?[^\]]*\Z")


@dataclass(slots=True)
class TemplateFiles:
    """The files that were found and read, and what is wrong with the patterns and the files."""

    snapshot: Snapshot
    texts: dict[FilePath, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def find(self, patterns: Iterable[str]) -> None:
        """Read every file that matches one of *patterns*."""
        for index, pattern in enumerate(patterns):
            self._find(index, pattern)

    def _find(self, index: int, pattern: str) -> None:
        path = ("templates", index)
        if "\0" in pattern or _OPEN_SET.search(pattern):
            self.findings.append(Finding(path, "syntax error in pattern: close the `[`"))
            return
        files = self.snapshot.matching(pattern)
        if not files:
            self.warnings.append(Finding(path, f'no file matches "{pattern}"'))
        for file in files:
            try:
                self.texts.setdefault(file, self.snapshot.read(file).decode())
            except OSError as error:
                self.findings.append(Finding(path, f"cannot read {file}: {error.strerror}"))
            except UnicodeDecodeError:
                self.findings.append(Finding(path, f"{file} is not UTF-8 text: save it as UTF-8"))

    def compiled(self) -> Templates | Problem:
        """Compile the files on top of the built-in ones, or say which one cannot be used."""
        try:
            return Templates.load({str(path): text for path, text in self.texts.items()})
        except TemplateFailed as failure:
            located = _LINE.fullmatch(failure.because)
            if located is None:
                return Problem(failure.place, 0, 0, "", failure.because)
            return Problem(failure.place, int(located[1]), 1, "", located[2])
