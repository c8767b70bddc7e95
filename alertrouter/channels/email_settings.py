"""What can be written under ``email_configs``: Alertmanager's fields, and a text by default."""

from collections.abc import Mapping
from typing import Final, Self

from pydantic import Field, field_validator, model_validator

from alertrouter.channels.addresses import addresses
from alertrouter.channels.exclusive import one_source
from alertrouter.channels.global_section import GlobalSection
from alertrouter.channels.tls_config import TlsConfig
from alertrouter.rendering.templates import is_template
from alertrouter.wire.scalars import HostPort, SecretPath, SecretText, Section, Text, YamlBool

# What the form of the message decides.
_SET_BY_FORM: Final = frozenset({
    "Content-Transfer-Encoding", "Content-Type", "Date", "Mime-Version"
})  # fmt: skip
_SET_BY_THREADING: Final = frozenset({"In-Reply-To", "References"})


def canonical(name: str) -> str:
    """Write a header's name the usual way: ``x-foo`` becomes ``X-Foo``."""
    return "-".join(part.capitalize() for part in name.split("-"))


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
    """One entry of ``email_configs``. Addresses, headers and both bodies are templates."""

    send_resolved: YamlBool = False
    to: str = ""
    from_: str = Field(default="", alias="from")
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

    @field_validator("headers")
    @classmethod
    def _are_free_to_set(cls, headers: Mapping[str, str]) -> Mapping[str, str]:
        by_name: dict[str, str] = {}
        for written, value in headers.items():
            name = canonical(written)
            if not name or not all(33 <= ord(char) <= 126 and char != ":" for char in name):
                raise ValueError(f"{written!r} cannot be the name of a header")
            if name in _SET_BY_FORM:
                raise ValueError(f"{name} is set by alertrouter: remove it")
            if name in by_name:
                raise ValueError(f'duplicate header "{name}" in email config: remove one')
            by_name[name] = value
        return by_name

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        one_source("auth_password", self.auth_password, self.auth_password_file)
        one_source("auth_secret", self.auth_secret, self.auth_secret_file)
        clash = _SET_BY_THREADING & self.headers.keys() if self.threading.enabled else ()
        if clash:
            raise ValueError(f"threading sets {' and '.join(sorted(clash))}: remove the headers")
        return self

    def completed(self, given: GlobalSection) -> Self:
        """Take from ``global`` what is not set here. Raises ValueError for what is missing."""
        changes: dict[str, object] = {
            "from_": self.from_ or given.smtp_from,
            "smarthost": self.smarthost or given.smtp_smarthost,
            "hello": self.hello or given.smtp_hello,
            "auth_username": self.auth_username or given.smtp_auth_username,
            "auth_identity": self.auth_identity or given.smtp_auth_identity,
            "tls_config": self.tls_config or given.smtp_tls_config,
        }
        if self.require_tls is None:
            changes["require_tls"] = given.smtp_require_tls
        if self.force_implicit_tls is None:
            changes["force_implicit_tls"] = given.smtp_force_implicit_tls
        if not self.auth_password and not self.auth_password_file:
            changes["auth_password"] = given.smtp_auth_password
            changes["auth_password_file"] = given.smtp_auth_password_file
        if not self.auth_secret and not self.auth_secret_file:
            changes["auth_secret"] = given.smtp_auth_secret
            changes["auth_secret_file"] = given.smtp_auth_secret_file
        complete = self.model_copy(update=changes)
        complete.check()
        return complete

    @field_validator("hello")
    @classmethod
    def _is_one_word(cls, hello: str) -> str:
        if not all(33 <= ord(char) <= 126 for char in hello):
            raise ValueError("hello is a host name: write it without spaces")
        return hello

    def check(self) -> None:
        """Raise ValueError if something is missing, or is no address."""
        if not self.to:
            raise ValueError("missing to address in email config: set to")
        if not self.smarthost:
            raise ValueError("no global SMTP smarthost set: set smarthost or global.smtp_smarthost")
        if not self.from_:
            raise ValueError("no global SMTP from set: set from or global.smtp_from")
        port = self.smarthost.rpartition(":")[2]
        if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
            raise ValueError(f"the port of {self.smarthost} is not a number: write 587, 465 or 25")
        if not is_template(self.to):
            addresses(self.to)
        if not is_template(self.from_) and len(addresses(self.from_)) != 1:
            raise ValueError("a mail comes from exactly one address: write one in from")
