"""Templates: the texts that receivers are sent, written in Jinja2.

Rules of this file:
1. Every macro of every file is callable by its name in every field and in every other macro.
2. A macro takes the place of one with the same name in an earlier file; the built-in defaults
   come first. So ``{% macro slack_title() %}…{% endmacro %}`` changes the title of every message.
3. What can be known to be wrong is found when a template is compiled: syntax, unknown names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from importlib.resources import files as package_files
from typing import Final, Self

from jinja2 import Template
from jinja2.exceptions import TemplateRuntimeError
from jinja2.meta import find_undeclared_variables

from alertrouter.errors import TemplateFailed
from alertrouter.rendering.complaints import UNCOMPILABLE, UNRENDERABLE, complaint
from alertrouter.rendering.context import View
from alertrouter.rendering.library import Library, refuse_unknown
from alertrouter.rendering.sandbox import BUDGET, LONGEST_TEXT, Budget, Sandbox

DATA: Final = frozenset(field.name for field in fields(View))
_MARKS: Final = ("{{", "{%", "{#")


def is_template(text: str) -> bool:
    """Say whether *text* has anything to fill in."""
    return any(mark in text for mark in _MARKS)


@dataclass(frozen=True, slots=True)
class Wording:
    """The text of one field, compiled. ``place`` is where it stands in routes.yaml."""

    place: str
    template: Template | None
    constant: str
    macros: frozenset[str]
    library: Template

    def rendered(self, view: View) -> str:
        """Fill in the text, or raise TemplateFailed."""
        if self.template is None:
            return self.constant
        names: dict[str, object] = {name: getattr(view, name) for name in DATA}
        names[BUDGET] = Budget()
        try:
            if self.macros:
                module = self.library.make_module(names)
                names.update({name: getattr(module, name) for name in self.macros})
            return _limited(self.template.generate(names))
        except UNRENDERABLE as error:
            raise TemplateFailed(self.place, complaint(error)) from None


class Templates:
    """The macros of the defaults and of the user's files, and the fields that use them."""

    def __init__(self, plain: Library, html: Library) -> None:
        self._libraries: Final = {False: plain, True: html}
        self._compiled: Final[dict[tuple[str, bool], tuple[Template, frozenset[str]]]] = {}

    @classmethod
    def load(cls, files: Mapping[str, str]) -> Self:
        """Compile the texts of template files by name, in order, on top of the defaults.

        Raises TemplateFailed for the first file that cannot be used.
        """
        everything = defaults() | dict(files)
        return cls(
            Library(Sandbox(html=False), everything, known=DATA),
            Library(Sandbox(html=True), everything, known=DATA),
        )

    def compile(self, text: str, place: str, *, html: bool = False) -> Wording:
        """Compile the text of the field at *place*; with *html* values are escaped for it.

        Raises TemplateFailed if the text cannot be a template.
        """
        library = self._libraries[html]
        if not is_template(text):
            return Wording(place, None, text, frozenset(), library.template)
        if (text, html) not in self._compiled:
            try:
                self._compiled[text, html] = self._compile(text, library)
            except UNCOMPILABLE as error:
                raise TemplateFailed(place, complaint(error, text)) from None
        template, macros = self._compiled[text, html]
        return Wording(place, template, "", macros, library.template)

    @staticmethod
    def _compile(text: str, library: Library) -> tuple[Template, frozenset[str]]:
        tree = library.sandbox.parsed(text)
        names = find_undeclared_variables(tree)
        refuse_unknown(names, DATA | library.names | set(library.sandbox.globals))
        return library.sandbox.from_string(tree), library.names & names


def defaults() -> dict[str, str]:
    """Return the built-in template files by name."""
    folder = package_files(__package__) / "defaults"
    found = sorted(folder.iterdir(), key=lambda file: file.name)
    return {f"defaults/{file.name}": file.read_text("utf-8") for file in found}


def _limited(parts: Iterable[str]) -> str:
    taken, size = [], 0
    for part in parts:
        size += len(part)
        if size > LONGEST_TEXT:
            raise TemplateRuntimeError(f"the text is longer than {LONGEST_TEXT} characters")
        taken.append(part)
    return "".join(taken)
