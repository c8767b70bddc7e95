"""How to hand a mail to a server: everything about the connection, nothing about the mail."""

from dataclasses import dataclass, field

from alertrouter.channels.tls_config import TlsConfig
from alertrouter.model.secret import SecretSource


@dataclass(frozen=True, slots=True)
class SmtpConfig:
    """A mail server and how it wants to be spoken to.

    With ``is_implicit_tls`` the connection is encrypted from the first byte; else ``require_tls``
    demands STARTTLS. ``secret`` is for CRAM-MD5, ``password`` for PLAIN and LOGIN.
    """

    host: str
    port: int
    hello: str = "localhost"
    require_tls: bool = True
    is_implicit_tls: bool = False
    tls_config: TlsConfig = field(default_factory=TlsConfig)
    username: str = ""
    password: SecretSource | None = None
    secret: SecretSource | None = None
    identity: str = ""
