"""What can be written under ``email_configs``: Alertmanager's fields, with a text part by default."""

from collections.abc import Mapping
from typing import Final, Self

from pydantic import field_validator, model_validator

from alertrouter.channels.addresses import addresses
from alertrouter.channels.exclusive import one_source
from alertrouter.channels.global_section import GlobalSection
from alertrouter.channels.smtp_config import SmtpConfig
from alertrouter.channels.tls_config import TlsConfig
from alertrouter.rendering.templates import is_template
from alertrouter.wire.scalars import (
    HostPort,
    SecretPath,
    SecretText,
    Section,
    Text,
    YamlBool,
)

_SET_HERE: Final = frozenset({"Content-Type", "Content-Transfer-Encoding", "Mime-Version", "Date"})
_THREADED: Final = frozenset({"References", "In-Reply-To"})


class EmailThreading(Section):
    """Whether the mails of one group form one thread, and whether every day begins a new one."""

    enabled: YamlBool = False
    thread_by_date: str = ""

    @model_validator(mode="after")
    def _is_decided(self) -> Self:
        if self.enabled and self.thread_by_date not in ("daily", "none"):
            raise ValueError("thread_by_date must be either 'none' or 'daily'")
        return self


class EmailSettings(Section):
    """One entry of ``email_configs``."""

    send_resolved: YamlBool = False
    to: str = ""
    from_: str = ""
    smarthost: HostPort = ""
    hello: str = ""
    auth_username: str = ""
    auth_password: SecretText | None = None
    auth_password_file: SecretPath = None
    auth_secret: SecretText | None = None
    auth_secret_file: SecretPath = None
    auth_identity: str = ""
    require_tls: YamlBool | None = None
    tls_config: TlsConfig | None = None
    force_implicit_tls: YamlBool | None = None
    headers: Mapping[str, Text] = {}
    html: str = "{{ email_html() }}"
    text: str = "{{ email_text() }}"
    threading: EmailThreading = EmailThreading()
