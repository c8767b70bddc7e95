"""HTTP requests against real servers: what is sent, what comes back, and all that goes wrong."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
import trustme

from alertrouter import __version__
from alertrouter.channels.contract import (
    Answer,
    HttpAnswer,
    HttpRequest,
    Json,
    NoAnswer,
    NoAnswerCause,
)
from alertrouter.channels.http_config import HttpConfig
from alertrouter.errors import SecretUnreadable
from alertrouter.model.secret import Secret, SecretFile
from alertrouter.runtime.transport import Transport
from tests.servers import HttpSink, Reply


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    opened = Transport()
    yield opened
    await opened.close()


def request(
    url: str, section: Mapping[str, object] | None = None, body: Json = None, **about: object
) -> HttpRequest:
    config = HttpConfig.model_validate(section or {})
    return HttpRequest(Secret(url), body, config, **about)  # type: ignore[arg-type]


async def test_what_is_sent_is_what_is_configured(transport: Transport, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(" t0ken\n")
    section = {
        "bearer_token_file": str(tmp_path / "token"),
        "http_headers": {"X-Team": {"values": ["a", "ü"], "secrets": ["s3cret"]}},
    }
    body: Json = {"key": Secret("k3y"), "list": [1, "<b>", None], "nested": {"a": Secret("b")}}
    with HttpSink(Reply(201, b"made", {"X-Id": "7"})) as sink:
        answer = await transport.perform(request(f"{sink.url}/a?b=c", section, body), timeout=5)
        (seen,) = sink.received

    assert isinstance(answer, HttpAnswer)
    assert (answer.status, answer.body, answer.headers["x-id"]) == (201, b"made", "7")
    assert (seen.method, seen.path) == ("POST", "/a?b=c")
    assert seen.body == (b'{"key":"k3y","list":[1,"\\u003cb\\u003e",null],"nested":{"a":"b"}}')
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["user-agent"] == f"alertrouter/{__version__}"
    assert seen.headers["authorization"] == "Bearer t0ken"
    assert seen.headers["accept-encoding"] == "identity"
    assert seen.headers["x-team"] == "s3cret"


@pytest.mark.parametrize(
    ("section", "headers", "expected"),
    [
        ({"basic_auth": {"username": "u", "password": "p:ü"}}, {}, "Basic dTpwOsO8"),
        ({"basic_auth": {"username": "u"}}, {}, "Basic dTo="),
        ({"authorization": {"type": "Token", "credentials": "c"}}, {}, "Token c"),
        ({"authorization": {"credentials": "c"}}, {"authorization": "mine"}, "mine"),
        ({}, {}, None),
    ],
)
async def test_credentials(
    transport: Transport,
    section: dict[str, object],
    headers: dict[str, str],
    expected: str | None,
) -> None:
    """The request's own header wins."""
    with HttpSink() as sink:
        await transport.perform(request(sink.url, section, headers=headers), timeout=5)
        assert sink.received[0].headers.get("authorization") == expected


async def test_files_are_read_for_every_request(transport: Transport, tmp_path: Path) -> None:
    """A rotated secret needs no reload."""
    file = tmp_path / "url"
    sent = HttpRequest(SecretFile(file), None, HttpConfig())
    with HttpSink() as sink:
        for path in ("/one", "/two"):
            file.write_text(f"{sink.url}{path}\n")
            await transport.perform(sent, timeout=5)
        assert [seen.path for seen in sink.received] == ["/one", "/two"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file or directory"),
        (b"\xff\xfe", "it is not UTF-8 text"),
        (b"nonsense", "unsupported scheme for URL"),
        (b"", "unsupported scheme for URL"),
    ],
)
async def test_a_file_that_holds_no_url_is_named(
    transport: Transport, tmp_path: Path, content: bytes | None, told: str
) -> None:
    file = tmp_path / "url"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SecretUnreadable) as failed:
        await transport.perform(HttpRequest(SecretFile(file), None, HttpConfig()), timeout=5)
    assert str(file) in str(failed.value)
    assert told in str(failed.value)


async def test_an_answer_is_read_up_to_a_limit(transport: Transport) -> None:
    with HttpSink(Reply(500, b"x" * 10_000_000)) as sink:
        answer = await transport.perform(request(sink.url), timeout=5)
    assert isinstance(answer, HttpAnswer)
    assert answer.body == b"x" * 65_536


async def broken(transport: Transport, sent: HttpRequest, limit: float = 5) -> NoAnswerCause:
    answer = await transport.perform(sent, timeout=limit)
    assert isinstance(answer, NoAnswer), answer
    assert "http" not in answer.detail
    return answer.cause


