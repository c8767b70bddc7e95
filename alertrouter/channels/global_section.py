"""``global``: what receivers take from here if they do not say it themselves."""

from datetime import timedelta
from typing import Self

from pydantic import field_validator, model_validator

from alertrouter.channels.exclusive import one_source
from alertrouter.channels.http_config import HttpConfig
from alertrouter.channels.tls_config import TlsConfig
from alertrouter.wire.scalars import (
    Duration,
    HostPort,
    SecretHttpUrl,
    SecretPath,
    SecretText,
    Section,
    YamlBool,
)


class GlobalSection(Section):
    """The keys of Alertmanager's ``global`` that belong to the receivers there are."""

    resolve_timeout: Duration = timedelta(minutes=5)
    http_config: HttpConfig = HttpConfig()
    smtp_from: str = ""
    smtp_hello: str = "localhost"
    smtp_smarthost: HostPort = ""
    smtp_auth_username: str = ""
    smtp_auth_password: SecretText | None = None
    smtp_auth_password_file: SecretPath = None
    smtp_auth_secret: SecretText | None = None
    smtp_auth_secret_file: SecretPath = None
    smtp_auth_identity: str = ""
    smtp_require_tls: YamlBool = True
    smtp_tls_config: TlsConfig = TlsConfig()
    smtp_force_implicit_tls: YamlBool | None = None
    slack_api_url: SecretHttpUrl | None = None
    slack_api_url_file: SecretPath = None

    @field_validator("smtp_hello")
    @classmethod
    def _is_one_word(cls, hello: str) -> str:
        if not all(33 <= ord(char) <= 126 for char in hello):
            raise ValueError("smtp_hello is a host name: write it without spaces")
        return hello

    @model_validator(mode="after")
    def _has_one_source_each(self) -> Self:
        one_source("smtp_auth_password", self.smtp_auth_password, self.smtp_auth_password_file)
        one_source("smtp_auth_secret", self.smtp_auth_secret, self.smtp_auth_secret_file)
        one_source("slack_api_url", self.slack_api_url, self.slack_api_url_file)
        return self
