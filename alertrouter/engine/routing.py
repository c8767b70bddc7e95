"""Which routes an alert takes, and what decided that.

Depth first: a route speaks for itself only when none of its children match; after a child that
matched, its later siblings are asked only if it says ``continue``.
"""

from msgspec import Struct

from alertrouter.model.labels import Labels
from alertrouter.model.matchers import Matcher, all_match
from alertrouter.model.route import Route


def matching(route: Route, labels: Labels) -> list[Route]:
    """Return the routes below and including *route* that take an alert with *labels*."""
    if not all_match(route.matchers, labels):
        return []
    found: list[Route] = []
    for child in route.children:
        deeper = matching(child, labels)
        found += deeper
        if deeper and not child.continues:
            break
    return found or [route]


class RouteStep(Struct, frozen=True):
    """One route that was asked. ``refused_by`` is the first matcher that did not hold."""

    route: Route
    refused_by: Matcher | None
    takes: bool


def explained(route: Route, labels: Labels) -> list[RouteStep]:
    """Return every route that was asked, in the order of asking, with what it said."""
    refused_by = next((m for m in route.matchers if not m.matches(labels)), None)
    if refused_by is not None:
        return [RouteStep(route, refused_by, takes=False)]
    below: list[RouteStep] = []
    for child in route.children:
        steps = explained(child, labels)
        below += steps
        if steps[0].refused_by is None and not child.continues:
            break
    is_final = not any(step.takes for step in below)
    return [RouteStep(route, None, takes=is_final), *below]
