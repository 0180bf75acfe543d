"""Acknowledge: who wrote a letter hears once that it has come (RFC 3834: never an automatic sender, never twice).

Each is written down with its Message-ID before it is sent, and Sent Items are asked for that id before it
is sent: whoever is killed in between sends nothing twice.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from config.acknowledge import Acknowledgement, Acknowledgements, load_acknowledgements
from config.enquiries import Enquiries, load_enquiries
from connectors.base import Sink
from flows.house import House
from schemas.errors import Conflict, KanonError, Refused
from schemas.letter_copies import bare
from schemas.mail_domains import PUBLIC_MAIL_DOMAINS
from schemas.records import Command
from store import acknowledgements, leases
from store.clock import utc_now
from store.engine import Reader

log = structlog.get_logger()
KIND, STREAM, LEASE = "exchange", "letters", "acknowledge"
_DAY = timedelta(days=1)
_LONGEST = timedelta(minutes=30)
_NUMBER = 8


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """How many letters were acknowledged, how many could not be, and how many wait for the server."""

    sent: int = 0
    given_up: int = 0
    waiting: int = 0


def acknowledge(house: House, now: datetime | None = None) -> Acknowledged:
    """Acknowledge what is new; nothing without acknowledge.yaml. Conflict if it is being done."""
    told = load_acknowledgements(house.settings.config_dir)
    if told is None:
        return Acknowledged()
    moment = now or utc_now()
    with leases.held(house.store, LEASE, secrets.token_hex(8), _LONGEST):
        boxes = _mailboxes(house)
        _write_down(house, told, boxes, moment)
        return _send(house, told, boxes, moment)


def acknowledge_quietly(house: House) -> None:
    """`acknowledge` at the end of a run, which it never makes fail."""
    try:
        acknowledge(house)
    except Conflict:
        return
    except KanonError as error:
        log.warning("letters not acknowledged", error=error.en)


def _mailboxes(house: House) -> dict[str, str]:
    """Mailbox → connection that can send from it."""
    found: dict[str, str] = {}
    for name, connection in house.connections.items():
        if connection.kind == KIND:
            found |= {str(box).lower(): name for box in connection.settings.get("mailboxes") or ()}
    return found


def _write_down(
    house: House, told: Acknowledgements, boxes: Mapping[str, str], now: datetime
) -> None:
    rules = load_enquiries(house.settings.config_dir)
    ours = {box.partition("@")[2] for box in boxes} - PUBLIC_MAIL_DOMAINS
    with house.store.write() as writer:
        since = now - timedelta(hours=told.hours)
        for row in acknowledgements.unacknowledged(writer, since):
            letter = next((one for one in told.letters if one.answers(row)), None)
            address = str(row["sender_email"])
            stranger = address not in boxes and address.partition("@")[2] not in ours
            if letter is None or row["box"].lower() not in boxes or not stranger:
                continue
            if not told.is_silent(address) and _is_seldom(writer, told, address, now):
                acknowledgements.add(writer, _worded(row, letter, rules), now)


def _is_seldom(reader: Reader, told: Acknowledgements, address: str, now: datetime) -> bool:
    return acknowledgements.to_address(reader, address, now - _DAY) < told.a_day


def _worded(row: Mapping[str, Any], letter: Acknowledgement, rules: Enquiries) -> dict[str, str]:
    """The mark follows from the conversation: the same one never has two."""
    topic = rules.topic(row["topic"] or "")
    zone = ZoneInfo(rules.working_time.zone)
    due = row["deadline_at"]
    gaps = {
        "number": row["id"][:_NUMBER].upper(),
        "topic": topic.ru if topic else "—",
        "deadline": f"{due.astimezone(zone):%d.%m.%Y %H:%M}" if due else "—",
    }
    own = hashlib.sha256(f"{row['box'].lower()}|{row['thread']}".encode()).hexdigest()[:32]
    return {
        "mark": f"{own}.acknowledged@{row['box'].lower().partition('@')[2]}", "enquiry_id": row["id"],
        "thread": row["thread"], "box": row["box"].lower(), "address": row["sender_email"],
        "reply_to": bare(row["message_id"]) if "@" in row["message_id"] else "",
        "subject": letter.subject.format_map(gaps), "text": letter.text.format_map(gaps),
    }  # fmt: skip


def _send(
    house: House, told: Acknowledgements, boxes: Mapping[str, str], now: datetime
) -> Acknowledged:
    with house.store.read() as reader:
        rows = acknowledgements.waiting(reader)
    late = [row for row in rows if now - row["made_at"] > timedelta(hours=told.hours)]
    for row in late:
        _end(house, row["mark"], "late", now)
    done = [_sent(house, boxes, row, now) for row in rows if row not in late]
    given_up = done.count(False) + len(late)
    return Acknowledged(done.count(True), given_up, done.count(None))


def _sent(
    house: House, boxes: Mapping[str, str], row: Mapping[str, Any], now: datetime
) -> bool | None:
    """Whether it was sent; None if it is to be tried again."""
    connection = boxes.get(row["box"])
    source: object = house.source(connection) if connection else None
    if not isinstance(source, Sink):
        return None
    payload = {
        "mailbox": row["box"], "to": row["address"], "subject": row["subject"], "text": row["text"],
        "reply_to": row["reply_to"],
    }  # fmt: skip
    try:
        [ack] = source.write(STREAM, [Command(STREAM, row["enquiry_id"], row["mark"], payload)])
    except Refused as error:
        _end(house, row["mark"], error.detail or "refused", now)
        return False
    except KanonError as error:
        log.warning("letter not acknowledged yet", connection=connection, error=error.en)
        return None
    _end(house, row["mark"], None if ack.accepted else ack.message or "refused", now)
    return ack.accepted


def _end(house: House, mark: str, trouble: str | None, now: datetime) -> None:
    with house.store.write() as writer:
        acknowledgements.end(writer, mark, trouble, now)
