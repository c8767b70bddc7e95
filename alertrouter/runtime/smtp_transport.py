"""Mails handed over: the conversation with a mail server, by Alertmanager's rules.

Credentials are given to a server only over TLS, or on this very machine.
"""

import ssl
from base64 import b64encode
from contextlib import suppress
from typing import Final

from aiosmtplib import (
    SMTP,
    SMTPConnectError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPTimeoutError,
)

from alertrouter.channels.contract import Mail, MailAnswer, NoAnswerCause
from alertrouter.channels.smtp_config import SmtpConfig
from alertrouter.runtime.broken_exchange import BrokenExchange, cut_off, unreachable
from alertrouter.runtime.disclosure import Disclosure
from alertrouter.runtime.tls import TlsContexts

LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_FAREWELL_SECONDS: Final = 1.0


async def send_mail(mail: Mail, contexts: TlsContexts) -> MailAnswer:
    """Hand over one mail and return the server's last word.

    Raises BrokenExchange where there was none, or SecretUnreadable.
    """
    disclosure = Disclosure()
    client = await _client(mail.config, contexts)
    try:
        await client.connect()
        await _encrypt(client, mail.config)
        await _log_in(client, mail.config, disclosure)
        refused, text = await client.sendmail(mail.sender, mail.recipients, mail.message)
        replies = {who: f"{reply.code} {reply.message}" for who, reply in refused.items()}
        answer = MailAnswer(250, text, replies)
        with suppress(SMTPException, OSError):  # the mail is theirs; a rude goodbye changes nothing
            await client.quit(timeout=_FAREWELL_SECONDS)
    except SMTPRecipientsRefused as error:
        answer = _none_wanted(error)
    except SMTPResponseException as error:
        answer = MailAnswer(error.code, error.message)
    except SMTPTimeoutError:
        raise BrokenExchange(NoAnswerCause.TIMEOUT, "the server was too slow") from None
    except (SMTPConnectError, ssl.SSLError) as error:
        raise unreachable(error) from None
    except (SMTPException, OSError) as error:
        raise cut_off(error) from None
    finally:
        client.close()
    return _masked(answer, disclosure)


async def _client(config: SmtpConfig, contexts: TlsContexts) -> SMTP:
    context = None
    if config.is_implicit_tls or config.require_tls:
        _, context = await contexts.current(config.tls_config)
    return SMTP(
        hostname=config.host,
        port=config.port,
        local_hostname=config.hello or "localhost",
        timeout=None,  # the transport bounds the whole conversation
        use_tls=config.is_implicit_tls,
        start_tls=False,  # done below, where it can be insisted on
        tls_context=context,
    )


async def _encrypt(client: SMTP, config: SmtpConfig) -> None:
    await client.ehlo()
    if config.is_implicit_tls or not config.require_tls:
        return
    if not client.supports_extension("starttls"):
        raise BrokenExchange(
            NoAnswerCause.TLS,
            "the server does not offer STARTTLS: use another port, or set require_tls: false",
        )
    await client.starttls()
    await client.ehlo()


async def _log_in(client: SMTP, config: SmtpConfig, disclosure: Disclosure) -> None:
    """Authenticate by the first way that the server lists and the configuration has secrets for.

    A server that does not ask for it is not told.
    """
    offered = client.server_auth_methods
    if not config.username or not offered:
        return
    is_private = client.get_transport_info("sslcontext") is not None or config.host in LOCAL
    for method in offered:
        match method:
            case "cram-md5" if config.secret:
                secret = await disclosure.text(config.secret)
                await client.auth_crammd5(config.username, secret)
                return
            case "plain" if config.password and is_private:
                password = await disclosure.text(config.password)
                await _log_in_plainly(client, config, password)
                return
            case "login" if config.password and is_private:
                password = await disclosure.text(config.password)
                await client.auth_login(config.username, password)
                return
    hint = "" if is_private else "; passwords are not sent without TLS"
    raise BrokenExchange(
        NoAnswerCause.UNREACHABLE,
        f"the server offers {', '.join(offered)}, for which nothing is configured{hint}",
    )


async def _log_in_plainly(client: SMTP, config: SmtpConfig, password: str) -> None:
    """Use PLAIN (RFC 4616), with the identity to act as."""
    told = b64encode(f"{config.identity}\0{config.username}\0{password}".encode())
    reply = await client.execute_command(b"AUTH", b"PLAIN", told)
    if reply.code != 235:
        raise SMTPResponseException(reply.code, reply.message)


def _none_wanted(error: SMTPRecipientsRefused) -> MailAnswer:
    replies = {one.recipient: f"{one.code} {one.message}" for one in error.recipients}
    decisive = min(error.recipients, key=lambda one: one.code // 100 != 4)
    return MailAnswer(decisive.code, decisive.message, replies)


def _masked(answer: MailAnswer, disclosure: Disclosure) -> MailAnswer:
    return MailAnswer(
        answer.code,
        disclosure.masked(answer.text),
        {who: disclosure.masked(reply) for who, reply in answer.refused.items()},
    )
