"""What can be written in receivers and in ``global``, and what is said about mistakes."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from alertrouter.channels.email_settings import EmailSettings
from alertrouter.channels.global_section import GlobalSection
from alertrouter.channels.http_config import HttpConfig
from alertrouter.channels.registry import CHANNELS, kind_of
from alertrouter.channels.slack_settings import SlackSettings
from alertrouter.errors import TemplateFailed
from alertrouter.model.secret import Secret, SecretFile
from alertrouter.wire.scalars import DIRECTORY, Plain
from tests.channels.opening import completed, opened

URL = "http://hook/x"
GIVEN_MAIL = {"smtp_smarthost": "m:25", "smtp_from": "a@x"}


def test_kinds_are_in_alertmanagers_order() -> None:
    kinds = [kind_of(key) for key in CHANNELS]
    assert kinds == ["webhook", "email", "slack", "log"]


@pytest.mark.parametrize(
    ("key", "sends"),
    [("webhook_configs", True), ("email_configs", False), ("slack_configs", False),
     ("log_configs", True)],
)  # fmt: skip
def test_whether_an_end_is_told(key: str, sends: bool) -> None:
    assert CHANNELS[key].model_validate({}).send_resolved is sends
    assert CHANNELS[key].model_validate({"send_resolved": None}).send_resolved is sends


@pytest.mark.parametrize(
    ("key", "section", "given", "told"),
    [
        ("webhook_configs", {}, {}, "one of url or url_file must be configured"),
        ("webhook_configs", {"url": URL, "url_file": "/f"}, {}, "at most one of url & url_file"),
        ("webhook_configs", {"url": "ftp://x"}, {}, "unsupported scheme for URL"),
        ("webhook_configs", {"url": URL, "payload": {"a": "b"}}, {}, "does not support this key"),
        ("webhook_configs", {"url": URL, "max_alerts": Plain("-1")}, {}, "is negative"),
        ("webhook_configs", {"url": URL, "nosuch": "x"}, {}, "Extra inputs"),
        ("slack_configs", {}, {}, "no Slack API URL nor App token set either inline or in a file"),
        ("slack_configs", {"api_url": URL, "api_url_file": "/f"}, {}, "at most one of api_url"),
        ("slack_configs", {"api_url": URL, "app_token": "x"}, {}, "does not support this key"),
        ("slack_configs", {"api_url": URL, "update_message": Plain("true")}, {}, "not support"),
        ("slack_configs", {"api_url": URL, "fields": [{"title": "t"}]}, {}, "missing value"),
        ("slack_configs", {"api_url": URL, "fields": [{"value": "t"}]}, {}, "missing title"),
        ("slack_configs", {"api_url": URL, "actions": [{"type": "b", "text": "t"}]}, {},
         "missing name or url"),
        ("slack_configs", {"api_url": URL, "actions": [{"text": "t", "url": "u"}]}, {},
         "missing type"),
        ("slack_configs", {"api_url": URL, "actions": [{"type": "b", "url": "u"}]}, {},
         "missing text"),
        ("email_configs", {}, GIVEN_MAIL, "missing to address in email config"),
        ("email_configs", {"to": "a@x"}, {"smtp_from": "a@x"}, "no global SMTP smarthost set"),
        ("email_configs", {"to": "a@x"}, {"smtp_smarthost": "m:25"}, "no global SMTP from set"),
        ("email_configs", {"to": "ops"}, GIVEN_MAIL, "'ops' is not a list of addresses"),
        ("email_configs", {"to": "a@x", "from": "a@x, b@x"}, GIVEN_MAIL, "exactly one address"),
        ("email_configs", {"to": "a@x", "smarthost": "m:smtp"}, GIVEN_MAIL, "is not a number"),
        ("email_configs", {"to": "a@x", "smarthost": "m"}, GIVEN_MAIL, "missing port in address"),
        ("email_configs", {"to": "a@x", "hello": "a b"}, GIVEN_MAIL, "without spaces"),
        ("email_configs", {"to": "a@x", "headers": {"x-a": "1", "X-A": "2"}}, GIVEN_MAIL,
         'duplicate header "X-A" in email config'),
        ("email_configs", {"to": "a@x", "headers": {"a b": "1"}}, GIVEN_MAIL, "cannot be the name"),
        ("email_configs", {"to": "a@x", "headers": {"date": "1"}}, GIVEN_MAIL, "Date is set by"),
        ("email_configs", {"to": "a@x", "threading": {"enabled": Plain("true")}}, GIVEN_MAIL,
         "thread_by_date must be either 'none' or 'daily'"),
        ("email_configs",
         {"to": "a@x", "headers": {"references": "<x>"},
          "threading": {"enabled": Plain("true"), "thread_by_date": "none"}}, GIVEN_MAIL,
         "threading sets References"),
        ("email_configs", {"to": "a@x", "auth_password": "p", "auth_password_file": "/f"},
         GIVEN_MAIL, "at most one of auth_password & auth_password_file"),
        ("log_configs", {}, {"smtp_auth_secret": "s", "smtp_auth_secret_file": "/s"},
         "at most one of smtp_auth_secret & smtp_auth_secret_file"),
        ("log_configs", {}, {"slack_api_url": URL, "slack_api_url_file": "/s"},
         "at most one of slack_api_url & slack_api_url_file must be configured"),
        ("log_configs", {}, {"smtp_hello": "a b"}, "without spaces"),
        ("log_configs", {}, {"opsgenie_api_key": "x"}, "Extra inputs"),
    ],
)  # fmt: skip
def test_mistakes(
    key: str, section: Mapping[str, object], given: Mapping[str, object], told: str
) -> None:
    with pytest.raises(ValueError, match=r".") as wrong:
        completed(key, section, given)
    assert told in str(wrong.value)


@pytest.mark.parametrize(
    ("key", "section", "place"),
    [
        ("webhook_configs", {"url": "http://x/{{ nosuch }}"}, "url"),
        ("log_configs", {"text": "{{ .Status }}"}, "text"),
        ("slack_configs", {"api_url": URL, "actions": [
            {"type": "b", "text": "t", "name": "n", "confirm": {"text": "{{ nosuch }}"}}]},
         "actions[0].confirm.text"),
        ("email_configs", {"to": "a@x", "headers": {"x-y": "{{ nosuch }}"}}, "headers.X-Y"),
        ("email_configs", {"to": "a@x", "from": "{{ nosuch }}"}, "from"),
    ],
)  # fmt: skip
def test_a_template_that_does_not_compile_is_named_by_its_place(
    key: str, section: Mapping[str, object], place: str
) -> None:
    with pytest.raises(TemplateFailed) as failed:
        opened(key, section, GIVEN_MAIL)
    assert failed.value.place == f"receivers[0].{key}[0].{place}"


def test_the_local_http_config_replaces_the_global_one_as_a_whole() -> None:
    given = {"http_config": {"bearer_token": "t"}, "slack_api_url_file": "/f"}
    local = completed("slack_configs", {"http_config": {}}, given)
    inherited = completed("slack_configs", {}, given)
    assert isinstance(local, SlackSettings)
    assert isinstance(inherited, SlackSettings)
    assert local.http_config == HttpConfig()
    assert inherited.http_config == HttpConfig(bearer_token=Plain("t"))
    assert inherited.source == SecretFile(Path("/f"))


def test_a_local_url_keeps_the_global_file_out() -> None:
    settings = completed("slack_configs", {"api_url": URL}, {"slack_api_url_file": "/f"})
    assert isinstance(settings, SlackSettings)
    assert settings.source == Secret(URL)


def test_a_password_pair_is_inherited_only_as_a_whole() -> None:
    given = {**GIVEN_MAIL, "smtp_auth_password": "p", "smtp_auth_username": "u"}
    settings = completed("email_configs", {"to": "a@x", "auth_password_file": "/f"}, given)
    assert isinstance(settings, EmailSettings)
    assert (settings.auth_password, settings.auth_username) == (None, "u")
    inherited = completed("email_configs", {"to": "a@x"}, given)
    assert isinstance(inherited, EmailSettings)
    assert inherited.auth_password == Secret("p")


def test_null_takes_a_default_text_away() -> None:
    settings = completed("slack_configs", {"api_url": URL, "title": None})
    assert isinstance(settings, SlackSettings)
    assert settings.title == ""


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"basic_auth": {"username": "u"}, "bearer_token": "t"}, "at most one of basic_auth"),
        ({"bearer_token": "t", "bearer_token_file": "/f"}, "at most one of bearer_token"),
        ({"basic_auth": {"password": "p", "password_file": "/f"}}, "at most one of password"),
        ({"authorization": {"credentials": "p", "credentials_file": "/f"}},
         "at most one of credentials"),
        ({"authorization": {"type": " BASIC "}}, 'authorization type cannot be set to "basic"'),
        ({"authorization": {"type": "a b"}}, "the type is one word"),
        ({"oauth2": {"client_id": "x"}}, "does not support this key yet"),
        ({"proxy_from_environment": Plain("true")}, "write false"),
        ({"proxy_url": "socks5://x"}, "unsupported scheme"),
        ({"http_headers": {"authorization": {"values": ["x"]}}}, "is not allowed"),
        ({"http_headers": {"a b": {"values": ["x"]}}}, "cannot be the name of a header"),
        ({"http_headers": {"X-A": {"secrets": ["a\r\nb"]}}}, "no line ends"),
        ({"tls_config": {"ca": "x", "ca_file": "/f"}}, "at most one of ca & ca_file"),
        ({"tls_config": {"cert_file": "/f"}}, "needs both"),
        ({"tls_config": {"key_file": "/f"}}, "needs both"),
        ({"tls_config": {"cert": "c", "cert_file": "/c", "key": "k"}}, "at most one of cert"),
        ({"tls_config": {"cert": "c", "key": "k", "key_file": "/k"}}, "at most one of key"),
        ({"tls_config": {"min_version": "SSL3"}}, "is not a version of TLS"),
        ({"tls_config": {"min_version": "TLS13", "max_version": "TLS12"}}, "min_version is above"),
    ],
)  # fmt: skip
def test_mistakes_in_http_config(section: Mapping[str, object], told: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        HttpConfig.model_validate(section)
    assert told in str(wrong.value)


def test_paths_in_http_config_start_at_the_configuration() -> None:
    section = {"bearer_token_file": "token", "tls_config": {"ca_file": "/abs/ca"}}
    config = HttpConfig.model_validate(section, context={DIRECTORY: Path("/etc/router")})
    assert config.bearer_token_file == SecretFile(Path("/etc/router/token"))
    assert config.tls_config.ca_file == Path("/abs/ca")


def test_equal_http_configs_share_connections() -> None:
    """They are keys of the transport's pools."""
    section = {"http_headers": {"X-A": {"secrets": ["s"]}}, "basic_auth": {"password": "p"}}
    one, other = HttpConfig.model_validate(section), HttpConfig.model_validate(section)
    assert (one, hash(one)) == (other, hash(other))
    assert one != HttpConfig.model_validate({**section, "http_headers": {}})


def test_defaults_of_global() -> None:
    given = GlobalSection.model_validate({})
    assert given.resolve_timeout.total_seconds() == 300
    assert (given.smtp_hello, given.smtp_require_tls) == ("localhost", True)
    assert given.http_config.follow_redirects is True
