"""What the sender wrote himself, what he quoted, and his signature.

The habits are those of Outlook, Exchange, Yandex, Mail.ru, Gmail, Thunderbird and The Bat!, in Russian and English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIVIDER = re.compile(
    r"^[>\s]*(?:-{2,}|_{2,}|={2,})\s*"
    r"(?:original message|forwarded message|исходное сообщение|исходное письмо|пересылаемое сообщение|"
    r"пересланное сообщение|конец пересылаемого сообщения|end of forwarded message|пересылаемое письмо)\b",
    re.IGNORECASE,
)
_FROM = re.compile(r"^[>*\s]*(?:от|from|von|de|від)\s*:\s*\*?\s*\S", re.IGNORECASE)
_WITH = re.compile(
    r"^[>*\s]*(?:отправлено|дата|sent|date|кому|to|копия|cc|тема|subject|gesendet|an|надіслано)\s*:",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"^[>\s]*(?:"
    r"(?:on|am|le)\b.{4,160}\b(?:wrote|schrieb|écrit)\s*:|"
    r".{4,200}\b(?:пишет|писал[аи]?|написал[аи]?|написав)\s*:|"
    r"(?:mon|tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье)"
    r"[,.\s].{4,160}\b(?:от|from)\b.{1,120}:|"
    r"\d{1,2}[./]\d{1,2}[./]\d{2,4},?\s.{0,20}\d{1,2}:\d{2}.{0,160}:|"
    r"здравствуйте,?\s+.{2,60}\.\s*вы\s+писали\s+.{4,60}:"
    r")\s*$",
    re.IGNORECASE,
)  # fmt: skip
_WROTE = re.compile(r"^.{2,120}\b(?:wrote|пишет|писал[аи]?)\s*:\s*$", re.IGNORECASE)
_MARK = re.compile(r"^\s*(?:>|\|\s)")
_CLOSING = re.compile(
    r"^\s*(?:-- ?$|--$|с уважением|с наилучшими|с пожеланиями|всего доброго|всего наилучшего|"
    r"best regards|kind regards|regards\b|sincerely|with best|спасибо,?\s*$|thanks,?\s*$|br,?\s*$|"
    r"отправлено (?:с|из|от)|sent (?:from|with)|get outlook for)",
    re.IGNORECASE,
)
_SIGNATURE_LINES = 20
_TELLING = (
    500  # signs by which a line is known for what it is; some letters are one line of megabytes
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The three parts of a text, each without blank lines around it; empty where there is none."""

    own: str
    quoted: str
    signature: str


def parts_of(text: str) -> Parts:
    """A letter's text told apart.

    >>> parts_of("Отгружайте.\\n\\nС уважением,\\nАнна\\n\\n12.05.2026, 10:15, \\"Сбыт\\" <s@example.ru>:\\n> Готово")
    Parts(own='Отгружайте.', quoted='12.05.2026, 10:15, "Сбыт" <s@example.ru>:\\n> Готово', signature='С уважением,\\nАнна')
    """
    lines = text.splitlines()
    start = _quote_start([line[:_TELLING] for line in lines])
    own, quoted = lines[:start], lines[start:]
    kept = [line for line in own if not _MARK.match(line)]
    between = [line for line in own if _MARK.match(line)]
    mine, signature = _signed(_without_says(kept, bool(between)))
    if _MARK.match(next((one for one in quoted if one.strip() and not _says(one)), "")):
        mine, quoted = _answered_below(mine, quoted)
    return Parts(_joined(mine), _joined([*between, *quoted]), _joined(signature))


def _says(line: str) -> bool:
    told = line[:_TELLING]
    return bool(_SAYS.match(told) or _WROTE.match(told))


def _quote_start(lines: list[str]) -> int:
    """The first line of what is quoted below; the number of lines if nothing is."""
    for place, line in enumerate(lines):
        if _DIVIDER.match(line):
            return place
        if _FROM.match(line) and any(_WITH.match(one) for one in lines[place + 1 : place + 5]):
            return _rule_above(lines, place)
        # The line that says who wrote may be broken in two.
        if _SAYS.match(line) or (place + 1 < len(lines) and _is_broken(line, lines[place + 1])):
            return place
    return len(lines)


def _is_broken(line: str, following: str) -> bool:
    head = re.match(r"^\s*(?:on\b|am\b|le\b|\d{1,2}[./ ]|пн|вт|ср|чт|пт|сб|вс|mon|tue|wed|thu|fri|sat|sun)", line, re.IGNORECASE)  # fmt: skip
    return bool(head) and not line.rstrip().endswith(":") and bool(_SAYS.match(f"{line.rstrip()} {following.strip()}"))  # fmt: skip


def _rule_above(lines: list[str], place: int) -> int:
    above = place - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and re.match(r"^\s*[_-]{5,}\s*$", lines[above]) else place


def _without_says(lines: list[str], quotes: bool) -> list[str]:
    if not quotes:
        return lines
    return [line for line in lines if not _says(line)]


def _answered_below(mine: list[str], quoted: list[str]) -> tuple[list[str], list[str]]:
    """Answers written between or under marked lines are the sender's own."""
    marks = [place for place, line in enumerate(quoted) if _MARK.match(line)]
    if not marks:
        return mine, quoted
    own = [line for line in quoted[marks[0] :] if not _MARK.match(line)]
    if any(_DIVIDER.match(line) or _FROM.match(line) for line in own):
        return mine, quoted
    told, _ = _signed(own)
    kept = quoted[: marks[0]] + [line for line in quoted[marks[0] :] if _MARK.match(line)]
    return [*mine, *told], kept


def _signed(lines: list[str]) -> tuple[list[str], list[str]]:
    last = max((n for n, line in enumerate(lines, 1) if line.strip()), default=0)
    for place in range(max(0, last - _SIGNATURE_LINES), last):
        if _CLOSING.match(lines[place]):
            return lines[:place], lines[place:last]
    return lines[:last], []


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n")
