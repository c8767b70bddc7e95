"""A document as sections: everything that can be read of it, and a finding for all the rest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from alertrouter.channels.global_section import GlobalSection
from alertrouter.channels.registry import CHANNELS, ChannelSettings, kind_of
from alertrouter.config import unsupported
from alertrouter.config.document import Tree
from alertrouter.config.findings import Finding, Path
from alertrouter.config.schema import FileSection, ReceiverSection, RouteSection
from alertrouter.config.validation import expected, partly_validated, validated


@dataclass(frozen=True, slots=True)
class RouteAsWritten:
    """One route, where it stands, and the routes below it."""

    path: Path
    section: RouteSection
    children: tuple["RouteAsWritten", ...]

    def walk(self) -> Iterator["RouteAsWritten"]:
        """Yield this route and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class ChannelAsWritten:
    """One item of a ``<kind>_configs`` list, before the global defaults are applied."""

    path: Path
    kind: str
    index: int
    settings: ChannelSettings


@dataclass(frozen=True, slots=True)
class ReceiverAsWritten:
    """One receiver and its channels, in Alertmanager's order of kinds."""

    path: Path
    section: ReceiverSection
    channels: tuple[ChannelAsWritten, ...]

    @property
    def name(self) -> str:
        """The name by which routes know it."""
        return self.section.name

    @property
    def labels(self) -> Mapping[str, str]:
        """Its labels, of which the name is always one."""
        return {**self.section.labels, "name": self.section.name}


@dataclass(frozen=True, slots=True)
class FileAsWritten:
    """What could be read of routes.yaml. ``given`` is None if the global section is faulty.

    ``faulty`` has the paths of the findings, so that no check reports what follows from them.
    """

    top: FileSection
    given: GlobalSection | None
    root: RouteAsWritten | None
    receivers: tuple[ReceiverAsWritten, ...]
    faulty: frozenset[Path]


@dataclass(slots=True)
class Reader:
    """Reads the sections of one file, and collects the findings on the way."""

    directory: FilePath
    findings: list[Finding] = field(default_factory=list)

    def file(self, tree: dict[str, Tree]) -> FileAsWritten:
        """Read the whole file."""
        rest = dict(tree)
        self.findings += unsupported.refused(rest, unsupported.IN_FILE, ())
        top, findings = partly_validated(FileSection, rest, (), self.directory)
        self.findings += findings
        given = self._global(rest.get("global"))
        root = None if rest.get("route") is None else self._route(rest["route"], ("route",))
        receivers = tuple(self._receivers(rest.get("receivers")))
        faulty = frozenset(finding.path for finding in self.findings)
        return FileAsWritten(top, given, root, receivers, faulty)

    def _global(self, tree: Tree) -> GlobalSection | None:
        rest: Tree = dict(tree) if isinstance(tree, dict) else tree
        path: Path = ("global",)
        if isinstance(rest, dict):
            known = frozenset(
                field.alias or name for name, field in GlobalSection.model_fields.items()
            )
            keys = {key: why for key, why in unsupported.IN_GLOBAL.items() if key not in known}
            self.findings += unsupported.refused(rest, keys, path)
        given, findings = validated(
            GlobalSection, {} if rest is None else rest, path, self.directory
        )
        self.findings += findings
        return given

    def _route(self, tree: Tree, path: Path) -> RouteAsWritten | None:
        if tree is None:
            tree = {}
        if not isinstance(tree, dict):
            self.findings.append(Finding(path, expected("a mapping", tree)))
            return None
        rest = dict(tree)
        self.findings += unsupported.refused(rest, unsupported.IN_ROUTES, path)
        section, findings = partly_validated(RouteSection, rest, path, self.directory)
        self.findings += findings
        items = rest.get("routes")
        children = [
            self._route(item, (*path, "routes", index))
            for index, item in enumerate(items if isinstance(items, list) else [])
        ]
        return RouteAsWritten(path, section, tuple(child for child in children if child))

    def _receivers(self, tree: Tree) -> Iterator[ReceiverAsWritten]:
        for index, item in enumerate(tree if isinstance(tree, list) else []):
            path: Path = ("receivers", index)
            if not isinstance(item, dict | None):
                self.findings.append(Finding(path, expected("a mapping", item)))
                continue
            rest = dict(item or {})
            channels = tuple(self._channels(rest, path))
            self.findings += unsupported.refused(rest, unsupported.IN_RECEIVERS, path)
            section, findings = partly_validated(
                ReceiverSection, rest, path, self.directory, CHANNELS
            )
            self.findings += findings
            yield ReceiverAsWritten(path, section, channels)

    def _channels(self, receiver: dict[str, Tree], path: Path) -> Iterator[ChannelAsWritten]:
        """Take the channels out of *receiver* and read them."""
        for key, settings_type in CHANNELS.items():
            items = receiver.pop(key, None)
            if not isinstance(items, list | None):
                self.findings.append(Finding((*path, key), expected("a list", items)))
                continue
            for index, item in enumerate(items or []):
                place = (*path, key, index)
                settings, findings = validated(
                    settings_type, {} if item is None else item, place, self.directory
                )
                self.findings += findings
                if settings is not None:
                    yield ChannelAsWritten(place, kind_of(key), index, settings)
