"""Routes as written become routes as they work: inheritance is settled here, once."""

from typing import Final

from msgspec.structs import replace

from alertrouter.config.reading import RouteAsWritten
from alertrouter.config.schema import RouteSection
from alertrouter.model.labels import NameMode
from alertrouter.model.matcher_grammar import parse_matchers
from alertrouter.model.matchers import Matcher, MatchOp, in_listed_order
from alertrouter.model.route import Route, RouteOptions, child_id, child_key

GROUP_BY_ALL: Final = "..."
"""In ``group_by``: every label counts."""


def compile_routes(root: RouteAsWritten, mode: NameMode) -> Route:
    """Build the tree below *root*, which the checks have found sound."""
    return _compiled(root, None, 0, mode)


def _compiled(
    written: RouteAsWritten, parent: Route | None, position: int, mode: NameMode
) -> Route:
    section = written.section
    matchers = in_listed_order(_matchers(section, mode))
    route = Route(
        options=_options(section, parent),
        matchers=matchers,
        continues=section.continues,
        key=child_key(parent, matchers),
        id=child_id(parent, matchers, position),
    )
    children = tuple(
        _compiled(child, route, index, mode) for index, child in enumerate(written.children)
    )
    return replace(route, children=children)


def _options(section: RouteSection, parent: Route | None) -> RouteOptions:
    """Start as the parent and change only what the section states."""
    options = RouteOptions(receiver="") if parent is None else parent.options
    stated: dict[str, object] = dict(section.intervals)
    if section.receiver:
        stated["receiver"] = section.receiver
    if section.group_by is not None:
        groups_by_all = GROUP_BY_ALL in section.group_by
        stated["group_by_all"] = groups_by_all
        if not groups_by_all:
            stated["group_by"] = tuple(sorted(section.group_by))
    return replace(options, **stated)


def _matchers(section: RouteSection, mode: NameMode) -> list[Matcher]:
    equal = [Matcher(name, MatchOp.EQUAL, value) for name, value in section.match.items()]
    regex = [
        Matcher(name, MatchOp.REGEX, f"^(?:{value})$") for name, value in section.match_re.items()
    ]
    return equal + regex + [one for text in section.matchers for one in parse_matchers(text, mode)]
