"""Letters nobody wrote: automatic replies, reports of undelivered mail, mailings (RFC 3834, RFC 3464)."""

from __future__ import annotations

import re
from email.message import Message

from mappings.letters.charsets import header_text

_POSTMASTER = re.compile(
    r"^(?:mailer-daemon|postmaster|microsoftexchange[0-9a-f]{8,})", re.IGNORECASE
)
_UNDELIVERED = re.compile(
    r"^(?:undeliver|delivery status notification|mail delivery fail|returned mail|failure notice|"
    r"не удается доставить|не доставлено|недоставлен|невозможно доставить|отчет о недоставке)",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"^(?:automatic reply|auto(?:matic)?[- ]?re(?:ply|sponse)|автоматический ответ|автоответ|"
    r"out of office|вне офиса|нет на месте)",
    re.IGNORECASE,
)
_MANY = ("list-unsubscribe", "list-id", "feedback-id")


def nature_of(message: Message, sender: str, *, form: bool = False) -> str:
    """`bounce`, `auto_reply`, `broadcast` or `message`; the `form` of a site is one, though a robot sends it."""
    subject = header_text(str(message.get("Subject", "")))
    if _is_bounce(message, sender, subject):
        return "bounce"
    if _is_automatic(message, subject) and not (form and _submitted(message) == "auto-generated"):
        return "auto_reply"
    bulk = str(message.get("Precedence", "")).strip().lower() in {"bulk", "list", "junk"}
    many = bulk or any(name in message for name in _MANY)
    return "broadcast" if many and not form else "message"


def _is_bounce(message: Message, sender: str, subject: str) -> bool:
    report = message.get_content_type() == "multipart/report"
    if report and message.get_param("report-type") == "delivery-status":
        return True
    nobody = str(message.get("Return-Path", "x")).strip() == "<>"
    daemon = bool(_POSTMASTER.match(sender))
    failed = message.get("X-Failed-Recipients") is not None
    return (
        failed
        or (_UNDELIVERED.match(subject) is not None and (daemon or nobody))
        or (daemon and nobody)
    )


def _submitted(message: Message) -> str:
    return str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()


def _is_automatic(message: Message, subject: str) -> bool:
    if _submitted(message) not in {"", "no"}:
        return True
    if message.get("X-Autoreply") or message.get("X-Autorespond") or message.get("X-Auto-Reply"):
        return True
    quiet = str(message.get("X-Auto-Response-Suppress", "")).lower()
    away = _AWAY.match(subject) is not None
    return away or (
        quiet == "all" and message.get("Precedence", "").strip().lower() == "auto_reply"
    )
