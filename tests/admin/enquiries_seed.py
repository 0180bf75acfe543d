"""Enquiries by every way, some decided, some late, one doubled, one whose sender blocked the bot."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.enquiries import shipped_enquiries
from flows.enquiries.route import route_now
from flows.enquiries.stage import again
from store import Writer, canonical, enquiries, owners
from store.versions import ROUTING
from tests.admin.companies import id_of
from tests.support.messages import canonical_messages, message
from tests.support.staff import save_staff

_ASKED = (
    "Добрый день! Сколько стоит труба 57х3,5, нужно 40 метров?\nНужна доставка в Тулу.",
    "Здравствуйте, когда отгрузят наш заказ № 4512? Машина ждёт с утра.",
    "Пришёл брак: трещины на двух листах, нужна рекламация, фото приложены",
    "Подскажите аналог стали 09Г2С и механические свойства",
    "Перезвоните мне, пожалуйста",
)
_CHANNELS = ("telegram", "email", "form")


def save_enquiries(writer: Writer, companies: int) -> None:
    """One conversation for each company's number, newest today; the seed's companies bear the numbers."""
    now = datetime.now(UTC)
    rows = []
    for n in range(companies):
        at = now - timedelta(hours=3 * n + 1)
        channel = _CHANNELS[n % 3]
        common = {
            "connection": "bot", "channel": channel, "thread": f"t{n}", "sender_name": f"Отправитель {n}",
            "sender_phone": f"+7916{n:07d}", "box": "sales",
        }  # fmt: skip
        rows.append(
            message(
                10 * n, **common, sent_at=at, body=_ASKED[n % 5], tags=["utm_source=yandex"],
                subject=f"Письмо {n}" if channel == "email" else None,
                attachments=['{"name": "Заявка.pdf", "size": 24576}'] if n % 4 == 0 else [],
            )
        )  # fmt: skip
        if n % 2:
            answer = {**common, "direction": "outbound", "sent_at": at + timedelta(minutes=20)}
            rows.append(message(10 * n + 1, **answer, body="Добрый день! Счёт отправили."))
    late = rows[0]["sent_at"] + timedelta(minutes=5)
    rows.append(message(5, connection="bot", thread="t0", nature="blocked", sent_at=late))
    again_asked = {**rows[0], "key": "7", "message_id": "m0007", "thread": "f", "channel": "form"}
    rows.append({**again_asked, "sent_at": late})
    canonical.save(writer, "message", canonical_messages(rows))
    enquiries.decide(writer, ("telegram", "t0", "m0000"), "owner", "anna", author="boss")
    enquiries.decide(writer, ("telegram", "t3", "m0030"), "state", "closed", author="anna")
    again(writer, shipped_enquiries(), [row["thread"] for row in rows])
    route_now(writer, shipped_enquiries(), Path("nowhere"))
    save_staff(
        writer, "employee",
        {"key": "1", "login": "anna", "name": "Антонова Анна Сергеевна", "position": "Менеджер по продажам",
         "department": "Отдел продаж", "manager_key": "2", "extension": "101", "office": "Тула, 305",
         "phones": ["+74872000101"], "emails": ["anna@zavod.example"]},
        {"key": "2", "login": "boris", "name": "Борисов Борис Петрович", "position": "Начальник отдела",
         "department": "Отдел продаж", "extension": "102"},
        {"key": "3", "login": "vera", "name": "Власова Вера Ильинична", "status": "inactive"},
    )  # fmt: skip
    save_staff(writer, "staff_group", {"key": "g", "name": "Трубы", "members": ["1"]})
    owners.give(writer, [id_of(1)], ["anna"], "boss")
    lines = [
        {"when": {"topic": ["claim"]}, "to": {"kind": "group", "name": "Качество", "most": 20}}
    ]
    ROUTING.add(writer, json.dumps({"lines": lines}), "anna", "Претензии – группе качества")
