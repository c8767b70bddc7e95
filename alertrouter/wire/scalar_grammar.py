"""Texts that configuration files hold, read the way Go and YAML 1.1 read them.

Every function takes the text of one scalar and returns its value, or raises ValueError with what
is wrong and what would be right. Functions for secrets never repeat the text.
"""

import math
import re
from datetime import timedelta
from fractions import Fraction
from typing import Final
from urllib.parse import SplitResult, urlsplit

_BOOLEANS: Final = {
    spelling: truth
    for truth, words in ((True, "true yes on y"), (False, "false no off n"))
    for word in words.split()
    for spelling in (word, word.capitalize(), word.upper())
}
_INTEGER: Final = re.compile(
    r"([-+]?)(?:0[xX]([0-9a-fA-F]{1,64})|0[bB]([01]{1,64})|0[oO]?([0-7]{1,64})|([0-9]{1,64}))"
)
_RADIXES: Final = (16, 2, 8, 10)
_FLOAT: Final = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_MOST: Final = 2**63 - 1
_GO_UNITS: Final = {
    "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000,
    "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000,
}  # fmt: skip
_GO_PART: Final = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_GO_DURATION: Final = re.compile(rf"(?:{_GO_PART.pattern})+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9a-fA-F]{2})")
_BAD_HOST: Final = re.compile(r"[\s\"<>\\^`{|}]")


def shown(text: str) -> str:
    """Quote *text* for a message, cut to a length that fits on a line."""
    return f'"{text}"' if len(text) <= 60 else f'"{text[:59]}…"'


def parse_bool(text: str) -> bool:
    """Read a boolean of YAML 1.1 in lower, Capitalised or UPPER case."""
    if text not in _BOOLEANS:
        raise ValueError(f"{shown(text)} is not a boolean: write true or false")
    return _BOOLEANS[text]


def parse_int(text: str) -> int:
    """Read a 64-bit integer: decimal, ``0x1f``, ``0b1``, and octal as ``017`` or ``0o17``."""
    matched = _INTEGER.fullmatch(text.replace("_", ""))
    if matched is None:
        raise ValueError(f"{shown(text)} is not a whole number: write it in digits, such as 10")
    sign, *spellings = matched.groups()
    (size,) = [
        int(digits, radix) for digits, radix in zip(spellings, _RADIXES, strict=True) if digits
    ]
    if size > _MOST:
        raise ValueError(f"{shown(text)} is too large: the limit is {_MOST}")
    return -size if sign == "-" else size


def parse_uint(text: str) -> int:
    """Read an integer that is not negative."""
    number = parse_int(text)
    if number < 0:
        raise ValueError(f"{shown(text)} is negative: write 0 or more")
    return number


def parse_float(text: str) -> float:
    """Read a finite decimal number."""
    if _FLOAT.fullmatch(text) is None or not math.isfinite(float(text)):
        raise ValueError(f"{shown(text)} is not a number: write it like 0.5 or 10")
    return float(text)


def parse_go_duration(text: str) -> timedelta:
    """Read a duration as Go's ``time.ParseDuration`` does: ``300ms``, ``1.5h``, ``2h45m``.

    Units are ns, us, ms, s, m and h. What is above zero but shorter than a microsecond becomes a
    microsecond, since zero means something else to those who use it.
    """
    if text in ("0", "+0", "-0"):
        return timedelta()
    unsigned = text.removeprefix("+")
    if len(text) > 200 or _GO_DURATION.fullmatch(unsigned) is None:
        raise ValueError(
            f'{shown(text)} is not a duration: write it like "300ms", "1.5h" or "2h45m" '
            "(units ns, us, ms, s, m, h)"
        )
    return from_nanoseconds(
        sum((Fraction(count) * _GO_UNITS[unit] for count, unit in _GO_PART.findall(unsigned)),
            start=Fraction())
    )  # fmt: skip


def from_nanoseconds(count: Fraction | int) -> timedelta:
    """Convert a count of nanoseconds; raise ValueError if negative or more than 64 bits hold."""
    if not 0 <= count <= _MOST:
        raise ValueError("a duration is between 0 and 292 years")
    return timedelta(microseconds=max(round(count / 1000), 1 if count else 0))


def parse_http_url(text: str) -> str:
    """Return an HTTP or HTTPS URL with its spaces percent-encoded."""
    scheme = _split_url(text).scheme
    if scheme not in ("http", "https"):
        raise ValueError(
            f"unsupported scheme {shown(scheme)} for URL: start it with http:// or https://"
        )
    return _with_host(text)


def parse_secret_url(text: str) -> str:
    """Do the same for a URL that is a secret; messages tell nothing of it."""
    if _split_url(text).scheme not in ("http", "https"):
        raise ValueError("unsupported scheme for URL: start it with http:// or https://")
    return _with_host(text)


def _split_url(text: str) -> SplitResult:
    if _CONTROL.search(text) or _BAD_ESCAPE.search(text):
        raise ValueError("the URL has a control character or a % without two hex digits after it")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError("the URL cannot be parsed: write it like https://host:port/path") from None
    return parts


def _with_host(text: str) -> str:
    parts = _split_url(text)
    if not parts.hostname:
        raise ValueError("missing host for URL: write it like https://host/path")
    if _BAD_HOST.search(parts.netloc):
        raise ValueError("the host of the URL has a character that no host can have")
    return text.replace(" ", "%20")


def parse_host_port(text: str) -> str:
    """Return ``host:port`` as it is; an empty text means unset and is returned too."""
    if not text:
        return text
    host, colon, port = text.rpartition(":")
    remedy = 'write it like "mail.example.org:587" or "[::1]:25"'
    if not colon or (text.startswith("[") and text.endswith("]")):
        raise ValueError(f"address {text}: missing port in address; {remedy}")
    if not port:
        raise ValueError(f"address {text}: port cannot be empty; {remedy}")
    is_bracketed = host.startswith("[") and host.endswith("]")
    inner = host[1:-1] if is_bracketed else host
    if ":" in inner and not is_bracketed:
        raise ValueError(f"address {text}: too many colons in address; {remedy}")
    if "[" in inner or "]" in inner or "[" in port or "]" in port:
        raise ValueError(f"address {text}: unexpected bracket in address; {remedy}")
    return text
