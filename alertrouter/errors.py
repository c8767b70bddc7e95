"""Every way alertrouter can fail, on one page.

AlertrouterError
├── ConfigError          routes.yaml cannot be used; carries every Problem found
├── BadPayload           a sender posted something unreadable             HTTP 400
├── TooLarge             the request body is over the limit               HTTP 413
├── Overloaded           more is waiting than can be worked off           HTTP 503
├── StoreUnavailable     state could not be read or written               HTTP 503
├── StoreTooNew          the state was written by a newer alertrouter     the process does not start
├── StoreInUse           another process holds the embedded store         the process does not start
├── TemplateFailed       a template could not be rendered                 never reaches HTTP
└── SecretUnreadable     a secret's file could not be read                never reaches HTTP
"""

from dataclasses import dataclass
from typing import Final

MOST_PROBLEMS_SHOWN: Final = 100


class AlertrouterError(Exception):
    """Base of the tree above; never raised itself, caught only at the process edge."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a configuration file, told so that it can be mended.

    ``line`` and ``column`` count from 1 (0: the file as a whole); ``path`` is the place in the
    document (``route.routes[2].receiver``); ``message`` says what is wrong and what would be right.
    """

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        """Print as compilers do, so that editors can jump to it."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class ConfigError(AlertrouterError):
    """The configuration cannot be used. ``problems`` holds every mistake, in file order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems: Final = tuple(sorted(problems))
        shown = [str(problem) for problem in self.problems[:MOST_PROBLEMS_SHOWN]]
        if len(self.problems) > len(shown):
            shown.append(f"… and {len(self.problems) - len(shown)} more")
        super().__init__("\n".join(shown))


class BadPayload(AlertrouterError):
    """A request's body cannot be used; the text names the place."""


class TooLarge(AlertrouterError):
    """A request's body is longer than the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the body is larger than {limit} bytes (--web.max-body-bytes)")


class Overloaded(AlertrouterError):
    """More requests wait for the store than may; the sender should come again later."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} requests already wait for the store; try again")


class StoreUnavailable(AlertrouterError):
    """The store could not be read or written; nothing was acknowledged."""


class StoreTooNew(AlertrouterError):
    """The state on disk has a schema this version does not know."""

    def __init__(self, place: str, found: int, known: int) -> None:
        super().__init__(
            f"{place} has schema version {found}, this alertrouter knows up to {known}: "
            "start the newer version, or point --store at another file"
        )


class StoreInUse(AlertrouterError):
    """The embedded store serves one process, and another one has it open."""

    def __init__(self, place: str) -> None:
        super().__init__(f"{place} is in use by another alertrouter: stop it, or use another file")


class TemplateFailed(AlertrouterError):
    """A template could not be rendered. The text names the template and the reason."""

    def __init__(self, place: str, because: str) -> None:
        super().__init__(f"{place}: {because}")
        self.place: Final = place
        self.because: Final = because


class SecretUnreadable(AlertrouterError):
    """The file that holds a secret could not be read. Names the file, never its content."""

    def __init__(self, path: str, because: str) -> None:
        super().__init__(f"cannot read the secret in {path}: {because}")
