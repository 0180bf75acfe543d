"""People who write to the bot, with every trait that has cost somebody a message (handbook 10)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from simulators.telegram.bot import Bot

_NAMES = (
    "Анна Орлова",
    "Пётр Жилин",
    "Ольга Сомова",
    "Игорь Дятлов",
    "Мария Лосева",
    "Тимур Сайгин",
)
_ASKED = (
    "Добрый день! Сколько стоит труба 57х3,5, нужно 40 метров?",
    "Здравствуйте, когда отгрузят наш заказ № {n}?",
    "Пришёл брак: трещины на двух листах, нужна рекламация",
    "Подскажите аналог стали 09Г2С и механические свойства",
    "спасибо, всё получили",
)
_GROUP = {"id": -400500, "type": "group", "title": "Снабжение и сбыт"}
_SUPERGROUP = {"id": -1001400500, "type": "supergroup", "title": "Снабжение и сбыт"}


@dataclass(frozen=True)
class Person:
    """Somebody with a chat of his own."""

    id: int
    name: str
    phone: str

    @property
    def user(self) -> dict[str, Any]:
        """As the sender of a message."""
        first, _, last = self.name.partition(" ")
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": first,
            "last_name": last,
            "language_code": "ru",
        }

    @property
    def chat(self) -> dict[str, Any]:
        """His private chat."""
        first, _, last = self.name.partition(" ")
        return {"id": self.id, "type": "private", "first_name": first, "last_name": last}


def people(count: int) -> list[Person]:
    """So many persons; their numbers are of a range that is nobody's."""
    return [
        Person(50_000 + n, _NAMES[n % len(_NAMES)], f"7999{n:07d}") for n in range(count)
    ]  # fmt: skip


def chatter(bot: Bot, count: int, seed: int = 1) -> list[Person]:
    """Fills the bot with the talk of `count` people: edits, albums, files, contacts, a group that moves."""
    dice = random.Random(seed)  # noqa: S311  an invented day, no secret
    crowd = people(count)
    for number, person in enumerate(crowd):
        message = bot.write(
            person.user,
            person.chat,
            dice.randrange(600),
            text=dice.choice(_ASKED).format(n=1000 + number),
        )
        if dice.random() < 0.3:
            bot.edit(message, f"{message['text']} (поправил)")
        if dice.random() < 0.3:
            _album(bot, person, number)
        if dice.random() < 0.5:
            _contact(bot, person, dice.choice([person, crowd[0]]))
    _group(bot, crowd)
    bot.block(crowd[-1].user, crowd[-1].chat)
    return crowd


def _album(bot: Bot, person: Person, number: int) -> None:
    for part in range(2):
        file_id = f"file-{number}-{part}"
        bot.files[file_id] = f"%PDF-1.4 {file_id}".encode()
        document = {
            "file_id": file_id, "file_unique_id": file_id, "file_name": f"Спецификация {part}.pdf",
            "mime_type": "application/pdf", "file_size": len(bot.files[file_id]),
        }  # fmt: skip
        bot.write(person.user, person.chat, media_group_id=str(number), document=document)


def _contact(bot: Bot, person: Person, whose: Person) -> None:
    first, _, last = whose.name.partition(" ")
    contact = {
        "phone_number": whose.phone,
        "first_name": first,
        "last_name": last,
        "user_id": whose.id,
    }
    bot.write(person.user, person.chat, contact=contact)


def _group(bot: Bot, crowd: list[Person]) -> None:
    bot.write(crowd[0].user, _GROUP, text="Коллеги, какая цена на швеллер 20П?")
    bot.write(crowd[0].user, _GROUP, migrate_to_chat_id=_SUPERGROUP["id"])
    bot.write(crowd[0].user, _SUPERGROUP, migrate_from_chat_id=_GROUP["id"])
    bot.write(crowd[1 % len(crowd)].user, _SUPERGROUP, text="И на балку 30Б1")
