"""Where two values differ, and whether that means anything: case, quotes and abbreviations do not.

A browser draws what is here as text; nothing is ever marked safe.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Mark = Literal["", "format", "real"]
# Legal forms written out are one word each: the longer ones first.
_FORMS = {
    "общество с ограниченной ответственностью": "ооо",
    "публичное акционерное общество": "пао",
    "открытое акционерное общество": "оао",
    "закрытое акционерное общество": "зао",
    "акционерное общество": "ао",
    "индивидуальный предприниматель": "ип",
}
_TOKENS = re.compile(
    "|".join((*(form.replace(" ", r"\s+") for form in _FORMS), r"\w+|[^\w\s]+|\s+")), re.IGNORECASE
)
_LONGEST = 400
_LEAST_SHARED = 0.45
# Longer words for the abbreviations of Russian addresses and legal forms.
_LONG = {
    "ул": "улица", "пр": "проспект", "просп": "проспект", "пер": "переулок", "ш": "шоссе",
    "наб": "набережная", "пл": "площадь", "б": "бульвар", "бул": "бульвар", "г": "город", "гор": "город",
    "д": "дом", "корп": "корпус", "к": "корпус", "стр": "строение", "кв": "квартира", "оф": "офис",
    "пом": "помещение", "обл": "область", "респ": "республика", "р": "район", "пос": "поселок",
    "п": "поселок", "с": "село", "им": "имени", "№": "номер",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a value and how it differs from the other one."""

    text: str
    mark: Mark = ""


def compare(one: str, other: str) -> tuple[list[Segment], list[Segment]]:
    """Both values in pieces; joined, the pieces are the values.

    >>> compare("ООО «Вега»", "ооо вега-2")[1]
    [Segment(text='ооо', mark='format'), Segment(text=' ', mark=''), Segment(text='вега', mark='format'), Segment(text='-2', mark='real')]
    """
    if max(len(one), len(other)) > _LONGEST:
        mark: Mark = "" if one == other else "real"
        return [Segment(one, mark)], [Segment(other, mark)]
    left, right = _TOKENS.findall(one), _TOKENS.findall(other)
    a, b = [_meant(word) for word in left], [_meant(word) for word in right]
    own, others = [i for i, word in enumerate(a) if word], [i for i, word in enumerate(b) if word]
    matcher = SequenceMatcher(None, [a[i] for i in own], [b[i] for i in others], autojunk=False)
    said: tuple[list[Segment], list[Segment]] = ([], [])
    # Of two quite different values the few words they share are no help.
    if own and others and matcher.ratio() < _LEAST_SHARED and min(len(own), len(others)) > 2:
        return [Segment(one, "real")], [Segment(other, "real")]
    for kind, start, end, start_other, end_other in matcher.get_opcodes():
        words = _span(left, own, start, end), _span(right, others, start_other, end_other)
        if kind == "equal":
            _equal(words, said)
        elif kind == "replace":
            _replaced("".join(words[0]), "".join(words[1]), said)
        else:
            for side, pieces in zip(said, words, strict=True):
                side.append(Segment("".join(pieces), "real"))
    for side, places, text in ((said[0], own, one), (said[1], others, other)):
        if not places:
            side.append(Segment(text))
    return _joined(said[0]), _joined(said[1])


def alike(one: str, other: str) -> bool:
    """Whether two values mean the same: they differ in case, ё, punctuation and abbreviations at most.

    >>> alike("ул. Ленина, д. 5", "улица ЛЕНИНА дом 5"), alike("Вега", "Вега-2")
    (True, False)
    """
    return _meaning(one) == _meaning(other)


def _meaning(text: str) -> Sequence[str]:
    return [word for token in _TOKENS.findall(text[:10_000]) if (word := _meant(token))]


def _meant(piece: str) -> str:
    """The word a piece stands for; empty for what means nothing."""
    if not piece[0].isalnum() and piece != "№":
        return ""
    plain = " ".join(piece.casefold().replace("ё", "е").split())
    return _FORMS.get(plain) or _LONG.get(plain, plain)


def _span(tokens: Sequence[str], places: Sequence[int], start: int, end: int) -> list[str]:
    """The tokens of some words, with what stands before each of them; after the last word, the rest."""
    if start == end:
        return []
    first = places[start - 1] + 1 if start else 0
    last = len(tokens) if end == len(places) else places[end - 1] + 1
    return list(tokens[first:last])


def _equal(words: tuple[list[str], list[str]], said: tuple[list[Segment], list[Segment]]) -> None:
    """Words that mean the same; where they are written otherwise, that is a matter of form."""
    written = [dict(enumerate(_words(side))) for side in words]
    for side, pieces in enumerate(words):
        place = 0
        for token in pieces:
            mark: Mark = ""
            if _meant(token):
                mark = "" if written[1 - side].get(place) == token else "format"
                place += 1
            said[side].append(Segment(token, mark))


def _words(tokens: Sequence[str]) -> list[str]:
    return [token for token in tokens if _meant(token)]


def _replaced(one: str, other: str, said: tuple[list[Segment], list[Segment]]) -> None:
    """Other words, character by character."""
    folded = [text.casefold().replace("ё", "е") for text in (one, other)]
    if len(folded[0]) != len(one) or len(folded[1]) != len(other):
        folded = [one, other]
    matcher = SequenceMatcher(None, folded[0], folded[1], autojunk=False)
    # Two words with little in common are clearer as two words than as crumbs of letters.
    if matcher.ratio() < 0.5:
        said[0].append(Segment(one, "real"))
        said[1].append(Segment(other, "real"))
        return
    for kind, start, end, start_other, end_other in matcher.get_opcodes():
        mark: Mark = "" if kind == "equal" else "real"
        said[0].append(Segment(one[start:end], mark))
        said[1].append(Segment(other[start_other:end_other], mark))


def _joined(pieces: Sequence[Segment]) -> list[Segment]:
    """Neighbours of one mark as one piece, none empty."""
    found: list[Segment] = []
    for piece in pieces:
        if found and found[-1].mark == piece.mark:
            found[-1] = Segment(found[-1].text + piece.text, piece.mark)
        elif piece.text:
            found.append(piece)
    return found
