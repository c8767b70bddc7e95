"""A mail as bytes: headers that cannot be forged, a text for everybody and HTML for the rest."""

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import Final

from alertrouter.model.notification import LogKey
from alertrouter.rendering.cleaning import in_a_header, writable

# So that holiday replies and mailing lists leave these mails alone (RFC 3834, and Exchange).
_AUTOMATIC: Final = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def message_id(key: LogKey, at: datetime, domain: str) -> str:
    """Return a Message-ID: the same for every attempt at one notification, so that a mail that
    arrives twice can be recognised.
    """  # noqa: D205  one sentence
    told = f"{key.group_key}\0{key}\0{at.isoformat()}"
    return f"<{sha256(told.encode(errors='replace')).hexdigest()[:32]}@{domain}>"


def thread_headers(key: LogKey, day: str) -> dict[str, str]:
    """Return headers that refer to a root which all mails of a group share (a day's, if given).

    No such mail exists; readers group by it all the same. The form is Alertmanager's, so that
    threads outlive a migration.
    """
    group = sha256(key.group_key.encode(errors="replace")).hexdigest()[:16]
    root = f"<alert-{group}-{day}@alertmanager>"
    return {"References": root, "In-Reply-To": root}


def composed(headers: Mapping[str, str], at: datetime, text: str, html: str) -> bytes:
    """Return the message (RFC 5322, lines ended by CRLF); an empty body is left out.

    Line ends and control characters in headers become spaces.
    """
    mail = EmailMessage(policy=SMTP)
    for name, value in {**_AUTOMATIC, **headers}.items():
        mail[name] = in_a_header(value)
    mail["Date"] = format_datetime(at)
    if text or not html:
        mail.set_content(writable(text), cte="quoted-printable")
    if html and text:
        mail.add_alternative(writable(html), subtype="html", cte="quoted-printable")
    elif html:
        mail.set_content(writable(html), subtype="html", cte="quoted-printable")
    return mail.as_bytes()
