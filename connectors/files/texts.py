"""Bytes of a text file as text: the encoding found, or the refusal that names the line."""

from __future__ import annotations

import codecs
from collections import Counter

from schemas.errors import ConfigError, ContractBroken

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What stands for bytes of a line that is not in the encoding of its file.
UNREAD = "\ufffd"
# Code pages of old Russian programs with the score their text must reach: KOI8-R has letters where
# windows-1251 has other ones, so that a list of few words must not be taken for it.
_PAGES = {"cp1251": 0, "cp866": 25, "koi8-r": 50}
_USUAL = "cp1251"
# How often a letter stands in Russian text, of a thousand.
_LETTERS = dict(zip(
    "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    (110, 85, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19, 17, 17, 16, 16, 14, 12, 10, 9,
     7, 6, 5, 4, 3, 3, 1, 1),
    strict=True,
))  # fmt: skip
_SAMPLE, _FEW, _SURER = 1_000_000, 30, 1.3
_NAMED = 5


def decoded(data: bytes, encoding: str, name: str, *, lenient: bool = False) -> str:
    """The text of a file called `name`.

    `auto` takes the byte order mark, else UTF-8, else windows-1251; CP866 or KOI8-R where there is enough
    text to be sure that its letters are Russian only so. ContractBroken for bytes that do not fit, also for
    UTF-8 declared as a one-byte code page. A file that `auto` takes for UTF-8 but for a few lines is
    refused with their numbers; to the `lenient` their bytes are `UNREAD`.
    """
    chosen = _found(data) if encoding == "auto" else _known(encoding)
    if encoding == "auto" and chosen == "utf-8" and not _fits(data):
        return data.decode(chosen, "replace") if lenient else _refuse_lines(data, name)
    try:
        text = data.decode(chosen)
    except UnicodeDecodeError as error:
        raise _misfit(name, data.count(b"\n", 0, error.start) + 1, chosen) from error
    if chosen not in {"utf-8", "utf-8-sig", "utf-16"} and _is_utf8(data):
        raise ContractBroken(
            f"{name}: в настройках кодировка {chosen}, а файл в UTF-8. Исправьте encoding в раскладке.",
            f"{name}: the settings say {chosen}, but the file is UTF-8. Mend `encoding` of the layout.",
        )
    return text


def _found(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return encoding
    return "utf-8" if _is_mostly_utf8(data) else _page(data)


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether more lines are UTF-8 beyond ASCII than are not: no code page looks so by chance."""
    if _fits(data):
        return True
    sample = data[:_SAMPLE] if not data[:_SAMPLE].isascii() else data
    lines = [line for line in sample.splitlines() if not line.isascii()]
    return 2 * sum(map(_fits, lines)) > len(lines)


def _fits(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _page(data: bytes) -> str:
    """windows-1251, unless another page makes much better Russian of enough letters."""
    high = Counter(byte for byte in data[:_SAMPLE] if byte > 127)
    if high.total() < _FEW:
        return _USUAL
    scores = {page: _russian(high, page) for page in _PAGES}
    best = max(_PAGES, key=lambda page: scores[page])
    sure = scores[best] > max(_PAGES[best], _SURER * scores[_USUAL])
    return best if sure else _USUAL


def _russian(high: Counter[int], page: str) -> float:
    """How often a byte beyond ASCII is a frequent letter; a small one counts more, text is mostly small."""
    score = 0.0
    for byte, times in high.items():
        letter = bytes([byte]).decode(page, "replace")
        score += times * _LETTERS.get(letter.lower(), -20) * (1.0 if letter.islower() else 0.9)
    return score / high.total()


def _known(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise ConfigError(
            f"Кодировка «{encoding}» неизвестна. Укажите auto, utf-8 или windows-1251.",
            f"Unknown encoding '{encoding}'. Use auto, utf-8 or windows-1251.",
        ) from error
    return "utf-8-sig" if name == "utf-8" else name


def _is_utf8(data: bytes) -> bool:
    return not data.isascii() and _fits(data)


def _refuse_lines(data: bytes, name: str) -> str:
    wrong = [n for n, line in enumerate(data.splitlines(), 1) if not _fits(line)]
    told = ", ".join(map(str, wrong[:_NAMED])) + (", …" if len(wrong) > _NAMED else "")
    raise ContractBroken(
        f"{name}: файл в UTF-8, но строки {told} в другой кодировке. Сохраните его целиком в UTF-8.",
        f"{name}: the file is UTF-8, but lines {told} are not. Save the whole of it as UTF-8.",
    )


def _misfit(name: str, line: int, encoding: str) -> ContractBroken:
    return ContractBroken(
        f"{name}:{line}: байты не в кодировке {encoding}. Исправьте encoding в раскладке или файл.",
        f"{name}:{line}: the bytes are not {encoding}. Mend `encoding` of the layout, or the file.",
    )
