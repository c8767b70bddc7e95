"""routes.yaml in, a Configuration out; or one ConfigError with every problem there is.

Reading goes in steps: YAML, sections, checks across sections, templates and channels. A step works
with what the one before could read, so that a mistake hides as few others as possible.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from alertrouter.config.cautions import cautions
from alertrouter.config.checks import CHECKS
from alertrouter.config.compiling import compile_routes
from alertrouter.config.configuration import Configuration
from alertrouter.config.document import Document
from alertrouter.config.environment import process_environment
from alertrouter.config.findings import Finding
from alertrouter.config.opening import Opener
from alertrouter.config.reading import Reader
from alertrouter.config.snapshot import Snapshot
from alertrouter.config.template_files import TemplateFiles
from alertrouter.config.validation import expected
from alertrouter.engine.policy import Policy
from alertrouter.errors import ConfigError, Problem
from alertrouter.model.labels import NameMode


@dataclass(frozen=True, slots=True)
class _Source:
    """What is loaded, and the circumstances. ``files`` are those that were read for it."""

    text: str
    file: str
    snapshot: Snapshot
    mode: NameMode
    external_url: str
    environment: Mapping[str, str]
    files: tuple[Path, ...] = ()


def load_file(
    path: Path,
    *,
    mode: NameMode = NameMode.DEFAULT,
    external_url: str = "",
    environment: Mapping[str, str] | None = None,
) -> Configuration:
    """Read the file at *path* and those it names; raise ConfigError with every problem.

    All are read from one side of a ConfigMap update; if one happens meanwhile, all are read again.
    """
    variables = process_environment() if environment is None else environment

    def load(snapshot: Snapshot) -> Configuration:
        text = _text(path, snapshot)
        return _load(_Source(text, str(path), snapshot, mode, external_url, variables, (path,)))

    snapshot = Snapshot.of(path.parent)
    try:
        return load(snapshot)
    except ConfigError:
        newer = Snapshot.of(path.parent)
        if newer == snapshot:
            raise
    return load(newer)


def load_text(
    text: str,
    *,
    file: str,
    directory: Path,
    mode: NameMode = NameMode.DEFAULT,
    external_url: str = "",
    environment: Mapping[str, str] | None = None,
) -> Configuration:
    """Read *text*, which messages call *file*; raise ConfigError with every problem.

    Relative paths are joined to *directory*. *external_url* is where people reach this service.
    Variables come from *environment* (None: that of the process).
    """
    variables = process_environment() if environment is None else environment
    return _load(_Source(text, file, Snapshot.of(directory), mode, external_url, variables))


def _text(path: Path, snapshot: Snapshot) -> str:
    remedy = "give the path of a readable routes.yaml"
    try:
        return snapshot.read(path).decode()
    except OSError as error:
        message = f"cannot be read ({error.strerror}): {remedy}"
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8: save the file as UTF-8"
    raise ConfigError([Problem(str(path), 0, 0, "", message)])


def _load(source: _Source) -> Configuration:
    document = Document(source.text, file=source.file, environment=source.environment)
    if not isinstance(document.tree, dict):
        raise ConfigError([*document.problems, document.problem(_not_a_configuration(document))])
    reader = Reader(source.snapshot.directory)
    written = reader.file(document.tree)
    files = TemplateFiles(source.snapshot)
    files.find(written.top.templates)
    templates = files.compiled()
    opener = Opener(
        written.given, None if isinstance(templates, Problem) else templates, source.external_url
    )
    for receiver in written.receivers:
        opener.open(receiver)

    checked = [one for check in CHECKS for one in check(written, source.mode)]
    findings = reader.findings + checked + files.findings + opener.findings
    problems = _located(document, findings)
    if isinstance(templates, Problem):
        problems.append(templates)
    if problems or written.root is None or written.given is None:
        raise ConfigError(problems)
    root = compile_routes(written.root, source.mode)
    doubts = [*files.warnings, *cautions(written, root, source.mode)]
    return Configuration(
        policy=Policy(
            root=root,
            receivers=opener.receivers,
            resolve_timeout=written.given.resolve_timeout,
            stale_after=written.top.webhook.stale_after,
        ),
        receivers=opener.receivers,
        receiver_labels={one.name: one.labels for one in written.receivers},
        channels=opener.channels,
        files=(*source.files, *files.texts),
        digest=hashlib.md5(source.text.encode(), usedforsecurity=False).digest(),
        warnings=tuple(map(str, sorted(map(document.problem, doubts)))),
    )


def _not_a_configuration(document: Document) -> Finding:
    if document.tree is None:
        return Finding(
            (), "no route provided in config: the file is empty, write `route` and `receivers`"
        )
    return Finding((), expected("a mapping with `route` and `receivers`", document.tree))


def _located(document: Document, findings: list[Finding]) -> list[Problem]:
    """Place the findings, but not those that only follow from a problem with the YAML there."""
    spoilt = {(problem.line, problem.column) for problem in document.problems}
    located = dict.fromkeys(map(document.problem, findings))
    return document.problems + [one for one in located if (one.line, one.column) not in spoilt]
