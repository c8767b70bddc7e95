"""Keys that Alertmanager has and alertrouter does not have yet.

A section declares them so that the mistake is named where it stands. Null is harmless: it asks for
nothing.
"""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator

from alertrouter.wire.scalars import YamlBool


def _refused(_: object) -> None:
    raise ValueError("alertrouter does not support this key yet: remove it")


def _refused_if_true(asked: bool) -> bool:  # noqa: FBT001  pydantic calls it
    if asked:
        raise ValueError("alertrouter does not support this yet: remove the key, or write false")
    return asked


Unsupported: TypeAlias = Annotated[None, BeforeValidator(_refused)]
OnlyFalse: TypeAlias = Annotated[YamlBool, AfterValidator(_refused_if_true)]
