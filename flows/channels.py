"""Ways to tell people: mail and Telegram. Errors name the kind of trouble, never an address or a secret."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

import httpx

from config.alerts import Alerts, Mail, Telegram
from schemas.errors import Refused, Retryable

PATIENCE_SECONDS = 10.0
_LONGEST = 4_000  # characters of a Telegram message


class Channel(Protocol):
    """One way to tell people."""

    @property
    def name(self) -> str:
        """What it is called."""

    def send(self, subject: str, text: str) -> None:
        """Tell it; Retryable if nobody answers, Refused if the message is not taken."""


def channels(settings: Alerts) -> list[Channel]:
    """The ways that are set up."""
    found: list[Channel] = []
    if settings.mail:
        found.append(ByMail(settings.mail))
    if settings.telegram:
        found.append(ByTelegram(settings.telegram))
    return found


@dataclass(frozen=True, slots=True)
class ByMail:
    """Plain letters by SMTP."""

    settings: Mail
    name: str = "mail"

    def to(self, address: str) -> ByMail:
        """The same server, for one other recipient."""
        return ByMail(self.settings.model_copy(update={"to": [address]}))

    def send(self, subject: str, text: str) -> None:
        """One letter to all recipients."""
        letter = EmailMessage()
        letter["Subject"], letter["From"] = subject, self.settings.sender
        letter["To"] = ", ".join(self.settings.to)
        letter.set_content(text)
        try:
            with self._server() as server:
                if self.settings.user:
                    server.login(self.settings.user, self.settings.password)
                server.send_message(letter)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPResponseException) as error:
            raise _refused("почтовый сервер", "the mail server", str(error.smtp_code)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise _silent("почтовый сервер", "the mail server", error) from error

    def _server(self) -> smtplib.SMTP:
        host, port = self.settings.host, self.settings.port
        context = ssl.create_default_context()
        if self.settings.security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=PATIENCE_SECONDS, context=context)
        server = smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS)
        if self.settings.security == "starttls":
            server.starttls(context=context)
        return server


@dataclass(frozen=True, slots=True)
class ByTelegram:
    """Messages of a bot."""

    settings: Telegram
    name: str = "telegram"

    def send(self, subject: str, text: str) -> None:
        """One message to the chat."""
        address = f"{self.settings.address.rstrip('/')}/bot{self.settings.token}/sendMessage"
        body = {"chat_id": self.settings.chat, "text": f"{subject}\n\n{text}"[:_LONGEST]}
        try:
            answer = httpx.post(address, json=body, timeout=PATIENCE_SECONDS)
        except httpx.HTTPError as error:
            # Its text and its cause quote the address, and that holds the token.
            raise _silent("Telegram", "Telegram", error) from None
        if not answer.is_success:
            raise _refused("Telegram", "Telegram", str(answer.status_code))


def _refused(ru: str, en: str, code: str) -> Refused:
    return Refused(
        f"Оповещение не принято ({ru}, код {code}): проверьте логин, токен и получателей в alerts.yaml.",
        f"The alert was not taken ({en}, code {code}): check login, token and recipients in alerts.yaml.",
    )


def _silent(ru: str, en: str, error: Exception) -> Retryable:
    return Retryable(
        f"Оповещение не ушло: {ru} не отвечает. Проверьте адрес, порт и сеть; попытка повторится.",
        f"The alert did not leave: {en} does not answer. Check address, port and network; it is tried again.",
        detail=type(error).__name__,
    )
