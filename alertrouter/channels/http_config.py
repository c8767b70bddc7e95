"""``http_config``: how to speak to an HTTP server, whatever is said to it."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple, Self

from pydantic import model_validator

from alertrouter.channels.exclusive import one_source
from alertrouter.channels.tls_config import TlsConfig
from alertrouter.channels.unsupported import OnlyFalse, Unsupported
from alertrouter.model.secret import SecretSource
from alertrouter.wire.scalars import (
    NearbySecretPath,
    SecretHttpUrl,
    SecretText,
    Section,
    Text,
    YamlBool,
)

_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# As in Prometheus: what the request itself, the credentials or the connection decide.
_RESERVED: Final = frozenset({
    "accept-encoding", "authorization", "connection", "content-encoding", "content-length",
    "content-type", "host", "keep-alive", "proxy-authenticate", "proxy-authorization",
    "user-agent", "www-authenticate", "x-amz-content-sha256", "x-amz-date",
    "x-amz-security-token", "x-prometheus-remote-read-version",
    "x-prometheus-remote-write-version", "x-prometheus-scrape-timeout-seconds",
    "te", "trailer", "transfer-encoding", "upgrade",
})  # fmt: skip


class BasicAuth(Section):
    """A user name and a password."""

    username: str = ""
    username_file: Unsupported = None
    username_ref: Unsupported = None
    password: SecretText | None = None
    password_file: NearbySecretPath = None
    password_ref: Unsupported = None

    @property
    def secret(self) -> SecretSource | None:
        """The password, or where it is."""
        return self.password or self.password_file

    @model_validator(mode="after")
    def _has_one_password(self) -> Self:
        one_source("password", self.password, self.password_file)
        return self


class Authorization(Section):
    """An Authorization header: a type and credentials."""

    type: str = "Bearer"
    credentials: SecretText | None = None
    credentials_file: NearbySecretPath = None
    credentials_ref: Unsupported = None

    @property
    def secret(self) -> SecretSource | None:
        """The credentials, or where they are."""
        return self.credentials or self.credentials_file

    @property
    def scheme(self) -> str:
        """The first word of the header."""
        return self.type.strip() or "Bearer"

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        one_source("credentials", self.credentials, self.credentials_file)
        if self.scheme.lower() == "basic":
            raise ValueError('authorization type cannot be set to "basic": use basic_auth instead')
        if not _HEADER_NAME.fullmatch(self.scheme):
            raise ValueError("the type is one word, such as Bearer")
        return self


class Credentials(NamedTuple):
    """What an Authorization header says."""

    scheme: str
    secret: SecretSource


class HeaderValues(Section):
    """The values of one header, in the order: values, secrets, files."""

    values: tuple[Text, ...] = ()
    secrets: tuple[SecretText, ...] = ()
    files: tuple[NearbySecretPath, ...] = ()

    @property
    def sources(self) -> tuple[str | SecretSource, ...]:
        """Everything in this order."""
        return (*self.values, *self.secrets, *(file for file in self.files if file))

    @model_validator(mode="after")
    def _fits_on_a_line(self) -> Self:
        texts = [*self.values, *(secret.reveal() for secret in self.secrets)]
        if not all(char.isprintable() or char == "\t" for text in texts for char in text):
            raise ValueError("a header's value has no line ends or other control characters")
        return self


class HttpConfig(Section):
    """Credentials, TLS, proxy, redirects and headers of requests to one receiver.

    Relative paths in it are relative to the directory of routes.yaml. ``enable_http2`` permits and
    does not oblige: what is spoken is HTTP/1.1.
    """

    basic_auth: BasicAuth | None = None
    authorization: Authorization | None = None
    bearer_token: SecretText | None = None
    bearer_token_file: NearbySecretPath = None
    oauth2: Unsupported = None
    tls_config: TlsConfig = TlsConfig()
    follow_redirects: YamlBool = True
    enable_http2: YamlBool = True
    proxy_url: SecretHttpUrl | None = None
    no_proxy: Unsupported = None
    proxy_from_environment: OnlyFalse = False
    proxy_connect_header: Unsupported = None
    http_headers: Mapping[str, HeaderValues] = {}

    def __hash__(self) -> int:
        """Hash some fields; equality looks at all of them."""
        return hash((self.basic_auth, self.credentials, self.tls_config, self.proxy_url))

    @property
    def credentials(self) -> Credentials | None:
        """The Authorization header, also where it is written as a bearer token."""
        if bearer := self.bearer_token or self.bearer_token_file:
            return Credentials("Bearer", bearer)
        if self.authorization is None or self.authorization.secret is None:
            return None
        return Credentials(self.authorization.scheme, self.authorization.secret)

    @model_validator(mode="after")
    def _names_one_identity(self) -> Self:
        one_source("bearer_token", self.bearer_token, self.bearer_token_file)
        bearer = self.bearer_token or self.bearer_token_file
        if sum(map(bool, (self.basic_auth, self.authorization, bearer))) > 1:
            raise ValueError(
                "at most one of basic_auth, authorization, bearer_token & bearer_token_file "
                "must be configured: remove the others"
            )
        return self

    @model_validator(mode="after")
    def _leaves_headers_alone(self) -> Self:
        for name in self.http_headers:
            if not _HEADER_NAME.fullmatch(name):
                raise ValueError(f"{name!r} cannot be the name of a header")
            if name.lower() in _RESERVED:
                raise ValueError(f"setting header {name!r} is not allowed: remove it")
        return self
