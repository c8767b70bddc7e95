"""Mails: their headers, their two bodies, and what mail servers answer."""

from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import characters, text

from alertrouter.channels.contract import (
    Accepted,
    FailureReason,
    HttpAnswer,
    Mail,
    MailAnswer,
    NoAnswer,
    NoAnswerCause,
    Rejected,
    Rendered,
    Retry,
)
from alertrouter.channels.smtp_config import SmtpConfig
from alertrouter.errors import TemplateFailed
from alertrouter.model.secret import Secret, SecretFile
from alertrouter.rendering.templates import Templates
from alertrouter.wire.scalars import Plain
from tests.channels.opening import opened
from tests.notices import alert, notice

GIVEN = {"smtp_smarthost": "mail.example:587", "smtp_from": "Alerts <alerts@example.org>"}
TO = {"to": "ops@example.org, Jo Doe <jo@example.org>"}
ANYTHING = text(characters() | characters(max_codepoint=127), min_size=1)


def mail(rendered: Rendered) -> Mail:
    (made,) = rendered.requests
    assert isinstance(made, Mail)
    return made


def parsed(made: Mail) -> EmailMessage:
    message = message_from_bytes(made.message, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def sent(section: Mapping[str, object] = TO, **about: object) -> EmailMessage:
    channel = opened("email_configs", section, GIVEN)
    return parsed(mail(channel.render(notice(kind="email", **about))))  # type: ignore[arg-type]


def test_the_default_mail() -> None:
    made = mail(opened("email_configs", TO, GIVEN).render(notice(kind="email")))
    assert (made.sender, made.recipients) == (
        "alerts@example.org", ("ops@example.org", "jo@example.org")
    )  # fmt: skip
    message = parsed(made)
    headers = {name: value for name, value in message.items() if name != "Message-Id"}
    assert headers == {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "From": "Alerts <alerts@example.org>",
        "To": "ops@example.org, Jo Doe <jo@example.org>",
        "Subject": "[FIRING:1] HighCPU (a:9100 critical)",
        "Date": "Fri, 02 Jan 2026 03:04:05 +0000",
        "MIME-Version": "1.0",
        "Content-Type": message["Content-Type"],
    }
    parts = [part.get_content_type() for part in message.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]
    for part in message.iter_parts():
        assert part["Content-Transfer-Encoding"] == "quoted-printable"
        assert "HighCPU" in part.get_content()
    assert all(len(line) <= 998 for line in made.message.splitlines())
    assert b"\n" not in made.message.replace(b"\r\n", b"")


def test_every_attempt_has_the_same_message_id() -> None:
    """Whoever gets a mail twice can tell; two notifications differ."""
    assert sent()["Message-Id"] == sent()["Message-Id"]
    assert sent()["Message-Id"].endswith("@example.org>")
    assert sent()["Message-Id"] != sent(receiver="other")["Message-Id"]


@pytest.mark.parametrize(
    ("bodies", "types"),
    [
        ({"text": ""}, ["text/html"]),
        ({"html": ""}, ["text/plain"]),
        ({"html": "", "text": ""}, ["text/plain"]),
    ],
)
def test_an_empty_body_is_left_out(bodies: dict[str, str], types: list[str]) -> None:
    assert [part.get_content_type() for part in sent({**TO, **bodies}).walk()] == types


def test_headers_are_templates_and_win_over_ours() -> None:
    message = sent({**TO, "headers": {"x-team": "{{ receiver }}", "SUBJECT": "é {{ status }}",
                                      "Message-id": "<mine@x>"}})  # fmt: skip
    assert (message["X-Team"], message["Subject"]) == ("team", "é firing")
    assert message.get_all("Message-Id") == ["<mine@x>"]


@pytest.mark.parametrize(
    ("how", "day"), [({"thread_by_date": "daily"}, "2026-01-02"), ({"thread_by_date": "none"}, "")]
)
def test_a_group_is_a_thread(how: dict[str, str], day: str) -> None:
    """The root is named as Alertmanager names it: by the hash of the group key."""
    message = sent({**TO, "threading": {"enabled": Plain("true"), **how}}, group={})
    assert message["References"] == f"<alert-cc9772a1ec901d26-{day}@alertmanager>"
    assert message["References"] == message["In-Reply-To"]
    assert sent()["References"] is None


def test_recipients_may_come_from_labels() -> None:
    section = {"to": "{{ group_labels.owner }}@example.org"}
    channel = opened("email_configs", section, GIVEN)
    made = mail(channel.render(notice(alert(owner="db"), group={"owner": "db"})))
    assert made.recipients == ("db@example.org",)
    with pytest.raises(TemplateFailed, match=r"\.to: .* is not a list of addresses"):
        channel.render(notice(group={"owner": "nobody at all, "}))


@given(ANYTHING, ANYTHING)
def test_no_alert_forges_a_header_or_a_part(name: str, value: str) -> None:
    """Whatever a label holds, the mail has the headers and the parts it has."""
    section = {**TO, "headers": {"X-Label": "{{ common_annotations.summary }}"}}
    hostile = alert(annotations={name: value, "summary": value}, url=value)
    channel = opened("email_configs", section, GIVEN)
    made = mail(channel.render(notice(hostile, group={"alertname": value})))
    message = parsed(made)
    assert len(message.keys()) == len(sent(section).keys())
    assert not message.defects
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative", "text/plain", "text/html"
    ]  # fmt: skip
    assert b"\n" not in made.message.replace(b"\r\n", b"")


