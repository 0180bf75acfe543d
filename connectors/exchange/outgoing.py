"""Letters written by the hub itself: each leaves once, however often it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.message import EmailMessage

from exchangelib import Message
from exchangelib.errors import (
    ErrorInvalidRecipients,
    ErrorMessageSizeExceeded,
    ErrorMimeContentInvalid,
    ErrorSendAsDenied,
)

from connectors.exchange.settings import ExchangeSettings
from connectors.exchange.trouble import exchange_trouble
from connectors.exchange.wire import opened
from schemas.records import Ack, Command, Scalar

_NOT_TAKEN = (
    ErrorInvalidRecipients,
    ErrorMessageSizeExceeded,
    ErrorMimeContentInvalid,
    ErrorSendAsDenied,
)


def written(settings: ExchangeSettings, commands: Sequence[Command]) -> list[Ack]:
    """Send each letter from its mailbox, unless Sent Items hold it already: its Message-ID tells.

    `payload`: mailbox, to, subject, text and reply_to, the id of the letter it answers. It is marked as
    automatic, so that no automatic system answers it (RFC 3834).
    """
    told = []
    for mailbox in dict.fromkeys(str(one.payload["mailbox"]) for one in commands):
        own = [one for one in commands if one.payload["mailbox"] == mailbox]
        with exchange_trouble(), opened(settings, mailbox) as box:
            told += [_sent(box.account, one) for one in own]
    return told


def _sent(account: object, command: Command) -> Ack:
    mark = command.idempotency_key
    sent = account.sent  # type: ignore[attr-defined]  # the library has no types
    if sent.filter(message_id=f"<{mark}>").exists():
        return Ack(mark, accepted=True, external_key=mark)
    try:
        letter = mime_of(mark, command.payload)
        Message(account=account, folder=sent, mime_content=letter).send_and_save()
    except (*_NOT_TAKEN, ValueError) as error:
        return Ack(mark, accepted=False, message=type(error).__name__)
    return Ack(mark, accepted=True, external_key=mark)


def mime_of(mark: str, told: Mapping[str, Scalar]) -> bytes:
    """The bytes of an automatic answer; ValueError for an address or a subject that is none."""
    letter = EmailMessage()
    letter["From"], letter["To"] = str(told["mailbox"]), str(told["to"])
    letter["Subject"] = " ".join(str(told["subject"]).split())
    letter["Message-ID"] = f"<{mark}>"
    if told.get("reply_to"):
        letter["In-Reply-To"] = letter["References"] = f"<{told['reply_to']}>"
    letter["Auto-Submitted"] = "auto-replied"
    letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(str(told["text"]), cte="base64")
    return letter.as_bytes()
