"""No secret in anything that can be shown: answers, errors, tracebacks, reprs, logs."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from alertrouter.channels.contract import Answer, Channel, Request
from alertrouter.channels.global_section import GlobalSection
from alertrouter.channels.registry import CHANNELS
from alertrouter.errors import AlertrouterError
from alertrouter.runtime.transport import Transport
from alertrouter.wire.scalars import Plain
from tests.channels.opening import opened
from tests.mail_server import MailSink
from tests.notices import notice
from tests.servers import HttpSink, Received, Reply

MARK = "M4rk3r-0f-a-secret"


class Echo(HttpSink):
    """Refuses everything, and repeats all it was sent as it does so."""

    def _take(self, request: Received) -> Reply:
        super()._take(request)
        said = f"Cannot {request.method} {request.path} {dict(request.headers)} ".encode()
        return Reply(404, said + request.body, {"X-Path": request.path, "Location": request.path})


HTTP = [
    {"bearer_token": MARK},
    {"authorization": {"credentials": MARK}},
    {"basic_auth": {"username": "u", "password": MARK}},
    {"http_headers": {"X-Key": {"secrets": [MARK]}}},
]


def channels(url: str, file: Path, mail_port: int) -> Iterator[Channel]:
    """Yield channels that between them use every field that can hold a secret."""
    given = {
        "smtp_smarthost": f"127.0.0.1:{mail_port}",
        "smtp_from": "a@x.org",
        "smtp_require_tls": Plain("false"),
        "smtp_auth_username": "me",
        "smtp_auth_password": MARK,
        "slack_api_url": f"{url}/services/{MARK}",
    }
    hook = f"{url}/{MARK}?token={MARK}"
    yield opened("webhook_configs", {"url": hook})
    yield opened("webhook_configs", {"url": f"{hook}&alert={{{{ status }}}}"})
    yield opened("webhook_configs", {"url": f"http://user:{MARK}@{url.removeprefix('http://')}/"})
    yield opened("webhook_configs", {"url_file": str(file)})
    for section in HTTP:
        yield opened("webhook_configs", {"url": url, "http_config": section})
    yield opened("webhook_configs", {"url": url, "http_config": {"bearer_token_file": str(file)}})
    yield opened("slack_configs", {}, given)
    yield opened("slack_configs", {"api_url_file": str(file)})
    yield opened("email_configs", {"to": "b@x.org"}, given)
    yield opened("email_configs", {"to": "b@x.org", "auth_password_file": str(file)}, given)
    secret = {"smtp_auth_password": None, "smtp_auth_secret": MARK}
    yield opened("email_configs", {"to": "b@x.org"}, {**given, **secret})
    proxy = url.replace("http://", f"http://user:{MARK}@")
    yield opened(
        "webhook_configs", {"url": "http://x.invalid", "http_config": {"proxy_url": proxy}}
    )
    key = {"cert": "none", "key": f"-----{MARK}-----"}
    yield opened("webhook_configs", {"url": url, "http_config": {"tls_config": key}})


async def shown(transport: Transport, channel: Channel) -> Iterator[str]:
    """Perform what the channel renders; return all that could be shown of it."""
    request: Request
    (request,) = channel.render(notice()).requests
    texts = [repr(channel), str(channel), repr(request), str(request)]
    try:
        answer: Answer = await transport.perform(request, timeout=5)
        texts += [repr(answer), repr(channel.classify(answer))]
    except AlertrouterError as error:
        texts += [repr(error), "".join(traceback.format_exception(error))]
    return iter(texts)


@pytest.mark.parametrize("is_alive", [True, False], ids=["answering", "unreachable"])
async def test_no_secret_is_shown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, is_alive: bool
) -> None:
    """Servers that repeat what they are sent, servers that are away, files with nonsense."""
    caplog.set_level(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    file = tmp_path / "secret"
    transport = Transport()
    sink = Echo()
    texts: list[str] = []
    mail = MailSink(users={}, auth_without_tls=True, refusal="535 {password}?")
    with ExitStack() as stack:
        stack.enter_context(sink)
        stack.enter_context(mail)
        url, port = sink.url, mail.port
        if not is_alive:
            stack.close()
        for content in (f"{url}/{MARK}", MARK, f"{MARK}\n{MARK}"):
            file.write_text(content)
            for channel in channels(url, file, port):
                texts += await shown(transport, channel)
    asked = len(sink.received)
    await transport.close()
    assert len(texts) > 100
    assert asked > 20 if is_alive else asked == 0
    assert [text for text in texts if MARK in text] == []
    assert MARK not in caplog.text


@pytest.mark.parametrize("section", [*CHANNELS.values(), GlobalSection])
def test_settings_do_not_print_their_secrets(section: type[GlobalSection]) -> None:
    """Whichever fields are secret: what is read as a secret is not printed."""
    secret = {
        name: f"http://{MARK}/"
        for name, field in section.model_fields.items()
        if "Secret" in str(field.annotation) and "File" not in str(field.annotation)
    }
    settings = section.model_validate(secret)
    assert MARK not in repr(settings) + str(settings)
    assert repr(settings).count("<secret>") >= len(secret)