def test_a_failing_template_is_named_in_a_plain_mail() -> None:
    broken = Templates.load({"a.j2": "{% macro email_html() %}{{ 1 / 0 }}{% endmacro %}"})
    rendered = opened("email_configs", TO, GIVEN, templates=broken).render(notice())
    assert rendered.fault == (
        "receivers[0].email_configs[0].html: ZeroDivisionError: division by zero"
    )
    message = parsed(mail(rendered))
    assert message["Subject"] == "[FIRING:1] HighCPU"
    assert message.get_content_type() == "text/plain"
    assert rendered.fault in message.get_content().replace("\n", " ")


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ({}, SmtpConfig("mail.example", 587)),
        ({"smarthost": "[::1]:465"}, SmtpConfig("::1", 465, is_implicit_tls=True)),
        ({"smarthost": ":25", "require_tls": Plain("no")},
         SmtpConfig("localhost", 25, require_tls=False)),
        ({"smarthost": "m:465", "force_implicit_tls": Plain("false")}, SmtpConfig("m", 465)),
        ({"smarthost": "m:25", "force_implicit_tls": Plain("true"), "hello": "me"},
         SmtpConfig("m", 25, hello="me", is_implicit_tls=True)),
        ({"auth_username": "u", "auth_password": "p", "auth_secret_file": "/s",
          "auth_identity": "i"},
         SmtpConfig("mail.example", 587, username="u", password=Secret("p"), identity="i",
                    secret=SecretFile(Path("/s")))),
    ],
)  # fmt: skip
def test_how_the_server_is_spoken_to(section: dict[str, object], expected: SmtpConfig) -> None:
    made = mail(opened("email_configs", {**TO, **section}, GIVEN).render(notice()))
    assert made.config == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(MailAnswer(250, "queued"), Accepted(), id="taken"),
        pytest.param(
            MailAnswer(250, "queued", {"a@x": "550 no such user"}),
            Accepted("refused: a@x: 550 no such user"),
            id="taken for some",
        ),
        pytest.param(
            MailAnswer(451, "greylisted"),
            Retry("the mail server answered 451 greylisted"),
            id="later",
        ),
        pytest.param(
            MailAnswer(550, "no", {"a@x": "550 no"}),
            Rejected("the mail server answered 550 no (refused: a@x: 550 no)"),
            id="for nobody",
        ),
        pytest.param(
            MailAnswer(535, "who?"),
            Rejected("the mail server answered 535 who?", FailureReason.AUTH_ERROR),
            id="bad credentials",
        ),
        pytest.param(
            NoAnswer(NoAnswerCause.TLS, "no STARTTLS"), Retry("TLS failed: no STARTTLS"), id="none"
        ),
    ],
)
def test_answers(answer: MailAnswer | NoAnswer, expected: Accepted | Retry | Rejected) -> None:
    assert opened("email_configs", TO, GIVEN).classify(answer) == expected


def test_the_answer_of_something_else_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        opened("email_configs", TO, GIVEN).classify(HttpAnswer(200, {}, b""))
