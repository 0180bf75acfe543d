"""In which language an enquiry is written, by its letters and commonest words: pure, columnar."""

from __future__ import annotations

import polars as pl

RUSSIAN, ENGLISH, OTHER = "ru", "en", "other"
_CYRILLIC, _LETTER = r"[А-Яа-яЁё]", r"\p{L}"
# Letters that Russian has not: of Ukrainian, Belarusian, Kazakh, Tatar, Serbian.
_FOREIGN = r"[ІіЇїЄєҐґЎўҚқҒғӘәҢңӨөҮүҰұҺһҖҗЈјЉљЊњЋћЂђЏџ]"
_PLAIN = r"(?i)\b(?:the|and|for|you|your|we|our|is|are|please|need|price|order|of|to|with|hello|dear|from|can|how|what)\b"
# Marks of goods stand in Latin letters within Russian sentences.
_ENOUGH = 0.3
_FEW = 0.03


def language_of(text: pl.Expr) -> pl.Expr:
    """ru, en or other; null where there is no word. A text that names goods in Latin letters is Russian still.

    >>> pl.select(language_of(pl.lit("Нужна труба SCH40 ASTM A106, цена?"))).item()
    'ru'
    >>> pl.select(language_of(pl.lit("Please send your price for pipes"))).item()
    'en'
    """
    letters = text.str.count_matches(_LETTER)
    russian = text.str.count_matches(_CYRILLIC)
    foreign = text.str.count_matches(_FOREIGN)
    return (
        pl.when(letters == 0).then(None)
        .when((russian >= letters * _ENOUGH) & (foreign <= russian * _FEW)).then(pl.lit(RUSSIAN))
        .when((russian + foreign == 0) & text.str.contains(_PLAIN)).then(pl.lit(ENGLISH))
        .when(letters > 0).then(pl.lit(OTHER))
    )  # fmt: skip
