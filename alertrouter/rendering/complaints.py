"""What is wrong with a template, in a sentence that helps to mend it."""

import re
from typing import Final

from jinja2 import TemplateError, TemplateSyntaxError

UNCOMPILABLE: Final = (
    TemplateError, SyntaxError, ValueError, RecursionError, MemoryError, OverflowError
)  # fmt: skip
"""What compiling raises: Jinja2's own errors, and Python's for what nests too deep."""
UNRENDERABLE: Final = (
    TemplateError, ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError,
    RuntimeError, StopIteration, TypeError, ValueError,
)  # fmt: skip
"""What rendering raises: a template is a program, and this is how programs fail."""

_GO: Final = re.compile(
    r"""\{\{-?\s*(?:
        [.$]                                                # {{ .Status }}, {{ $x := 1 }}
        | (?:define|template|block)\s+"
        | (?:range|if|with|end|else|break|continue)\b
        | [A-Za-z]+\s+["`.$(]                               # {{ toUpper .Status }}
        | [^{}]*\|\s*[A-Za-z]+\s+["`.$]                     # {{ .Values | join "," }}
    )""",
    re.VERBOSE,
)


def complaint(error: BaseException, text: str = "") -> str:
    """Say what is wrong; *text* is the template, where it could not even be compiled."""
    if _GO.search(text):
        return (
            "this looks like a Go template, but templates are written in Jinja2 here: "
            "write {{ status }} for {{ .Status }}, {{ common_labels.severity }} for "
            '{{ .CommonLabels.severity }}, {{ slack_title() }} for {{ template "slack.title" . }}'
        )
    if isinstance(error, TemplateSyntaxError):
        line = f"line {error.lineno}: " if "\n" in text.strip() else ""
        return f"{line}{error.message}"
    if isinstance(error, TemplateError):
        return error.message or type(error).__name__
    if isinstance(error, RecursionError | MemoryError):
        return "it nests or calls itself too deep"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
