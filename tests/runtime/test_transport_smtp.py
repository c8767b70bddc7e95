"""Mails handed to real servers, with and without TLS and passwords, willing and not."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import trustme

from alertrouter.channels.contract import Mail, MailAnswer, NoAnswer, NoAnswerCause
from alertrouter.channels.smtp_config import SmtpConfig
from alertrouter.channels.tls_config import TlsConfig
from alertrouter.errors import SecretUnreadable
from alertrouter.model.secret import Secret, SecretFile
from alertrouter.runtime.transport import Transport
from tests.mail_server import MailSink

MESSAGE = b"Subject: hi\r\n\r\n.a line that begins with a dot\r\n"


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    opened = Transport()
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def trust(authority: trustme.CA) -> TlsConfig:
    return TlsConfig(ca=authority.cert_pem.bytes().decode())


def mail(config: SmtpConfig, *recipients: str) -> Mail:
    return Mail(MESSAGE, "alerts@example.org", recipients or ("ops@example.org",), config)


def plain(port: int, **about: object) -> SmtpConfig:
    return SmtpConfig("127.0.0.1", port, require_tls=False, **about)  # type: ignore[arg-type]


async def test_a_mail_arrives_as_it_is(transport: Transport) -> None:
    with MailSink() as sink:
        answer = await transport.perform(mail(plain(sink.port), "a@x", "b@x"), timeout=5)
        (arrived,) = sink.mails
    assert answer == MailAnswer(250, "queued as 1")
    assert (arrived.sender, arrived.recipients) == ("alerts@example.org", ("a@x", "b@x"))
    assert arrived.content == MESSAGE
    assert not arrived.is_encrypted


async def test_starttls(transport: Transport, tls: ssl.SSLContext, trust: TlsConfig) -> None:
    with MailSink(starttls=tls) as sink:
        config = SmtpConfig("127.0.0.1", sink.port, tls_config=trust)
        assert isinstance(await transport.perform(mail(config), timeout=5), MailAnswer)
        assert sink.mails[0].is_encrypted


async def test_implicit_tls(transport: Transport, tls: ssl.SSLContext, trust: TlsConfig) -> None:
    with MailSink(implicit=tls) as sink:
        config = SmtpConfig("127.0.0.1", sink.port, is_implicit_tls=True, tls_config=trust)
        answer = await transport.perform(mail(config), timeout=5)
        assert answer == MailAnswer(250, "queued as 1")
        assert len(sink.mails) == 1


async def test_a_mail_is_never_sent_in_the_clear_by_accident(transport: Transport) -> None:
    """A server that stops offering STARTTLS may be somebody in between."""
    with MailSink() as sink:
        answer = await transport.perform(mail(SmtpConfig("127.0.0.1", sink.port)), timeout=5)
        assert sink.mails == []
    assert isinstance(answer, NoAnswer)
    assert answer.cause is NoAnswerCause.TLS
    assert "does not offer STARTTLS" in answer.detail


@pytest.mark.parametrize("is_implicit", [True, False], ids=["implicit", "starttls"])
async def test_a_stranger_is_not_trusted(
    transport: Transport, tls: ssl.SSLContext, is_implicit: bool
) -> None:
    how = {"implicit": tls} if is_implicit else {"starttls": tls}
    with MailSink(**how) as sink:  # type: ignore[arg-type]
        config = SmtpConfig("127.0.0.1", sink.port, is_implicit_tls=is_implicit)
        answer = await transport.perform(mail(config), timeout=5)
        assert sink.mails == []
    assert isinstance(answer, NoAnswer)
    assert answer.cause is NoAnswerCause.TLS
    assert "certificate" in answer.detail


@pytest.mark.parametrize("in_file", [False, True], ids=["inline", "in a file"])
async def test_a_password_is_given_over_tls(
    transport: Transport, tls: ssl.SSLContext, trust: TlsConfig, tmp_path: Path, in_file: bool
) -> None:
    (tmp_path / "password").write_text("s3cret\n")
    password = SecretFile(tmp_path / "password") if in_file else Secret("s3cret")
    with MailSink(starttls=tls, users={"me": "s3cret"}) as sink:
        config = SmtpConfig(
            "127.0.0.1", sink.port, tls_config=trust, username="me", password=password
        )
        answer = await transport.perform(mail(config), timeout=5)
        assert [arrived.user for arrived in sink.mails] == ["me"]
    assert answer == MailAnswer(250, "queued as 1")


async def test_a_wrong_password_is_answered(
    transport: Transport, tls: ssl.SSLContext, trust: TlsConfig
) -> None:
    """What the server says reaches people, but for the password in it."""
    refusal = "535 5.7.8 {password} is not the password"
    with MailSink(starttls=tls, users={"me": "s3cret"}, refusal=refusal) as sink:
        config = SmtpConfig(
            "127.0.0.1", sink.port, tls_config=trust, username="me", password=Secret("wr0ng-one")
        )
        answer = await transport.perform(mail(config), timeout=5)
        assert sink.mails == []
    assert answer == MailAnswer(535, "5.7.8 <secret> is not the password")


async def test_a_password_file_that_is_missing_is_named(transport: Transport) -> None:
    with MailSink(users={}, auth_without_tls=True) as sink:
        config = plain(sink.port, username="me", password=SecretFile(Path("/nosuch/password")))
        with pytest.raises(SecretUnreadable, match="/nosuch/password"):
            await transport.perform(mail(config), timeout=5)


async def test_no_way_of_authentication_fits(transport: Transport) -> None:
    """CRAM-MD5 has a secret, but the server wants PLAIN or LOGIN."""
    with MailSink(users={}, auth_without_tls=True) as sink:
        config = plain(sink.port, username="me", secret=Secret("x"))
        answer = await transport.perform(mail(config), timeout=5)
    assert isinstance(answer, NoAnswer)
    assert "the server offers" in answer.detail
    assert "for which nothing is configured" in answer.detail


async def test_a_server_that_wants_no_password_is_not_told(transport: Transport) -> None:
    with MailSink() as sink:
        config = plain(sink.port, username="me", password=Secret("s3cret"))
        assert isinstance(await transport.perform(mail(config), timeout=5), MailAnswer)
        assert sink.mails[0].user is None


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        pytest.param(
            {"bad@x": "550 no such user"},
            MailAnswer(250, "queued as 1", {"bad@x": "550 no such user"}),
            id="one recipient is refused",
        ),
        pytest.param(
            {"bad@x": "550 no such user", "ops@x": "451 greylisted"},
            MailAnswer(451, "greylisted", {"bad@x": "550 no such user", "ops@x": "451 greylisted"}),
            id="all are refused, one for now",
        ),
        pytest.param({"DATA": "554 spam"}, MailAnswer(554, "spam"), id="the mail is refused"),
        pytest.param({"DATA": "452 full"}, MailAnswer(452, "full"), id="the disk is full"),
    ],
)
async def test_refusals(
    transport: Transport, replies: dict[str, str], expected: MailAnswer
) -> None:
    with MailSink(replies=replies) as sink:
        answer = await transport.perform(mail(plain(sink.port), "bad@x", "ops@x"), timeout=5)
    assert answer == expected


# Servers that break off

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]


async def told_by(transport: Transport, *lines: bytes, limit: float = 5) -> object:
    """Send a mail to a server that answers each line with the next of *lines*, then hangs up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for line in lines:
            writer.write(line)
            await reader.readline()
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        return await transport.perform(mail(plain(port)), timeout=limit)


