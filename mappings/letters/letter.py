"""A letter read from its MIME: nothing raises, whatever the bytes; what could not be read is told."""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from mappings.letters.charsets import VERBATIM, header_text, text_of
from mappings.letters.contacts import Told, of_form, of_signature, own_inn
from mappings.letters.ids import bare_id, ids_in
from mappings.letters.nature import nature_of
from mappings.letters.pages import text_of_page
from mappings.letters.passing import Passed, passed_on
from mappings.letters.quoting import Parts, parts_of
from mappings.letters.tnef import Packed, unpacked
from schemas.mail_domains import PUBLIC_MAIL_DOMAINS

TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_YEARS = range(1990, 2101)
_DEEPEST = 50
# Parts that are files, though they bear no name.
_NAMES = {
    "message/rfc822": "letter.eml", "text/calendar": "invite.ics", "text/vcard": "card.vcf", "text/csv": "table.csv",
}  # fmt: skip
_LONGEST_HEAD = 1 << 18
SENDERS = ("From", "Sender", "Return-Path")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that hangs on a letter; `inline` are pictures the text itself shows.

    `trouble` is why it is listed as it came: `winmail`, what Outlook packed cannot be unpacked;
    `unreadable`, the whole letter cannot be taken apart.
    """

    name: str
    size: int
    kind: str
    sha256: str
    inline: bool
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says; empty where it says nothing.

    `told` is what the sender tells of himself: in the fields if it is the letter of a site's form (`form`),
    else in his signature. Of a letter that was passed on without a word the sender is whoever wrote it first,
    and `forwarded_by` is who passed it on. `doubts`: `no_date`, `winmail` (what Outlook packed is broken), `defects` (broken MIME), `unreadable` (its head alone is told).
    """

    message_id: str
    reply_to: str
    references: tuple[str, ...]
    sent_at: datetime | None
    sender_name: str
    sender_email: str
    recipients: tuple[str, ...]
    subject: str
    own: str
    quoted: str
    signature: str
    attachments: tuple[Attachment, ...]
    nature: str
    doubts: tuple[str, ...] = ()
    told: Told = field(default_factory=Told)
    form: bool = False
    forwarded_by: str = ""


def parsed(raw: bytes) -> Letter:
    """The letter in some bytes of MIME; its head alone where it cannot be taken apart."""
    try:
        return _whole(raw)
    except Exception:  # noqa: BLE001  one letter made to break its reader must not stop all after it
        return _by_head(raw)


def _by_head(raw: bytes) -> Letter:
    """What the head of a letter tells; the letter hangs on it as a file."""
    message = email.message_from_bytes(
        re.split(rb"\r?\n\r?\n", raw.lstrip()[:_LONGEST_HEAD], maxsplit=1)[0], policy=VERBATIM
    )
    del message["Content-Type"]
    name, address = _first_address(message, SENDERS)
    sent = _moment(message)
    digest = hashlib.sha256(raw).hexdigest()
    file = Attachment("letter.eml", len(raw), "message/rfc822", digest, False, "unreadable")
    return Letter(
        bare_id(_header(message, "Message-ID")), _reply(message), ids_in(_header(message, "References")),
        sent, name, address, _recipients(message), _header(message, "Subject"), "", "", "", (file,),
        nature_of(message, address), ("unreadable",),
    )  # fmt: skip


def _whole(raw: bytes) -> Letter:
    message = email.message_from_bytes(raw.lstrip(b" \t\r\n"), policy=VERBATIM)
    leaves = list(_leaves(message))
    files, packed = _files(leaves)
    parts = parts_of(_text(leaves) or packed)
    name, address = _first_address(message, SENDERS)
    sent = _moment(message)
    doubts = [
        *(["no_date"] if sent is None else []),
        *(["winmail"] if any(one.trouble for one in files) else []),
        *(["defects"] if any(one.defects for one in message.walk()) else []),
    ]
    form = of_form(parts.own)
    letter = Letter(
        bare_id(_header(message, "Message-ID")), _reply(message), ids_in(_header(message, "References")),
        sent, name, address, _recipients(message), _header(message, "Subject"),
        parts.own, parts.quoted, parts.signature, files, nature_of(message, address, form=form is not None), tuple(doubts),
        form or _signed(parts), form is not None,
    )  # fmt: skip
    passed = None if form else passed_on(letter.subject, letter.own, letter.quoted)
    return letter if passed is None or _is_ours(passed, letter) else _first_written(letter, passed)


def _signed(parts: Parts) -> Told:
    told = of_signature(parts.signature)
    return replace(told, inn=told.inn or own_inn(parts.own))


def _is_ours(passed: Passed, letter: Letter) -> bool:
    """Whether what was passed on had been written by one of those it was passed on to, or by their colleague."""
    domains = {address.rpartition("@")[2] for address in letter.recipients} - PUBLIC_MAIL_DOMAINS
    return passed.email in letter.recipients or passed.email.rpartition("@")[2] in domains


