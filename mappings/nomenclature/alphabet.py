"""One alphabet for names of goods: a letter drawn alike is one letter, whichever script it came from.

A Latin C in «09Г2C» and a Cyrillic one are the same mark on paper, so both become the same ASCII byte.
The rest of the Cyrillic letters take ASCII capitals, which lower-cased text leaves free. One character
stays one character, so a place in the folded text is the same place in the raw one.
"""

from __future__ import annotations

import numpy as np
import polars as pl

ALIKE = dict(zip("авекмнорстух", "abekmhopctyx", strict=True))
OWN = dict(zip("бгджзийлпфцчшщъыьэюя", "BGDJZIYLPFCHWSQUXEVA", strict=True))
SIGNS = {
    "ё": "e", "×": "x", "ø": "~", "∅": "~", "⌀": "~", "ф": "F", "–": "-", "—": "-", "−": "-", "‑": "-",
    "“": '"', "”": '"', "″": '"', "«": '"', "»": '"', "²": "2", "³": "3", "\n": ";", "\r": " ", "№": "#", "°": "^",
}  # fmt: skip
# What a rule has already taken; no pattern can match it.
TAKEN = "\x01"
_BREAK = "\x00"
_UNKNOWN = "?"


def _folded(letter: str) -> str:
    low = letter.lower()[:1]
    told = SIGNS.get(low) or ALIKE.get(low) or OWN.get(low) or low
    if " " <= told <= "~":
        return told
    return " " if told.isspace() or told < " " else _UNKNOWN


_TABLE = np.array([ord(_folded(chr(code))) for code in range(0x10000)], np.uint8)
_BACK = {mark: letter for letter, mark in {**ALIKE, **OWN}.items()}


def fold(text: str) -> str:
    """`text` in the one alphabet, as long as it was.

    >>> fold("09Г2C") == fold("09г2с"), len(fold("Круг ∅40"))
    (True, 8)
    """
    return "".join(chr(_TABLE[min(ord(letter), 0xFFFF)]) for letter in text)


def fold_all(names: pl.Series) -> pl.Series:
    """`fold` of every name at once; null is empty.

    >>> fold_all(pl.Series(["Лист 10", None])).to_list() == [fold("Лист 10"), ""]
    True
    """
    whole = names.fill_null("").str.replace_all(_BREAK, " ", literal=True)
    text = whole.str.join(_BREAK).item() if whole.len() else ""
    codes = np.minimum(np.frombuffer(text.encode("utf-32-le"), np.uint32), 0xFFFF)
    folded = np.where(codes == 0, np.uint8(0), _TABLE[codes]).astype(np.uint8)
    return pl.Series(names.name, folded.tobytes().decode("ascii").split(_BREAK)[: names.len()])


def left(names: pl.Series, taken: pl.Series) -> pl.Series:
    """What of the raw names no rule took: characters over `TAKEN` become spaces, spaces one."""
    raw = (
        names.fill_null("").str.replace_all(_BREAK, " ", literal=True).str.join(_BREAK).item() or ""
    )
    codes = np.frombuffer(raw.encode("utf-32-le"), np.uint32).copy()
    marks = np.frombuffer((taken.str.join(_BREAK).item() or "").encode("ascii"), np.uint8)
    codes[marks == ord(TAKEN)] = ord(" ")
    kept = codes.tobytes().decode("utf-32-le").split(_BREAK)[: names.len()]
    return pl.Series(names.name, kept).str.replace_all(r"\s+", " ").str.strip_chars(" ,;/-")


def cyrillic(folded: str) -> str:
    """Folded text as Cyrillic capitals; digits and signs stay.

    >>> cyrillic(fold("09г2c"))
    '09Г2С'
    """
    return "".join(_BACK.get(mark, mark) for mark in folded).upper()
