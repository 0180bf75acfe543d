"""Labelled letters: drawn by number, the same for equal worlds, halves and seeds."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

from simulators.exchange.corpus import mime
from simulators.exchange.corpus.wording import careless, typed, written
from simulators.world import World

TOPICS = ("purchase", "claim", "order_question", "technical", "other")
HALVES = ("known", "held_out")
# How many of a hundred letters are written by whom.
SENDERS: Mapping[str, int] = MappingProxyType(
    {
        "own": 35,  # from the company's address, requisites in the signature
        "bare": 20,  # from the company's address, a name only
        "free": 20,  # from a free address, requisites in the signature
        "stranger": 12,  # from an address nobody knows, without requisites
        "agent": 12,  # a forwarder's or payer's INN stands in the text beside the own signature
        "astray": 1,  # from a free address, of INNs the forwarder's only
    }
)
_TYPOS, _BESIDES, _QUOTED, _FORWARDED, _BELOW = 0.35, 0.12, 0.2, 0.08, 0.4
_BEGUN = datetime(2026, 1, 12, 6, tzinfo=UTC)
_HELLO = ("Добрый день!", "Здравствуйте!", "Добрый день, коллеги.", "Уважаемые коллеги!", "Приветствую!", "", "")  # fmt: skip
_PLEASE = ("Заранее спасибо!", "Жду ответа.", "Будем признательны за ответ.", "Если что, звоните.", "", "", "")  # fmt: skip
_PASSED = ("Коллеги, посмотрите ниже.", "Пересылаю, это к вам.", "См. письмо ниже.", "")


@dataclass(frozen=True, slots=True)
class Sample:
    """A letter and what is true of it: `inn` is of the company that wrote it, `written_by` one of `SENDERS`.

    `traits`: typos, besides (another topic is touched), quoted, forwarded, below (only what was forwarded asks).
    """

    number: int
    topic: str
    template: str
    inn: str
    written_by: str
    traits: frozenset[str]
    message_id: str
    subject: str
    own: str
    at: datetime
    sender: str
    name: str
    raw: bytes
    nature: str = "message"


@cache
def _file(name: str) -> Mapping[str, Any]:
    text = resources.files("simulators.exchange.corpus").joinpath(f"{name}.yaml")
    told: Mapping[str, Any] = yaml.safe_load(text.read_text(encoding="utf-8"))
    return told


def templates(half: str) -> Mapping[str, list[tuple[str, str]]]:
    """Topic → subject and text of each template of a half."""
    return {topic: [(s, t) for s, t in told] for topic, told in _file(half).items()}


class Corpus:
    """All letters of one half: `real(number)` is one of them."""

    def __init__(self, world: World, half: str, seed: int = 1) -> None:
        inn = world.entities["inn"]
        firms = world.entities.filter(inn.is_not_null() & (inn.str.len_chars() == 10))
        self._firms = firms.filter(firms["email"].is_not_null()).to_dicts()
        self._half, self._seed = half, seed
        self._told = templates(half)
        self.real = lru_cache(maxsize=8192)(self._real)

    def _real(self, number: int) -> Sample:
        dice = random.Random(f"{self._seed}/{self._half}/{number}")  # noqa: S311  a seeded world, not a secret
        topic = TOPICS[number % len(TOPICS)]
        place = dice.randrange(len(self._told[topic]))
        subject, text = (written(part, dice) for part in self._told[topic][place])
        traits = {"typos"} if dice.random() < _TYPOS else set()
        if dice.random() < _BESIDES:
            traits.add("besides")
            text += " " + written(dice.choice(self._asides(topic, dice)), dice)
        text = careless(typed(text, dice) if "typos" in traits else text, dice)
        return self._sent(number, topic, place, subject, text, traits, dice)

    def _sent(
        self, number: int, topic: str, place: int, subject: str, text: str, traits: set[str],
        dice: random.Random,
    ) -> Sample:  # fmt: skip
        firm, other = dice.sample(self._firms, 2)
        sender = dice.choices(list(SENDERS), list(SENDERS.values()))[0]
        own = "\n".join(part for part in (dice.choice(_HELLO), text, dice.choice(_PLEASE)) if part)
        below = ""
        if dice.random() < _QUOTED:
            traits.add("quoted")
            below = mime.quoted(self._past(dice), dice)
        elif dice.random() < _FORWARDED:
            traits.add("forwarded")
            subject = f"{dice.choice(('FW', 'Fwd', 'Пересл'))}: {subject}"
            below, own = self._forwarded(own, traits, dice, firm)
        own += mime.beside(sender, other, dice)
        at = _BEGUN + timedelta(minutes=7 * number)
        message_id = f"{self._half}.{self._seed}.{number}@corpus.example"
        body = "\n\n".join(p for p in (own, mime.signature(sender, firm, other, dice), below) if p)
        box, name = mime.address(sender, firm, dice), str(firm["person"])
        raw = mime.letter(box, name, subject, message_id, at, body)
        return Sample(
            number, topic, f"{self._half}/{topic}/{place:02}", str(firm["inn"]), sender,
            frozenset(traits), message_id, subject, own, at, box, name, raw,
        )  # fmt: skip

    def _asides(self, topic: str, dice: random.Random) -> list[str]:
        other = dice.choice([name for name in TOPICS if name != topic])
        return list(_file("asides")[self._half][other])

    def _past(self, dice: random.Random) -> str:
        """What an earlier letter of the thread said: of whatever topic."""
        _, text = dice.choice(self._told[dice.choice(TOPICS)])
        return written(text, dice)

    def _forwarded(
        self, own: str, traits: set[str], dice: random.Random, firm: Mapping[str, Any]
    ) -> tuple[str, str]:
        if dice.random() < _BELOW:
            traits.add("below")
            return mime.forwarded(own, firm, dice), dice.choice(_PASSED)
        return mime.forwarded(self._past(dice), firm, dice), own
