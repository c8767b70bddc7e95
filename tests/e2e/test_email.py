"""Mail arrives at a real SMTP server."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.e2e.conftest import Serve
from tests.e2e.routes import to_one_receiver
from tests.e2e.senders import firing, resolved
from tests.processes import free_port, until


class Mailbox:
    """Takes every mail. The server runs in a thread of its own."""

    def __init__(self) -> None:
        self.envelopes: Final[list[Envelope]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Keep a mail."""
        self.envelopes.append(envelope)
        return "250 OK"

    def mails(self) -> list[EmailMessage]:
        """Return what has arrived, parsed."""
        return [
            message_from_bytes(bytes(envelope.content or b""), policy=policy.default)  # type: ignore[arg-type]
            for envelope in self.envelopes
        ]


@pytest.fixture
def mailbox_port() -> int:
    return free_port()


@pytest.fixture
def mailbox(mailbox_port: int) -> Iterator[Mailbox]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=mailbox_port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def test_a_group_arrives_as_mail(serve: Serve, mailbox: Mailbox, mailbox_port: int) -> None:
    """One mail for the group, to everybody named, and another when all is over."""
    router = serve(
        to_one_receiver(
            "email_configs: [{to: 'dba@example.org, ops@example.org', send_resolved: true}]",
            before=(
                f"global: {{smtp_smarthost: '127.0.0.1:{mailbox_port}', "
                "smtp_from: alerts@example.org, smtp_require_tls: false}\n"
            ),
        )
    )
    router.sender.send(firing("DiskFull", host="a"), firing("DiskFull", host="ü <b>"))
    until(lambda: len(mailbox.envelopes) == 1, "the first mail")
    router.sender.send(resolved("DiskFull", host="a"), resolved("DiskFull", host="ü <b>"))
    until(lambda: len(mailbox.envelopes) == 2, "the second mail")

    first, last = mailbox.mails()
    assert mailbox.envelopes[0].mail_from == "alerts@example.org"
    assert mailbox.envelopes[0].rcpt_tos == ["dba@example.org", "ops@example.org"]
    assert first["Subject"].startswith("[FIRING:2] DiskFull")
    assert last["Subject"].startswith("[RESOLVED] DiskFull")
    html = first.get_body(("html",))
    assert html is not None
    assert "DiskFull is wrong" in html.get_content()
    assert "ü &lt;b&gt;" in html.get_content()