async def test_nobody_listens(transport: Transport) -> None:
    with MailSink() as sink:
        port = sink.port
    answer = await transport.perform(mail(plain(port)), timeout=5)
    assert answer == NoAnswer(NoAnswerCause.UNREACHABLE, "Connection refused")


async def test_a_server_that_turns_people_away(transport: Transport) -> None:
    answer = await told_by(transport, b"554 go away\r\n")
    assert answer == MailAnswer(554, "go away")


async def test_a_server_that_hangs_up(transport: Transport) -> None:
    answer = await told_by(transport, b"220 hello\r\n", b"250 sink\r\n", b"250 sender ok\r\n")
    assert isinstance(answer, NoAnswer)
    assert answer.cause is NoAnswerCause.CUT_OFF


async def test_a_server_that_says_nothing(transport: Transport) -> None:
    answer = await told_by(transport, b"", limit=0.2)
    assert answer == NoAnswer(NoAnswerCause.TIMEOUT, "none within 0.2 s")


async def test_a_password_is_not_sent_without_tls(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless it stays on this machine, which this test takes for another one."""
    monkeypatch.setattr("alertrouter.runtime.smtp_transport.LOCAL", frozenset())
    with MailSink(users={"me": "s3cret"}, auth_without_tls=True) as sink:
        config = plain(sink.port, username="me", password=Secret("s3cret"))
        answer = await transport.perform(mail(config), timeout=5)
        assert sink.mails == []
    assert isinstance(answer, NoAnswer)
    assert "passwords are not sent without TLS" in answer.detail
