"""The routing tree, with inheritance settled: at run time every route is complete."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from msgspec import Struct

from alertrouter.model.labels import Labels
from alertrouter.model.matchers import Matcher, listed

ROOT_KEY: Final = "{}"
GROUP_WAIT: Final = timedelta(seconds=30)
GROUP_INTERVAL: Final = timedelta(minutes=5)
REPEAT_INTERVAL: Final = timedelta(hours=4)


class RouteOptions(Struct, frozen=True, kw_only=True):
    """What a route says about its groups; a child starts as its parent.

    ``group_by`` holds sorted names; with ``group_by_all`` every label counts and they do not.
    """

    receiver: str
    group_by: tuple[str, ...] = ()
    group_by_all: bool = False
    group_wait: timedelta = GROUP_WAIT
    group_interval: timedelta = GROUP_INTERVAL
    repeat_interval: timedelta = REPEAT_INTERVAL


class Route(Struct, frozen=True, kw_only=True, eq=False):
    """One node of the tree.

    ``key`` names it in group keys, as Alertmanager does (``{}/{severity="critical"}``); two
    siblings with the same matchers share a key. ``id`` adds the positions and is unique.
    """

    options: RouteOptions
    matchers: tuple[Matcher, ...] = ()
    continues: bool = False
    children: tuple["Route", ...] = ()
    key: str = ROOT_KEY
    id: str = ROOT_KEY

    def group_labels(self, labels: Labels) -> Labels:
        """Return the labels that name the group in which an alert with *labels* falls."""
        return labels if self.options.group_by_all else labels.only(self.options.group_by)

    def group_key(self, group_labels: Labels) -> str:
        """Return the name of a group of this route, as receivers see it."""
        return f"{self.key}:{group_labels}"

    def walk(self) -> Iterator["Route"]:
        """Yield this route and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


def child_key(parent: Route | None, matchers: tuple[Matcher, ...]) -> str:
    """Return the key of a route with *matchers* (in listed order) under *parent*."""
    return ROOT_KEY if parent is None else f"{parent.key}/{listed(matchers)}"


def child_id(parent: Route | None, matchers: tuple[Matcher, ...], position: int) -> str:
    """Return the id of the route at *position* among the children of *parent*."""
    return ROOT_KEY if parent is None else f"{parent.id}/{listed(matchers)}/{position}"
