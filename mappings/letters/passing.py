"""Letters passed on: whose letter it was where whoever sent it asks nothing himself.

The head of what is passed on tells the first writer («От: Анна <anna@vega.example>»). Only a letter that is
told to be one is taken for it: by its subject (FW, Fwd, Пересл) or by the line above the head.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SUBJECT = re.compile(
    r"^\s*(?:fwd?|wg|tr|vs|пересл|пер|переслано|пд)\s*(?:\[\d+\])?\s*:", re.IGNORECASE
)
_RULE = re.compile(
    r"^[>\s]*[-_=]{2,}\s*(?:forwarded message|пересылаемое|пересланное)|^\s*begin forwarded message|"
    r"^\s*начало переадресованного",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"^[>*\s]*(?:от|from|von)\s*:\s*\*?\s*(?P<name>[^<\[\]@]*?)\s*[<\[(]*(?:mailto:)?"
    r"(?P<box>[\w.+%&'=-]+@[\w-]+(?:\.[\w-]+)+)",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"^[>*\s]*(?:от|from|von|отправлено|дата|sent|date|кому|to|копия|cc|тема|subject|gesendet|an|важность|importance)\s*:",
    re.IGNORECASE,
)
_HEAD_LINES = 12
# Words with which a letter is passed on; whoever writes others besides asks something himself.
_PASSING = re.compile(
    r"^(?:коллег|добр|здравств|привет|уважаем|день|дня|утр|вечер|посмотр|см$|смотр|ниже|пис[ье]м|перес|перенапр|"
    r"переадрес|направля|передаю|перешл|вам$|вас$|это$|просьб|прошу|пожалуйст|плз$|обработ|работ|взять|возьм|"
    r"ответ|клиент|запрос|обращен|заявк|от$|для$|сведен|информац|спасиб|заран|на$|по$|в$|к$|с$|и$|не$|наш|ваш|"
    r"fyi$|fw$|please$|see$|below$|hi$|hello$|dear|colleagues|team$|forward|thanks|the$|for$|your$)",
    re.IGNORECASE,
)
_REQUISITES = re.compile(r"^.*\bИНН[\s:№]*\d.*$", re.IGNORECASE | re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+")
_SPARE = 1  # a name in the address: «Оля, посмотри»
_MOST = 20


@dataclass(frozen=True, slots=True)
class Passed:
    """What was passed on: who wrote it first, and what, from under its head on."""

    name: str
    email: str
    text: str


def passed_on(subject: str, own: str, quoted: str) -> Passed | None:
    """The letter in `quoted`, if it was passed on by somebody whose `own` words ask nothing; else None.

    >>> passed_on("FW: Цена", "Коллеги, посмотрите.", "От: Анна <a@vega.example>\\nТема: Цена\\n\\nПочём труба?")
    Passed(name='Анна', email='a@vega.example', text='Почём труба?')
    >>> passed_on("FW: Цена", "Анна, а скидка будет?", "От: Анна <a@vega.example>\\nТема: Цена\\n\\nПочём труба?")
    """
    lines = quoted.splitlines()
    ruled = any(_RULE.match(line) for line in lines[:3])
    if not (ruled or _SUBJECT.match(subject)) or _asks(own):
        return None
    for place, line in enumerate(lines[:_HEAD_LINES]):
        head = _FROM.match(line)
        if head:
            below = _below(lines, place)
            told = head.group("name").strip(" \"'«»*")
            return Passed(told, head.group("box").lower(), below) if below else None
    return None


def _asks(own: str) -> bool:
    """Whether somebody who passes a letter on says more than that he does."""
    said = _REQUISITES.sub("", own)
    words = _WORD.findall(said)
    others = [word for word in words if not _PASSING.match(word)]
    asks = re.search(r"[?\d]", said) is not None  # a question, a quantity, a size
    return asks or len(words) > _MOST or len(others) > _SPARE


def _below(lines: list[str], place: int) -> str:
    start = place + 1
    while start < len(lines) and (_FIELD.match(lines[start]) or not lines[start].strip(" >")):
        start += 1
    rest = lines[start:]
    marked = all(line.startswith(">") for line in rest if line.strip())
    return "\n".join(
        line.removeprefix(">").removeprefix(" ") if marked else line for line in rest
    ).strip("\n")
