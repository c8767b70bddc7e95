"""Mail addresses as people write them: ``Ops <ops@example.org>, dba@example.org``."""

from email.headerregistry import Address, AddressHeader
from email.policy import SMTP

from alertrouter.rendering.cleaning import in_a_header


def addresses(text: str) -> tuple[Address, ...]:
    """Read a list of addresses (RFC 5322). Raises ValueError if it is not one, or empty."""
    header = SMTP.header_factory("To", in_a_header(text))
    found = header.addresses if isinstance(header, AddressHeader) else ()
    if not found or header.defects or not all(one.username and one.domain for one in found):
        raise ValueError(
            f"{text!r} is not a list of addresses: write them like 'ops@example.org, "
            "Jo Doe <jo@example.org>'"
        )
    if not all(one.addr_spec.isascii() and one.addr_spec.isprintable() for one in found):
        raise ValueError(f"{text!r} has an address with characters that few servers accept")
    return tuple(found)