async def test_nobody_listens(transport: Transport) -> None:
    with HttpSink() as sink:
        url = sink.url
    answer = await transport.perform(request(url), timeout=5)
    assert answer == NoAnswer(NoAnswerCause.UNREACHABLE, "Connection refused")


async def test_no_such_host(transport: Transport) -> None:
    answer = await transport.perform(request("http://nosuch.invalid/"), timeout=5)
    assert answer == NoAnswer(NoAnswerCause.UNREACHABLE, "the host name is not known")


@pytest.mark.parametrize(
    "reply", [Reply(cut=0), Reply(body=b"x" * 1000, cut=10)], ids=["at once", "in the body"]
)
async def test_a_cut_connection(transport: Transport, reply: Reply) -> None:
    with HttpSink(otherwise=reply) as sink:
        assert await broken(transport, request(sink.url)) is NoAnswerCause.CUT_OFF


async def test_what_is_no_http(transport: Transport) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(babble, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        sent = request(f"http://127.0.0.1:{port}")
        assert await broken(transport, sent) is NoAnswerCause.CUT_OFF


@pytest.mark.parametrize("own", [None, timedelta(seconds=0.1)], ids=["attempt", "request"])
async def test_a_slow_answer_is_not_waited_for(transport: Transport, own: timedelta | None) -> None:
    with HttpSink(Reply(delay=30)) as sink:
        sent = request(sink.url, timeout=own)
        answer = await transport.perform(sent, timeout=5 if own else 0.1)
    assert answer == NoAnswer(NoAnswerCause.TIMEOUT, "none within 0.1 s")


async def test_a_destination_that_hangs_holds_up_no_other(transport: Transport) -> None:
    """Not even if more wait for it than it has connections."""
    with HttpSink(otherwise=Reply(delay=30)) as dead, HttpSink() as alive:
        async with asyncio.TaskGroup() as group:
            stuck = [
                group.create_task(transport.perform(request(dead.url), timeout=30))
                for _ in range(100)
            ]
            await asyncio.to_thread(dead.wait_for, 64)
            answers = [await transport.perform(request(alive.url), timeout=5) for _ in range(3)]
            for task in stuck:
                task.cancel()
    assert [answer.status for answer in answers if isinstance(answer, HttpAnswer)] == [200] * 3


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [(301, "GET", b""), (302, "GET", b""), (303, "GET", b""), (307, "POST", b'{"a":1}'),
     (308, "POST", b'{"a":1}')],
)  # fmt: skip
async def test_redirects_are_followed_as_go_follows_them(
    transport: Transport, status: int, method: str, body: bytes
) -> None:
    with HttpSink(Reply(status, headers={"Location": "/there"})) as sink:
        answer = await transport.perform(request(f"{sink.url}/here", body={"a": 1}), timeout=5)
        seen = sink.received[-1]
    assert isinstance(answer, HttpAnswer)
    assert answer.status == 200
    assert (seen.method, seen.path, seen.body) == (method, "/there", body)


async def test_redirects_come_to_an_end(transport: Transport) -> None:
    with HttpSink(otherwise=Reply(307, headers={"Location": "/again"})) as sink:
        assert await broken(transport, request(sink.url)) is NoAnswerCause.REDIRECTED
        assert len(sink.received) == 11
        section = HttpConfig.model_validate({})
        still = section.model_copy(update={"follow_redirects": False})
        answer = await transport.perform(HttpRequest(Secret(sink.url), None, still), timeout=5)
    assert isinstance(answer, HttpAnswer)
    assert answer.status == 307


async def test_connections_are_used_again(transport: Transport) -> None:
    with HttpSink() as sink:
        ports = set()
        accept = sink._server.get_request

        def counted() -> tuple[socket.socket, object]:
            connection, address = accept()
            ports.add(address)
            return connection, address

        sink._server.get_request = counted  # type: ignore[method-assign]
        for _ in range(5):
            await transport.perform(request(sink.url), timeout=5)
    assert len(ports) == 1


async def test_a_proxy_is_asked(transport: Transport) -> None:
    with HttpSink() as proxy:
        section = {"proxy_url": proxy.url}
        answer = await transport.perform(request("http://far.invalid/x", section), timeout=5)
        assert [seen.path for seen in proxy.received] == ["http://far.invalid/x"]
    assert isinstance(answer, HttpAnswer)


# TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def serving(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def pem(blob: trustme.Blob) -> str:
    return blob.bytes().decode()


