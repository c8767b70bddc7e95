"""The vocabulary of every section of routes.yaml: scalar types, and what an absent value means.

YAML guesses types from spelling (``yes``, ``012``, ``17:00``, ``2024-01-01``), people do not. So a
document is a tree of ``dict[str, …]``, ``list``, ``str`` (quoted), ``Plain`` (not quoted) and
None, and the field that a scalar lands in decides how its text is read.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    PlainValidator,
    ValidationInfo,
    WrapValidator,
    model_validator,
)
from pydantic.fields import FieldInfo

from alertrouter.model.durations import parse_duration
from alertrouter.model.secret import MASK, Secret, SecretFile
from alertrouter.wire.scalar_grammar import (
    from_nanoseconds,
    parse_bool,
    parse_float,
    parse_go_duration,
    parse_host_port,
    parse_http_url,
    parse_int,
    parse_secret_url,
    parse_uint,
    shown,
)

DIRECTORY: Final = "directory"
"""The key of the validation context under which the loader tells where routes.yaml lies."""

_Value = TypeVar("_Value")


class Plain(str):
    """A YAML scalar without quotes. Only such a one can be a number or a boolean."""

    __slots__ = ()


def described(found: object) -> str:
    """Name what stands in the file where something else was expected."""
    match found:
        case None:
            return "nothing"
        case str():
            return shown(found)
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return f"a {type(found).__name__}"


def unexpected(what: str, found: object) -> ValueError:
    """Return the error to raise where *what* was expected and something else was found."""
    return ValueError(f"expected {what}, found {described(found)}")


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise unexpected("text", found)
    return str(found)


def _unquoted(parse: Callable[[str], _Value], what: str) -> Callable[[object], _Value]:
    def read(found: object) -> _Value:
        if isinstance(found, Plain):
            return parse(str(found))
        if isinstance(found, str):
            raise unexpected(f"{what} without quotes", found)
        raise unexpected(what, found)

    return read


def _textual(parse: Callable[[str], _Value]) -> Callable[[object], _Value]:
    return lambda found: parse(_text(found))


def _go_duration(found: object) -> timedelta:
    if isinstance(found, Plain) and found.isdecimal() and found.isascii():
        return from_nanoseconds(parse_uint(found))
    return parse_go_duration(_text(found))


def _secret(found: object) -> Secret:
    if not isinstance(found, str):
        raise unexpected("text", found)
    return Secret(str(found))


def _secret_url(found: object) -> Secret:
    secret = _secret(found)
    text = secret.reveal()
    return secret if text == MASK else Secret(parse_secret_url(text))


def _path(found: object) -> Path | None:
    text = _text(found)
    if "\0" in text:
        raise ValueError("a path cannot hold a NUL character")
    return Path(text) if text else None


def _nearby_path(found: object, info: ValidationInfo) -> Path | None:
    path = _path(found)
    directory = info.context.get(DIRECTORY) if isinstance(info.context, dict) else None
    return directory / path if path is not None and isinstance(directory, Path) else path


def _secret_path(found: object) -> SecretFile | None:
    path = _path(found)
    return None if path is None else SecretFile(path)


def _nearby_secret_path(found: object, info: ValidationInfo) -> SecretFile | None:
    path = _nearby_path(found, info)
    return None if path is None else SecretFile(path)


def _null_is_empty(found: object) -> object:
    return "" if found is None else found


Text: TypeAlias = Annotated[str, BeforeValidator(_null_is_empty)]
"""Text as an item of a list or mapping, where null stands for the empty text."""
YamlBool: TypeAlias = Annotated[bool, BeforeValidator(_unquoted(parse_bool, "true or false"))]
YamlInt: TypeAlias = Annotated[int, BeforeValidator(_unquoted(parse_int, "a whole number"))]
YamlUint: TypeAlias = Annotated[int, BeforeValidator(_unquoted(parse_uint, "a whole number"))]
YamlFloat: TypeAlias = Annotated[float, BeforeValidator(_unquoted(parse_float, "a number"))]
Duration: TypeAlias = Annotated[timedelta, BeforeValidator(_textual(parse_duration))]
"""A duration in Prometheus' grammar: ``1h30m``, ``90s``, ``2w``."""
GoDuration: TypeAlias = Annotated[timedelta, BeforeValidator(_go_duration)]
"""A duration in Go's grammar: ``300ms``, ``1.5h``; a bare integer counts nanoseconds."""
SecretText: TypeAlias = Annotated[Secret, BeforeValidator(_secret)]
SecretPath: TypeAlias = Annotated[SecretFile | None, BeforeValidator(_secret_path)]
"""The path of a file with a secret, relative to the working directory; empty means unset."""
NearbySecretPath: TypeAlias = Annotated[SecretFile | None, BeforeValidator(_nearby_secret_path)]
"""The same, but relative to the directory of routes.yaml, as everything in ``http_config`` is."""
NearbyPath: TypeAlias = Annotated[Path | None, BeforeValidator(_nearby_path)]
"""A path relative to the directory of routes.yaml; empty means unset."""
HttpUrl: TypeAlias = Annotated[str, BeforeValidator(_textual(parse_http_url))]
SecretHttpUrl: TypeAlias = Annotated[Secret, BeforeValidator(_secret_url)]
"""A URL that is a secret; ``<secret>``, as the API shows it, is taken too."""
HostPort: TypeAlias = Annotated[str, BeforeValidator(_textual(parse_host_port))]
"""``host:port``; empty means unset."""


class Section(BaseModel, extra="forbid", frozen=True, arbitrary_types_allowed=True):
    """One mapping of routes.yaml. An unknown key is an error, a null stands for the zero value.

    The zero value of text is the empty text, even where the default is another; any other field
    that is null is as good as absent.
    """

    @model_validator(mode="before")
    @classmethod
    def _null_is_zero(cls, given: object) -> object:
        if not isinstance(given, dict) or None not in given.values():
            return given
        fields = {field.alias or name: field for name, field in cls.model_fields.items()}
        return {
            key: "" if value is None else value
            for key, value in given.items()
            if value is not None or key not in fields or _is_text(fields[key])
        }


def _is_text(field: FieldInfo) -> bool:
    validators = (AfterValidator, BeforeValidator, PlainValidator, WrapValidator)
    return field.annotation is str and all(
        not isinstance(mark, validators)
        or (isinstance(mark, BeforeValidator) and mark.func is _null_is_empty)
        for mark in field.metadata
    )
