"""Russian business letters of the world's companies, drawn by number, with what each really says.

The traits are those that break readers: encodings told wrongly or not at all, quotations of five mail
programs, signatures, automatic replies, reports of undelivered mail, winmail.dat, pictures in signatures,
letters of site forms, letters without an id.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from simulators.exchange.tnef import packed
from simulators.world import World

OURS = "zakaz@kanon.example"
SITE = "robot@site.kanon.example"
_BEGUN = datetime(2026, 1, 12, 6, tzinfo=UTC)
_WANTS = (
    "Просим выставить счёт на {goods}, {n} шт.",
    "Пришлите, пожалуйста, коммерческое предложение: {goods}, {n} т.",
    "Когда отгрузка по заказу № {n}? Машина стоит.",
    "Недостача по накладной № {n}: {goods}. Направляем акт.",
    "Подскажите химсостав и сертификат на {goods}.",
    "Добрый день! Есть ли в наличии {goods}? Нужно {n} метров.",
)
_GOODS = (
    "труба 57х3,5",
    "лист 10 мм ст3",
    "кран шаровой Ду50",
    "кабель ВВГнг 3х2,5",
    "отвод 90 Ду100",
)
_JOBS = ("менеджер по закупкам", "снабженец", "главный инженер", "бухгалтер", "директор")


@dataclass(frozen=True, slots=True)
class Real:
    """What a letter really is: `own` is the text its sender wrote, without quotation and signature."""

    number: int
    message_id: str
    nature: str
    sender: str
    name: str
    subject: str
    own: str
    phone: str
    inn: str
    at: datetime
    files: tuple[str, ...]
    raw: bytes


class Post:
    """All letters to one company: `real(number)` is the same for equal worlds and numbers.

    They came one by one since `begun`, every `apart`.
    """

    def __init__(
        self, world: World, begun: datetime = _BEGUN, apart: timedelta = timedelta(minutes=3)
    ) -> None:
        self._begun, self._apart = begun, apart
        known = world.entities.filter(world.entities["email"].is_not_null())
        self._senders = known.select("person", "form", "core", "inn", "email", "mobile").to_dicts()
        self._seed = world.seed
        self.real = lru_cache(maxsize=2048)(self._real)

    def _real(self, number: int) -> Real:
        dice = random.Random(f"{self._seed}/{number}")  # noqa: S311  a seeded world, not a secret
        sender = self._senders[dice.randrange(len(self._senders))]
        draw = dice.choices(list(_TRAITS), [weight for weight, _ in _TRAITS.values()])[0]
        at = self._begun + number * self._apart
        return _TRAITS[draw][1](_Letter(number, at, dice, sender))


class _Letter:
    """One letter being written."""

    def __init__(
        self, number: int, at: datetime, dice: random.Random, sender: Mapping[str, Any]
    ) -> None:
        self.number, self.at, self.dice, self.sender = number, at, dice, sender
        self.goods = dice.choice(_GOODS)
        self.own = dice.choice(_WANTS).format(goods=self.goods, n=dice.randint(2, 9999))
        self.subject = (
            dice.choice(("Заявка", "Вопрос по заказу", "Запрос КП", "Счёт")) + f" {number}"
        )
        self.message_id = (
            f"{number:x}.{dice.getrandbits(40):x}@{sender['email'].rpartition('@')[2]}"
        )
        self.phone = f"+7{sender['mobile']}" if sender["mobile"] else ""
        self.inn = str(sender["inn"] or "")

    @property
    def signature(self) -> str:
        job = self.dice.choice(_JOBS)
        lines = ["С уважением,", str(self.sender["person"]), job]
        lines += (
            [f"{self.sender['form']} «{self.sender['core']}»", f"ИНН {self.inn}"]
            if self.inn
            else []
        )
        digits = str(self.sender["mobile"] or "")
        if digits:
            lines.append(f"моб. +7 ({digits[:3]}) {digits[3:6]}-{digits[6:8]}-{digits[8:]}")
        return "\n".join(lines)

    def head(
        self, kind: str, *more: str, sender: str = "", name: str = "", told: bool = True
    ) -> str:
        shown = Header(name or str(self.sender["person"]), "utf-8").encode()
        lines = [
            f"From: {shown} <{sender or self.sender['email']}>", f"To: {OURS}",
            f"Subject: {Header(self.subject, 'utf-8').encode()}", f"Date: {format_datetime(self.at)}",
            *([f"Message-ID: <{self.message_id}>"] if told else []), "MIME-Version: 1.0", *more,
            f"Content-Type: {kind}",
        ]  # fmt: skip
        return "\n".join(lines)

    def told(
        self, raw: bytes, *, nature: str = "message", sender: str = "", own: str = "", named: bool = True,
        files: tuple[str, ...] = (),
    ) -> Real:  # fmt: skip
        return Real(
            self.number, self.message_id if named else "", nature, sender or str(self.sender["email"]),
            str(self.sender["person"]), self.subject, own or self.own, self.phone, self.inn, self.at, files, raw,
        )  # fmt: skip


def _text(
    letter: _Letter, body: str, *more: str, charset: str = "utf-8", told: str = "", **kinds: Any
) -> bytes:
    head = letter.head(
        f'text/plain; charset="{told or charset}"',
        "Content-Transfer-Encoding: 8bit",
        *more,
        **kinds,
    )
    return head.encode() + b"\n\n" + body.encode(charset, "replace") + b"\n"


def _plain(letter: _Letter) -> Real:
    return letter.told(_text(letter, f"{letter.own}\n\n{letter.signature}"))


def _mistold(letter: _Letter) -> Real:
    """An old program that writes koi8-r or cp1251 and says something else."""
    charset, told = letter.dice.choice(
        (("koi8-r", "us-ascii"), ("cp1251", "iso-8859-1"), ("koi8-r", "windows-1251"))
    )
    letter.own = letter.own.replace("№", "N")  # koi8-r has no such sign
    return letter.told(
        _text(letter, f"{letter.own}\n\n{letter.signature}", charset=charset, told=told)
    )


_QUOTES = (
    "Пн, 12 янв. 2026 г. в 10:15, Отдел сбыта <{ours}>:\n\n> Добрый день!\n> Цена 1200 руб.\n",
    '12.01.2026, 10:15, "Отдел сбыта" <{ours}>:\n> Добрый день!\n> Цена 1200 руб.\n',
    (
        "________________________________\nОт: Отдел сбыта <{ours}>\nОтправлено: 12 января 2026 г. 10:15\n"
        "Кому: Снабжение\nТема: Цена\n\nДобрый день!\nЦена 1200 руб.\n"
    ),
    (
        "-----Original Message-----\nFrom: Sales [mailto:{ours}]\nSent: Monday, January 12, 2026 10:15 AM\n"
        "To: Supply\nSubject: Price\n\nЦена 1200 руб.\n"
    ),
    "Понедельник, 12 января 2026, 10:15 +03:00 от Отдел сбыта <{ours}>:\n>Добрый день!\n>Цена 1200 руб.\n",
)


def _reply(letter: _Letter) -> Real:
    quote = letter.dice.choice(_QUOTES).format(ours=OURS)
    letter.subject = f"RE: {letter.subject}"
    first = f"<{letter.number - letter.dice.randint(1, 9):x}.start@kanon.example>"
    more = (f"In-Reply-To: {first}", f"References: {first}")
    return letter.told(_text(letter, f"{letter.own}\n\n{letter.signature}\n\n{quote}", *more))


def _page(letter: _Letter) -> Real:
    signature = letter.signature.replace("\n", "<br>")
    page = (
        f"<html><head><style>p {{color:red}}</style></head><body><p>{letter.own}</p><div>{signature}</div>"
        "<blockquote><p>Добрый день!</p><p>Цена 1200 руб.</p></blockquote></body></html>"
    )
    head = letter.head("text/html; charset=windows-1251", "Content-Transfer-Encoding: base64")
    body = base64.encodebytes(page.encode("cp1251", "replace"))
    return letter.told(head.encode() + b"\n\n" + body)


def _parts(letter: _Letter, *files: tuple[str, str, bytes, str], **kinds: Any) -> Real:
    bound = f"=_{letter.number:x}"
    text = f"{letter.own}\n\n{letter.signature}"
    lines = [letter.head(f'multipart/mixed; boundary="{bound}"', **kinds), "", f"--{bound}",
             "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", text]  # fmt: skip
    for name, kind, content, more in files:
        shown = Header(name, "utf-8").encode()
        lines += [f"--{bound}", f'Content-Type: {kind}; name="{shown}"', "Content-Transfer-Encoding: base64",
                  *([more] if more else [f'Content-Disposition: attachment; filename="{shown}"']), "",
                  base64.encodebytes(content).decode()]  # fmt: skip
    raw = "\n".join([*lines, f"--{bound}--", ""]).encode()
    return letter.told(raw, files=tuple(name for name, *_ in files), named=kinds.get("told", True))


def _with_file(letter: _Letter) -> Real:
    content = letter.dice.randbytes(letter.dice.randint(100, 4000))
    picture = (
        "logo.png",
        "image/png",
        letter.dice.randbytes(300),
        f"Content-ID: <logo{letter.number}>",
    )
    return _parts(
        letter, (f"Заявка {letter.number}.xlsx", "application/vnd.ms-excel", content, ""), picture
    )


def _winmail(letter: _Letter) -> Real:
    """What Outlook packed: a file inside, or bytes that are cut on the way."""
    name = f"Чертёж насосной станции {letter.number}.pdf"
    content = packed([(name, "application/pdf", letter.dice.randbytes(200))])
    whole = letter.number % 4 > 0
    real = _parts(
        letter, ("winmail.dat", "application/ms-tnef", content if whole else content[:-90], "")
    )
    return replace(real, files=(name,)) if whole else real


def _nameless(letter: _Letter) -> Real:
    return _parts(letter, told=False)


def _away(letter: _Letter) -> Real:
    letter.subject = f"Автоматический ответ: {letter.subject}"
    own = "Я в отпуске до понедельника."
    raw = _text(letter, own, "Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All")
    return letter.told(raw, nature="auto_reply", own=own)


def _bounce(letter: _Letter) -> Real:
    letter.subject = "Undelivered Mail Returned to Sender"
    sender, bound = "mailer-daemon@mx.kanon.example", f"=_{letter.number:x}"
    own = "User unknown"
    head = letter.head(
        f'multipart/report; report-type=delivery-status; boundary="{bound}"',
        sender=sender,
        name="Mail Delivery System",
    )
    body = (
        f"--{bound}\nContent-Type: text/plain\n\n{own}\n--{bound}\nContent-Type: message/delivery-status\n\n"
        f"Final-Recipient: rfc822; {letter.sender['email']}\nStatus: 5.1.1\n--{bound}--\n"
    )
    return letter.told(f"{head}\n\n{body}".encode(), nature="bounce", sender=sender, own=own)


def _form(letter: _Letter) -> Real:
    """What a site's old form sends: the robot's address, the person in the text."""
    letter.subject = f"Заявка с сайта № {letter.number}"
    body = (
        f"Имя: {letter.sender['person']}\nТелефон: {letter.phone}\nE-mail: {letter.sender['email']}\n"
        f"Компания: {letter.sender['form']} «{letter.sender['core']}»\nИНН: {letter.inn}\n"
        f"Сообщение: {letter.own}\nСтраница: https://shop.example/truby\n"
    )
    return letter.told(_text(letter, body, sender=SITE, name="Сайт"), sender=SITE)


_Write = Callable[[_Letter], Real]
_TRAITS: Mapping[str, tuple[int, _Write]] = MappingProxyType(
    {
        "plain": (40, _plain), "mistold": (8, _mistold), "reply": (18, _reply), "page": (10, _page),
        "file": (8, _with_file), "winmail": (2, _winmail), "nameless": (2, _nameless), "away": (4, _away),
        "bounce": (3, _bounce), "form": (5, _form),
    }
)  # fmt: skip
