"""Secrets that can be written down or kept in a file, but not both."""

from alertrouter.model.secret import Secret, SecretFile, SecretSource


def one_source(name: str, text: Secret | None, file: SecretFile | None) -> SecretSource | None:
    """Return whichever is set. Raises ValueError if both are: the text and the file of *name*."""
    if text and file:
        raise ValueError(f"at most one of {name} & {name}_file must be configured: remove one")
    return text or file
