"""HTTP requests performed: secrets revealed, httpx called, its exceptions translated."""

from typing import Final

import httpx

from alertrouter.channels.contract import HttpAnswer, HttpRequest, NoAnswerCause
from alertrouter.channels.http_config import HttpConfig
from alertrouter.errors import SecretUnreadable
from alertrouter.model.go_formats import go_json
from alertrouter.model.secret import SecretFile
from alertrouter.runtime.broken_exchange import BrokenExchange, cut_off, unreachable
from alertrouter.runtime.disclosure import Disclosure
from alertrouter.runtime.http_clients import MOST_REDIRECTS, HttpClients
from alertrouter.runtime.tls import TlsContexts
from alertrouter.wire.scalar_grammar import parse_secret_url

LONGEST_BODY: Final = 64 * 1024


class HttpTransport:
    """Performs HTTP requests; an answer is read up to 64 KiB."""

    def __init__(self, contexts: TlsContexts) -> None:
        self._clients = HttpClients(contexts)

    async def perform(self, request: HttpRequest) -> HttpAnswer:
        """Return what the server answered. Raises BrokenExchange or SecretUnreadable."""
        disclosure = Disclosure()
        url = await _url(request, disclosure)
        headers = await _headers(request, disclosure)
        body = go_json(disclosure.json(request.json)).encode(errors="replace")
        origin = f"{url.scheme}://{url.netloc.decode()}"
        try:
            async with (
                self._clients.lent(request.config, origin) as client,
                client.stream(request.method, url, content=body, headers=headers) as response,
            ):
                return await _answer(response, disclosure)
        except httpx.HTTPError as error:
            raise _translated(error) from None
        except OSError as error:  # what httpx leaves as it is: alerts of TLS 1.3, for one
            raise cut_off(error) from None

    async def close(self) -> None:
        """Close every connection."""
        await self._clients.close()


async def _url(request: HttpRequest, disclosure: Disclosure) -> httpx.URL:
    try:
        return httpx.URL(parse_secret_url(await disclosure.url(request.url)))
    except (ValueError, httpx.InvalidURL) as error:
        reason = str(error) if isinstance(error, ValueError) else "it is not a URL"
        if isinstance(request.url, SecretFile):
            raise SecretUnreadable(str(request.url.path), reason) from None
        raise BrokenExchange(NoAnswerCause.UNREACHABLE, reason) from None


async def _headers(request: HttpRequest, disclosure: Disclosure) -> list[tuple[bytes, bytes]]:
    """Return the headers; what the request sets itself wins over the configured credentials."""
    headers = {"Content-Type": "application/json", **request.headers}
    if not any(name.lower() == "authorization" for name in headers):
        headers |= await _credentials(request.config, disclosure)
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    for name, values in request.config.http_headers.items():
        for source in values.sources:
            text = source if isinstance(source, str) else await disclosure.text(source)
            encoded.append((name.encode(), text.encode()))
    return encoded


async def _credentials(config: HttpConfig, disclosure: Disclosure) -> dict[str, str]:
    if config.basic_auth is not None:
        basic = config.basic_auth
        return {"Authorization": f"Basic {await disclosure.basic(basic.username, basic.secret)}"}
    if config.credentials is not None:
        scheme, secret = config.credentials
        return {"Authorization": f"{scheme} {await disclosure.text(secret)}"}
    return {}


async def _answer(response: httpx.Response, disclosure: Disclosure) -> HttpAnswer:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) >= LONGEST_BODY:
            break
    shown = bytes(body[:LONGEST_BODY]).decode(errors="replace")
    return HttpAnswer(
        status=response.status_code,
        headers={name.lower(): disclosure.masked(text) for name, text in response.headers.items()},
        body=disclosure.masked(shown).encode(),
    )


def _translated(error: httpx.HTTPError) -> BrokenExchange:
    match error:
        case httpx.PoolTimeout():
            return BrokenExchange(NoAnswerCause.TIMEOUT, "no connection was free")
        case httpx.TimeoutException():
            return BrokenExchange(NoAnswerCause.TIMEOUT, "no connection came about in time")
        case httpx.TooManyRedirects():
            detail = f"more than {MOST_REDIRECTS} times"
            return BrokenExchange(NoAnswerCause.REDIRECTED, detail)
        case httpx.LocalProtocolError():
            detail = "the request cannot be sent: look for line ends in its headers and credentials"
            return BrokenExchange(NoAnswerCause.UNREACHABLE, detail)
        case httpx.ConnectError() | httpx.ProxyError() | httpx.UnsupportedProtocol():
            return unreachable(error)
        case _:
            return cut_off(error)
