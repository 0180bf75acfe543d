"""How a letter of the corpus is put together: addresses, signatures, quotations, MIME."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from typing import Any

_OURS = "zakaz@kanon.example"
_FREE = ("mail.ru", "yandex.ru", "bk.ru", "gmail.com", "list.ru")
_JOBS = ("менеджер по закупкам", "снабженец", "главный инженер", "бухгалтер", "директор")
_OTHERS = (
    "Груз получает экспедитор {name}, ИНН {inn}.",
    "Плательщик: {name} (ИНН {inn}).",
    "Везёт {name}, ИНН {inn}, пропуск на них.",
)
_QUOTES = (
    "Пн, 12 янв. 2026 г. в 10:15, Отдел сбыта <{ours}>:\n\n{marked}",
    '12.01.2026, 10:15, "Отдел сбыта" <{ours}>:\n{marked}',
    (
        "________________________________\nОт: Отдел сбыта <{ours}>\nОтправлено: 12 января 2026 г. 10:15\n"
        "Кому: Снабжение\nТема: Вопрос\n\n{text}"
    ),
    (
        "-----Original Message-----\nFrom: Sales [mailto:{ours}]\nSent: Monday, January 12, 2026 10:15 AM\n"
        "To: Supply\nSubject: RE\n\n{text}"
    ),
)


def address(sender: str, firm: Mapping[str, Any], dice: random.Random) -> str:
    """The address a letter comes from."""
    if sender in ("free", "stranger", "astray"):
        return f"post{dice.getrandbits(40):x}@{dice.choice(_FREE)}"
    return str(firm["email"])


def signature(
    sender: str, firm: Mapping[str, Any], other: Mapping[str, Any], dice: random.Random
) -> str:
    """What stands under a letter."""
    lines = [dice.choice(("С уважением,", "С уважением", "--")), str(firm["person"])]
    if sender in ("own", "free", "agent"):
        lines += [dice.choice(_JOBS), _name(firm), f"ИНН {firm['inn']}"]
    if sender == "astray":
        lines += [f"экспедитор {_name(other)}", f"ИНН {other['inn']}"]
    return "\n".join(lines)


def beside(sender: str, other: Mapping[str, Any], dice: random.Random) -> str:
    """The words in which another company's INN is named; none for most senders."""
    if sender != "agent":
        return ""
    return "\n" + dice.choice(_OTHERS).format(name=_name(other), inn=other["inn"])


def quoted(text: str, dice: random.Random) -> str:
    """An earlier letter as mail programs quote it."""
    marked = "\n".join(f"> {line}" for line in text.splitlines())
    return dice.choice(_QUOTES).format(ours=_OURS, text=text, marked=marked)


def forwarded(text: str, firm: Mapping[str, Any], dice: random.Random) -> str:
    """A letter as it is passed on."""
    rule = dice.choice(
        ("---------- Forwarded message ---------", "-------- Пересылаемое сообщение --------")
    )
    head = f"От: {firm['person']} <{firm['email']}>\nДата: 12 января 2026 г. 10:15\nТема: Вопрос"
    return f"{rule}\n{head}\n\n{text}"


def letter(sender: str, name: str, subject: str, message_id: str, at: datetime, body: str) -> bytes:
    """The bytes of a letter of plain text."""
    lines = [
        f"From: {Header(name, 'utf-8').encode()} <{sender}>", f"To: {_OURS}",
        f"Subject: {Header(subject, 'utf-8').encode()}", f"Date: {format_datetime(at)}",
        f"Message-ID: <{message_id}>", "MIME-Version: 1.0",
        'Content-Type: text/plain; charset="utf-8"', "Content-Transfer-Encoding: 8bit",
    ]  # fmt: skip
    return ("\n".join(lines) + "\n\n" + body + "\n").encode()


def _name(firm: Mapping[str, Any]) -> str:
    return f"{firm['form']} «{firm['core']}»"
