"""What a text may have been meant to be: typed in the other keyboard layout, or with letters that look alike."""

from __future__ import annotations

_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_RUSSIAN = str.maketrans(
    _LATIN + _LATIN.upper() + '{}:"<>~', _RUSSIAN + _RUSSIAN.upper() + "ХЪЖЭБЮЁ"
)
_TO_LATIN = str.maketrans(_RUSSIAN + _RUSSIAN.upper(), _LATIN + _LATIN.upper())
_ALIKE_LATIN, _ALIKE_RUSSIAN = "ABCEHKMOPTXYaceopxyk", "АВСЕНКМОРТХУасеорхук"
_ALIKE = (
    str.maketrans(_ALIKE_LATIN, _ALIKE_RUSSIAN),
    str.maketrans(_ALIKE_RUSSIAN, _ALIKE_LATIN),
)


def other_readings(text: str) -> list[str]:
    """What else `text` may mean, likeliest first; none of them is `text` itself.

    >>> other_readings("dtrnjh")
    ['вектор']
    >>> other_readings("BEKTOP")
    ['ВЕКТОР', 'ИУЛЕЩЗ']
    """
    latin, russian = _scripts(text)
    if not (latin or russian):
        return []
    alike = [one for one in (text.translate(table) for table in _ALIKE) if sum(_scripts(one)) == 1]
    layout = text.translate(_TO_RUSSIAN if latin else _TO_LATIN)
    return list(dict.fromkeys(one for one in (*alike, layout) if one != text))


def _scripts(text: str) -> tuple[bool, bool]:
    """Whether there are Latin letters, and whether there are Russian ones."""
    lower = text.lower()
    return any("a" <= one <= "z" for one in lower), any("а" <= one <= "я" for one in lower)
