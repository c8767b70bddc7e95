"""Scalars are read by the field they land in, and null means the zero value."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from pydantic import Field, ValidationError

from alertrouter.model.secret import Secret, SecretFile
from alertrouter.wire.scalars import (
    DIRECTORY,
    Duration,
    GoDuration,
    HostPort,
    HttpUrl,
    NearbyPath,
    NearbySecretPath,
    Plain,
    SecretHttpUrl,
    SecretPath,
    SecretText,
    Section,
    Text,
    YamlBool,
    YamlFloat,
    YamlInt,
    YamlUint,
)


class Sample(Section):
    """One field of every type."""

    text: str = "default"
    truth: YamlBool = True
    integer: YamlInt = 7
    count: YamlUint = 7
    share: YamlFloat = 0.5
    duration: Duration = timedelta(minutes=1)
    go: GoDuration = timedelta(minutes=1)
    url: HttpUrl = "http://default/"
    server: HostPort = "default:25"
    secret: SecretText | None = None
    secret_url: SecretHttpUrl | None = None
    file: SecretPath = None
    nearby: NearbyPath = None
    nearby_secret: NearbySecretPath = None
    texts: tuple[Text, ...] = ("default",)
    pairs: Mapping[str, Text] = {"default": "1"}
    other_name: str = Field(default="default", alias="other-name")


def read(field: str, found: object) -> object:
    return getattr(Sample.model_validate({field: found}), field)


@pytest.mark.parametrize(
    ("field", "found", "value"),
    [
        ("text", Plain("012"), "012"),
        ("text", Plain("yes"), "yes"),
        ("text", "yes", "yes"),
        *[("truth", Plain(word), True) for word in ("true", "True", "TRUE", "yes", "ON", "y", "Y")],
        *[("truth", Plain(word), False) for word in ("false", "No", "OFF", "n", "N", "off")],
        ("integer", Plain("-12"), -12),
        ("integer", Plain("0x1F"), 31),
        ("integer", Plain("017"), 15),
        ("integer", Plain("0o17"), 15),
        ("integer", Plain("0b101"), 5),
        ("integer", Plain("1_000"), 1000),
        ("count", Plain("9223372036854775807"), 2**63 - 1),
        ("share", Plain("1e-3"), 0.001),
        ("share", Plain("2"), 2.0),
        ("duration", Plain("1h30m"), timedelta(minutes=90)),
        ("duration", "0", timedelta()),
        ("go", Plain("300ms"), timedelta(milliseconds=300)),
        ("go", "1.5h", timedelta(minutes=90)),
        ("go", Plain("2h45m"), timedelta(minutes=165)),
        ("go", Plain("+1µs"), timedelta(microseconds=1)),
        ("go", Plain("5"), timedelta(microseconds=1)),
        ("go", Plain("5000000000"), timedelta(seconds=5)),
        ("go", Plain("0"), timedelta()),
        ("url", "https://[::1]:8080/a b?c d", "https://[::1]:8080/a%20b?c%20d"),
        ("url", Plain("HTTP://h"), "HTTP://h"),
        ("server", "[::1]:25", "[::1]:25"),
        ("server", ":25", ":25"),
        ("server", "mail:smtp", "mail:smtp"),
        ("server", "", ""),
        ("secret", Plain("s3cret"), Secret("s3cret")),
        ("secret_url", "https://h/a b", Secret("https://h/a%20b")),
        ("secret_url", "<secret>", Secret("<secret>")),
        ("file", "token", SecretFile(Path("token"))),
        ("file", "", None),
        ("nearby_secret", "token", SecretFile(Path("token"))),
        ("nearby", "", None),
        ("texts", [Plain("1"), None, "x"], ("1", "", "x")),
        ("pairs", {"a": None, "b": Plain("no")}, {"a": "", "b": "no"}),
    ],
)
def test_a_scalar_is_what_its_field_wants(field: str, found: object, value: object) -> None:
    """YAML guesses nothing: the field decides."""
    assert read(field, found) == value


@pytest.mark.parametrize(
    ("field", "found", "message"),
    [
        ("truth", Plain("tRUE"), '"tRUE" is not a boolean: write true or false'),
        ("truth", "true", 'expected true or false without quotes, found "true"'),
        ("truth", [], "expected true or false, found a list"),
        ("integer", Plain("1.5"), '"1.5" is not a whole number'),
        ("integer", Plain("9223372036854775808"), "is too large"),
        ("integer", Plain("9" * 5000), "is not a whole number"),
        ("integer", "5", 'expected a whole number without quotes, found "5"'),
        ("count", Plain("-1"), '"-1" is negative: write 0 or more'),
        ("share", Plain(".inf"), "is not a number"),
        ("share", Plain("1e999"), "is not a number"),
        ("duration", Plain("1.5m"), 'write it like "30s"'),
        ("duration", {}, "expected text, found a mapping"),
        ("go", Plain("1d"), 'write it like "300ms"'),
        ("go", "5", 'write it like "300ms"'),
        ("go", Plain("-5s"), 'write it like "300ms"'),
        ("go", Plain("9999999h"), "between 0 and 292 years"),
        ("url", "ftp://h/", 'unsupported scheme "ftp" for URL: start it with http:// or https://'),
        ("url", "", 'unsupported scheme "" for URL'),
        ("url", "http:///x", "missing host for URL"),
        ("url", "http://h:x/", "the URL cannot be parsed"),
        ("url", "http://[::1/", "the URL cannot be parsed"),
        ("url", "http://h h/", "the host of the URL has a character"),
        ("url", "http://h/%zz", "a % without two hex digits"),
        ("url", "http://h/\n", "a control character"),
        ("server", "localhost", "address localhost: missing port in address"),
        ("server", "localhost:", "address localhost:: port cannot be empty"),
        ("server", "::1:25", "too many colons"),
        ("server", "[::1]", "missing port in address"),
        ("server", "[::1]]:25", "unexpected bracket"),
        ("secret", [], "expected text, found a list"),
        ("file", "a\0b", "a path cannot hold a NUL"),
    ],
)
def test_a_refusal_says_what_would_be_right(field: str, found: object, message: str) -> None:
    """What is wrong, then the remedy."""
    with pytest.raises(ValidationError, match=re.escape(message)):
        read(field, found)


@pytest.mark.parametrize(
    "text", ["hunter2", "ftp://hunter2/", "http://", "http://h/hunter2%", "http://h:hunter2/"]
)
def test_a_secret_url_is_not_told(text: str) -> None:
    """The message of a refusal goes to logs and to the terminal of whoever runs the check."""
    with pytest.raises(ValidationError) as refusal:
        read("secret_url", text)
    (error,) = refusal.value.errors()
    assert "hunter2" not in error["msg"]


@pytest.mark.parametrize("field", sorted(set(Sample.model_fields) - {"text", "other_name"}))
def test_null_is_as_good_as_absent(field: str) -> None:
    """``key:`` with nothing after it leaves the default."""
    assert read(field, None) == getattr(Sample(), field)


def test_null_text_is_empty_text() -> None:
    """Also where the default is not: this is how Alertmanager switches a text off."""
    sample = Sample.model_validate({"text": None, "other-name": None})
    assert (sample.text, sample.other_name) == ("", "")


def test_an_unknown_key_is_refused_even_if_null() -> None:
    """It is misspelt all the same."""
    with pytest.raises(ValidationError, match="Extra inputs"):
        Sample.model_validate({"txet": None})


def test_nearby_paths_are_joined_to_the_directory_of_the_file() -> None:
    """Only where the loader says which it is, and only relative ones."""
    found = {"nearby": "ca.pem", "nearby_secret": "/run/token", "file": "token"}
    sample = Sample.model_validate(found, context={DIRECTORY: Path("/etc/alertrouter")})
    assert sample.nearby == Path("/etc/alertrouter/ca.pem")
    assert sample.nearby_secret == SecretFile(Path("/run/token"))
    assert sample.file == SecretFile(Path("token"))


@given(
    field=st.sampled_from(sorted(set(Sample.model_fields) - {"other_name"})),
    found=st.one_of(st.text(), st.text().map(Plain), st.none(), st.lists(st.text())),
)
def test_any_value_is_read_or_refused(field: str, found: object) -> None:
    """Nothing but a ValidationError ever comes out."""
    try:
        Sample.model_validate({field: found})
    except ValidationError as refusal:
        assert refusal.error_count() > 0  # noqa: PT017  both outcomes are right
