"""An exchange with another program that came to no answer, whatever library was used for it.

Foreign exceptions end here: what travels on is a NoAnswer whose text holds no URL and no secret.
"""

import os
import socket
import ssl
from collections.abc import Iterator

from alertrouter.channels.contract import NoAnswer, NoAnswerCause


class BrokenExchange(Exception):
    """Carries a NoAnswer from where an exchange broke to the transport; goes no further."""

    def __init__(self, cause: NoAnswerCause, detail: str) -> None:
        super().__init__(f"{cause}: {detail}")
        self.answer = NoAnswer(cause, detail)


def unreachable(error: BaseException) -> BrokenExchange:
    """Say why no connection came about."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError(verify_message=str(message)):
                return BrokenExchange(NoAnswerCause.TLS, message)
            case ssl.SSLError():
                return BrokenExchange(NoAnswerCause.TLS, cause.reason or "the handshake failed")
            case socket.gaierror():
                return BrokenExchange(NoAnswerCause.UNREACHABLE, "the host name is not known")
            case OSError(errno=int(number)):
                return BrokenExchange(NoAnswerCause.UNREACHABLE, os.strerror(number))
            case _:
                pass
    return BrokenExchange(NoAnswerCause.UNREACHABLE, "no connection came about")


def cut_off(error: BaseException) -> BrokenExchange:
    """Say that the connection ended before the answer was complete."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLError():
                return BrokenExchange(NoAnswerCause.TLS, cause.reason or "the connection failed")
            case OSError(errno=int(number)):
                return BrokenExchange(NoAnswerCause.CUT_OFF, os.strerror(number))
            case _:
                pass
    return BrokenExchange(NoAnswerCause.CUT_OFF, "the answer did not come to its end")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the exception and all that led to it; of a group, the first."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            current = current.exceptions[0]
        else:
            current = current.__cause__ or current.__context__