async def test_a_server_is_trusted_by_its_authority(
    transport: Transport, authority: trustme.CA, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_text(pem(authority.cert_pem))
    trusting: list[dict[str, object]] = [
        {"ca": pem(authority.cert_pem)},
        {"ca_file": str(tmp_path / "ca.pem")},
        {"insecure_skip_verify": True},
    ]
    with HttpSink(tls=serving(authority, "127.0.0.1")) as sink:
        answers: list[Answer] = []
        for section in trusting:
            config = HttpConfig().model_copy(update={"tls_config": tls(section)})
            sent = HttpRequest(Secret(sink.url), None, config)
            answers.append(await transport.perform(sent, timeout=5))
    assert [answer.status for answer in answers if isinstance(answer, HttpAnswer)] == [200] * 3


def tls(section: Mapping[str, object]) -> object:
    """Build a tls_config; true and false as themselves."""
    config = HttpConfig.model_validate(
        {"tls_config": {key: value for key, value in section.items() if value is not True}}
    ).tls_config
    changes = {key: value for key, value in section.items() if value is True}
    return config.model_copy(update=changes)


async def test_a_stranger_is_not_trusted(transport: Transport, authority: trustme.CA) -> None:
    with HttpSink(tls=serving(authority, "127.0.0.1")) as sink:
        answer = await transport.perform(request(sink.url), timeout=5)
    assert isinstance(answer, NoAnswer)
    assert answer.cause is NoAnswerCause.TLS
    assert "certificate" in answer.detail


async def test_a_server_may_go_by_another_name(transport: Transport, authority: trustme.CA) -> None:
    named = {"tls_config": {"ca": pem(authority.cert_pem), "server_name": "hook.example"}}
    plain = {"tls_config": {"ca": pem(authority.cert_pem)}}
    with HttpSink(tls=serving(authority, "hook.example")) as sink:
        answer = await transport.perform(request(sink.url, named), timeout=5)
        assert isinstance(answer, HttpAnswer)
        assert await broken(transport, request(sink.url, plain)) is NoAnswerCause.TLS


@pytest.mark.parametrize("inline", [True, False], ids=["inline", "in files"])
async def test_a_client_shows_its_certificate(
    transport: Transport, authority: trustme.CA, tmp_path: Path, inline: bool
) -> None:
    own = authority.issue_cert("alertrouter")
    cert, key = pem(own.cert_chain_pems[0]), pem(own.private_key_pem)
    (tmp_path / "cert").write_text(cert)
    (tmp_path / "key").write_text(key)
    shown = {"cert": cert, "key": key} if inline else {
        "cert_file": str(tmp_path / "cert"), "key_file": str(tmp_path / "key")
    }  # fmt: skip
    context = serving(authority, "127.0.0.1")
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    ca = {"ca": pem(authority.cert_pem)}
    with HttpSink(tls=context) as sink:
        sent = request(sink.url, {"tls_config": {**ca, **shown}})
        assert isinstance(await transport.perform(sent, timeout=5), HttpAnswer)
        without = await transport.perform(request(sink.url, {"tls_config": ca}), timeout=5)
    assert isinstance(without, NoAnswer)


async def test_renewed_files_are_taken_up(transport: Transport, tmp_path: Path) -> None:
    """A certificate is replaced under a service that runs for months."""
    first, second = trustme.CA(), trustme.CA()
    file = tmp_path / "ca.pem"
    section = {"tls_config": {"ca_file": str(file)}}
    file.write_text(pem(first.cert_pem))
    with HttpSink(tls=serving(second, "127.0.0.1")) as sink:
        assert await broken(transport, request(sink.url, section)) is NoAnswerCause.TLS
        file.write_text(pem(second.cert_pem) + "\n")
        answer = await transport.perform(request(sink.url, section), timeout=5)
    assert isinstance(answer, HttpAnswer)


async def test_a_tls_file_that_cannot_be_used_is_named(
    transport: Transport, tmp_path: Path
) -> None:
    section = {"tls_config": {"ca_file": str(tmp_path / "nosuch")}}
    answer = await transport.perform(request("https://127.0.0.1:1/", section), timeout=5)
    expected = f"{tmp_path}/nosuch cannot be used: No such file or directory"
    assert answer == NoAnswer(NoAnswerCause.TLS, expected)


async def test_a_server_that_speaks_no_tls(transport: Transport) -> None:
    with HttpSink() as sink:
        url = sink.url.replace("http:", "https:")
        assert await broken(transport, request(url)) is NoAnswerCause.TLS


async def test_what_is_said_is_json(transport: Transport) -> None:
    """Also what cannot be written as UTF-8."""
    with HttpSink() as sink:
        await transport.perform(request(sink.url, body={"a": "\ud800"}), timeout=5)
        assert json.loads(sink.received[0].body) == {"a": "?"}
