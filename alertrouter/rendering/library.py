"""The macros of all template files, put together so that each can call every other.

They become one Jinja2 module in which the last definition of a name is the only one: what a user
overrides is overridden for the built-in defaults too.
"""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from jinja2 import Template, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from alertrouter.errors import TemplateFailed
from alertrouter.rendering.complaints import UNCOMPILABLE, complaint
from alertrouter.rendering.sandbox import BUDGET, Sandbox


class Library:
    """The macros and variables of template files, compiled for one sandbox.

    ``known`` are the names that the data has; no macro may take one of them. Raises TemplateFailed
    naming the first file that cannot be used.
    """

    def __init__(
        self, sandbox: Sandbox, files: Mapping[str, str], *, known: Collection[str]
    ) -> None:
        self.sandbox: Final = sandbox
        found: dict[str, tuple[str, nodes.Stmt]] = {}
        for file, text in files.items():
            try:
                for name, definition in _definitions(sandbox.parsed(text)):
                    if name in known or name == BUDGET:
                        raise TemplateSyntaxError(
                            f"{name} is what the data is called: give the macro another name",
                            definition.lineno,
                        )
                    found[name] = (file, definition)
            except UNCOMPILABLE as error:
                raise TemplateFailed(file, complaint(error, text)) from None
        self.names: Final = frozenset(name for name in found if not name.startswith("_"))
        everything = {*known, *found, *sandbox.globals}
        for file, definition in found.values():
            self._check(file, definition, everything)
        # Variables come first: a macro sees those that stand before it.
        ordered = sorted(found.values(), key=lambda one: isinstance(one[1], nodes.Macro))
        self.template: Final[Template] = sandbox.from_string(
            _tree([definition for _, definition in ordered], sandbox)
        )

    def _check(self, file: str, definition: nodes.Stmt, everything: Collection[str]) -> None:
        try:
            names = find_undeclared_variables(_tree([definition], self.sandbox))
            refuse_unknown(names, everything, definition.lineno)
        except UNCOMPILABLE as error:
            raise TemplateFailed(file, complaint(error)) from None


def refuse_unknown(names: Collection[str], known: Collection[str], line: int = 1) -> None:
    """Raise TemplateSyntaxError if one of *names* is not *known*, with what may be meant."""
    for name in sorted(set(names) - set(known)):
        close = get_close_matches(name, known, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise TemplateSyntaxError(f"{name!r} is not known in templates{hint}", line)


def _definitions(tree: nodes.Template) -> Iterator[tuple[str, nodes.Stmt]]:
    """Yield what a file defines. Text between macros is a comment."""
    for node in tree.body:
        match node:
            case nodes.Macro(name=name):
                yield str(name), node
            case nodes.Assign(target=nodes.Name(name=name)):
                yield str(name), node
            case nodes.Output(nodes=parts) if all(isinstance(p, nodes.TemplateData) for p in parts):
                pass
            case _:
                raise TemplateSyntaxError(
                    "only {% macro %} and {% set %} can stand by themselves in a template file",
                    node.lineno,
                )


def _tree(body: list[nodes.Stmt], sandbox: Sandbox) -> nodes.Template:
    tree = nodes.Template(list[nodes.Node](body), lineno=1)
    tree.set_environment(sandbox)
    return tree
