"""``tls_config``: whom to trust, and what to show, when a connection is encrypted."""

from typing import Annotated, Final, Self, TypeAlias

from pydantic import AfterValidator, model_validator

from alertrouter.channels.unsupported import Unsupported
from alertrouter.model.secret import SecretSource
from alertrouter.wire.scalars import NearbyPath, NearbySecretPath, SecretText, Section, YamlBool

TLS_VERSIONS: Final = ("TLS10", "TLS11", "TLS12", "TLS13")


def _known_version(text: str) -> str:
    if text and text not in TLS_VERSIONS:
        raise ValueError(
            f"{text!r} is not a version of TLS: write one of {', '.join(TLS_VERSIONS)}"
        )
    return text


TlsVersion: TypeAlias = Annotated[str, AfterValidator(_known_version)]


class TlsConfig(Section):
    """Certificates, inline in PEM or in files, and what to check.

    Paths are relative to the directory of routes.yaml.
    """

    ca: str = ""
    ca_file: NearbyPath = None
    ca_ref: Unsupported = None
    cert: str = ""
    cert_file: NearbyPath = None
    cert_ref: Unsupported = None
    key: SecretText | None = None
    key_file: NearbySecretPath = None
    key_ref: Unsupported = None
    server_name: str = ""
    insecure_skip_verify: YamlBool = False
    min_version: TlsVersion = ""
    max_version: TlsVersion = ""

    @property
    def private_key(self) -> SecretSource | None:
        """Where the key of the client's certificate is."""
        return self.key or self.key_file

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.ca and self.ca_file:
            raise ValueError("at most one of ca & ca_file must be configured: remove one")
        if self.cert and self.cert_file:
            raise ValueError("at most one of cert & cert_file must be configured: remove one")
        if self.key and self.key_file:
            raise ValueError("at most one of key & key_file must be configured: remove one")
        if bool(self.cert or self.cert_file) != bool(self.private_key):
            raise ValueError("a client certificate needs both: set cert(_file) and key(_file)")
        if self.min_version and self.max_version and self.min_version > self.max_version:
            raise ValueError("min_version is above max_version: exchange them")
        return self
