"""The rules of this repository that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

import pytest

ROOT: Final = Path(__file__).parent.parent
PRODUCT: Final = sorted((ROOT / "alertrouter").rglob("*.py"))
TESTS: Final = sorted((ROOT / "tests").rglob("*.py"))
TEXTS: Final = sorted(
    path
    for place in (".ci", "alertrouter", "docs", "examples", "tests")
    for path in (ROOT / place).rglob("*")
    if path.is_file() and "__pycache__" not in path.parts and path != Path(__file__)
) + [ROOT / name for name in ("CHANGELOG.md", "Makefile", "README.md", "pyproject.toml")]

LONGEST_MODULE: Final = 400
LONGEST_FUNCTION: Final = 40
VAGUE_WORDS: Final = {
    "base", "common", "generic", "handler", "helper", "impl", "manager", "misc",
    "processor", "shared", "stuff", "util", "utility",
}  # fmt: skip
# The repository speaks of the product, and not of the places and people that made it.
FOREIGN: Final = re.compile(
    r"/work/|/home/\w|\bshared/(?:reference|conformance|design)|/tmp/(?:v|am)\b"
    r"|\b(?:issue|ticket|PR) ?#?\d+|(?<!User-)(?<!user_)\bagents?\b|\bsub-?agents?\b",
    re.IGNORECASE,
)

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def words_of(name: str) -> set[str]:
    """Split ``http_configs`` and ``HttpConfig`` alike into lower-case words, singular."""
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}
    return words | {word.removesuffix("s") for word in words}


def undocumented(tree: ast.AST) -> Iterator[str]:
    """Name the public methods of public classes that say nothing about themselves."""
    for owner in ast.walk(tree):
        if not isinstance(owner, ast.ClassDef) or owner.name.startswith("_"):
            continue
        for member in owner.body:
            if (
                isinstance(member, Function)
                and not member.name.startswith("_")
                and ast.get_docstring(member) is None
            ):
                yield f"{owner.name}.{member.name} (line {member.lineno})"


@pytest.mark.parametrize("path", PRODUCT, ids=named)
def test_names_say_what_a_thing_does(path: Path) -> None:
    """A module or class is named after what it is, not after being of some use."""
    names = [part for part in path.relative_to(ROOT).with_suffix("").parts if part != "__init__"]
    classes = [
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    ]
    assert {name: words_of(name) & VAGUE_WORDS for name in names + classes} == {
        name: set() for name in names + classes
    }


@pytest.mark.parametrize("path", [*PRODUCT, *TESTS], ids=named)
def test_a_module_is_read_in_one_sitting(path: Path) -> None:
    """What is longer is split by what changes together."""
    text = path.read_text()
    assert text.count("\n") <= LONGEST_MODULE
    long = {
        f"{node.name} (line {node.lineno})": length
        for node in ast.walk(ast.parse(text))
        if isinstance(node, Function)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


@pytest.mark.parametrize("path", PRODUCT, ids=named)
def test_every_public_method_says_what_it_promises(path: Path) -> None:
    """The linter looks at modules, classes and functions; methods are looked at here."""
    assert list(undocumented(ast.parse(path.read_text()))) == []


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_texts_speak_of_the_product_alone(path: Path) -> None:
    """No paths of somebody's machine, no numbers of tickets that readers cannot open."""
    text = path.read_text(errors="replace")
    assert [found.group() for found in FOREIGN.finditer(text)] == []


@pytest.mark.parametrize(
    ("name", "vague"),
    [
        pytest.param("json_utils", {"util"}, id="a module"),
        pytest.param("HTTPHandler", {"handler"}, id="a class"),
        pytest.param("RouteManagers", {"manager"}, id="several"),
        pytest.param("alertmanager_webhook", set(), id="the name of a program"),
    ],
)
def test_vague_names_are_found(name: str, vague: set[str]) -> None:
    """A rule that finds nothing in bad code would be no rule."""
    assert words_of(name) & VAGUE_WORDS == vague


def test_silent_methods_and_foreign_words_are_found() -> None:
    """The same for the other rules."""
    assert list(undocumented(ast.parse("class A:\n  def b(self): ...\n"))) == ["A.b (line 2)"]
    assert FOREIGN.search("see issue #12") is not None
    assert FOREIGN.search("the User-Agent header") is None
