"""The Jinja2 environments in which templates run, and the limits they run under.

Rules of this file:
1. A template sees the notification and nothing of Python: the sandbox refuses private names.
2. A name that does not exist is an error, never an empty text. (A label that is absent is empty.)
3. A template ends: every turn of a loop and every call costs a step, and steps are limited.
"""

import warnings
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.exceptions import SecurityError, TemplateRuntimeError, TemplateSyntaxError
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from alertrouter.rendering.functions import FILTERS, TESTS

MOST_STEPS: Final = 100_000
LONGEST_TEXT: Final = 1_000_000
BUDGET: Final = "_budget"

_Item = TypeVar("_Item")


class Budget:
    """How many steps one rendering may still take."""

    __slots__ = ("_left",)

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self._left = steps

    def spend(self) -> None:
        """Take a step, or raise TemplateRuntimeError if there are none left."""
        self._left -= 1
        if self._left < 0:
            raise TemplateRuntimeError(f"it takes more than {MOST_STEPS} steps: loop over less")


@pass_context
def counted(context: Context, items: Iterable[_Item]) -> Iterator[_Item]:
    """Yield *items*, each at the price of a step. Every loop runs through this filter."""
    budget = context[BUDGET]
    for item in items:
        budget.spend()
        yield item


def limited_range(*args: int) -> range:
    """Return a range of at most as many numbers as there are steps."""
    numbers = range(*args)
    if len(numbers) > MOST_STEPS:
        raise ValueError(f"range() gives at most {MOST_STEPS} numbers")
    return numbers


class Sandbox(ImmutableSandboxedEnvironment):
    """Where templates are compiled and run; with *html* every value is escaped when printed."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, *, html: bool) -> None:
        super().__init__(
            autoescape=html,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            finalize=_printable,
            extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
        )
        self.filters.update(FILTERS, counted=counted)
        self.tests.update(TESTS)
        self.globals["range"] = limited_range

    def parsed(self, text: str) -> nodes.Template:
        """Parse a template, its loops counted. Raises TemplateSyntaxError."""
        with warnings.catch_warnings():  # '\d' is what people write in expressions, and it works
            warnings.simplefilter("ignore", DeprecationWarning)
            tree = self.parse(text)
        foreign = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
        for node in tree.find_all(foreign):
            raise TemplateSyntaxError(
                "files are not included: the macros of all files are callable by name", node.lineno
            )
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(
                loop.iter, "counted", [], [], None, None, lineno=loop.lineno, environment=self
            )
        return tree

    def call(self, context: Context, obj: object, /, *args: object, **kwargs: object) -> object:
        """Call something from a template, at the price of a step."""
        context[BUDGET].spend()
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Multiply numbers; nothing is repeated a million times."""
        if not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise SecurityError(f"{operator} is for numbers only")
        if operator == "**" and (abs(left) > 10_000 or abs(right) > 100):
            raise SecurityError("the power is too large")
        return super().call_binop(context, operator, left, right)


def _printable(value: object) -> object:
    """Print nothing for None; refuse a macro that is named but not called."""
    if isinstance(value, Macro):
        raise TemplateRuntimeError(f"{value.name} is a macro: write {value.name}()")
    return "" if value is None else value