def _first_written(letter: Letter, passed: Passed) -> Letter:
    """The letter as of whoever wrote it first; what its sender adds of himself is proof for a colleague only."""
    parts = parts_of(passed.text)
    told = _signed(parts)
    himself = passed.email == letter.sender_email or _is_same(passed.name, letter.sender_name)
    domain = passed.email.rpartition("@")[2]
    colleague = letter.sender_email.endswith(f"@{domain}") and domain not in PUBLIC_MAIL_DOMAINS
    if himself or colleague:
        own = {
            name: getattr(letter.told, name)
            for name in ("inn", "company", "phone")
            if not getattr(told, name)
        }
        told = replace(told, **own)
    around = (letter.own, letter.signature, parts.quoted)
    by = " ".join(part for part in (letter.sender_name, f"<{letter.sender_email}>") if part)
    return replace(
        letter, sender_name=passed.name, sender_email=passed.email, own=parts.own, signature=parts.signature,
        quoted="\n\n".join(part for part in around if part), told=told,
        forwarded_by="" if himself else by,
    )  # fmt: skip


def _is_same(name: str, other: str) -> bool:
    return " " in name and name.casefold().split() == other.casefold().split()


def _header(message: Message, name: str) -> str:
    return header_text(str(message.get(name, "")))


def _reply(message: Message) -> str:
    return next(iter(ids_in(_header(message, "In-Reply-To"))), "")


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    """Parts with content of their own; an enclosed letter is one file."""
    if (
        message.is_multipart()
        and message.get_content_maintype() == "multipart"
        and depth < _DEEPEST
    ):
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _leaves(part, depth + 1)
    else:
        yield message


def _files(leaves: list[Message]) -> tuple[tuple[Attachment, ...], str]:
    """What hangs on a letter, that in a winmail.dat instead of it; and the text that was packed there."""
    files: list[Attachment] = []
    text = ""
    for part in filter(_is_file, leaves):
        inside = unpacked(_bytes(part)) if _is_tnef(part) else None
        if inside is None:
            trouble = "winmail" if _is_tnef(part) else ""
            files.append(replace(_attachment(part), trouble=trouble))
        else:
            files += [_packed(one) for one in inside.files]
            text = text or inside.text
    return tuple(files), text


def contents(raw: bytes) -> list[bytes]:
    """The bytes of each of a letter's `attachments`, in their order."""
    try:
        message = email.message_from_bytes(raw.lstrip(b" \t\r\n"), policy=VERBATIM)
        parts = [part for part in _leaves(message) if _is_file(part)]
        return [one for part in parts for one in _within(part)]
    except Exception:  # noqa: BLE001  of a letter that cannot be taken apart the whole is the file
        return [raw]


def _within(part: Message) -> list[bytes]:
    inside = unpacked(_bytes(part)) if _is_tnef(part) else None
    return [_bytes(part)] if inside is None else [one.content for one in inside.files]


def _packed(file: Packed) -> Attachment:
    told = hashlib.sha256(file.content).hexdigest()
    return Attachment(file.name, len(file.content), file.kind, told, file.inline)


def _is_file(part: Message) -> bool:
    if part.get_content_maintype() != "text" or part.get_content_type() in _NAMES:
        return True
    return part.get_content_disposition() == "attachment" or bool(_name(part))


def _is_tnef(part: Message) -> bool:
    return part.get_content_type() in TNEF or _name(part).lower() == "winmail.dat"


def _name(part: Message) -> str:
    return header_text(str(part.get_filename() or ""))


def _attachment(part: Message) -> Attachment:
    content = _bytes(part)
    name = _name(part) or _NAMES.get(part.get_content_type(), "")
    shown = bool(part.get("Content-ID")) and part.get_content_disposition() != "attachment"
    return Attachment(
        name, len(content), header_text(part.get_content_type()), hashlib.sha256(content).hexdigest(), shown,
    )  # fmt: skip


def _bytes(part: Message) -> bytes:
    if part.is_multipart():
        inner = part.get_payload()
        return b"\n".join(
            one.as_bytes(policy=VERBATIM) for one in inner if isinstance(one, Message)
        )
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(leaves: list[Message]) -> str:
    bodies = [one for one in leaves if not _is_file(one)]
    plain = next((one for one in bodies if one.get_content_type() == "text/plain" and _said(one).strip()), None)  # fmt: skip
    if plain is not None:
        return _said(plain).replace("\r\n", "\n").replace("\u00a0", " ")
    page = next((one for one in bodies if one.get_content_type() == "text/html"), None)
    return "" if page is None else text_of_page(_said(page))


def _said(part: Message) -> str:
    return text_of(_bytes(part), part.get_content_charset())


def _first_address(message: Message, names: tuple[str, ...]) -> tuple[str, str]:
    for header in names:
        for name, address in _addresses(message, header):
            return name, address
    return "", ""


def _addresses(message: Message, *headers: str) -> Iterator[tuple[str, str]]:
    raw = [value for header in headers for value in message.get_all(header, [])]
    try:
        found = getaddresses([" ".join(one.split()) for one in raw])
    except RecursionError:  # comments within comments
        return
    for name, address in found:
        if "@" in address:
            yield header_text(name), header_text(address).lower().strip("<>'\" ")


def _recipients(message: Message) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for _, address in _addresses(message, "To", "Cc", "Bcc")))


def _moment(message: Message) -> datetime | None:
    """When it was sent; by the first server that took it, if the sender's clock tells nonsense."""
    received = [one.rpartition(";")[2] for one in reversed(message.get_all("Received", []))]
    for told in (_header(message, "Date"), *received):
        try:
            moment = parsedate_to_datetime(told.strip())
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            if moment.year in _YEARS:
                return moment.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
