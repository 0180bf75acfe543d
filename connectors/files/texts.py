"""Bytes of a text file as text: the encoding found, or the refusal that names the line."""

from __future__ import annotations

import codecs

from schemas.errors import ConfigError, ContractBroken

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(data: bytes, encoding: str, name: str) -> str:
    """The text of a file called `name`.

    `auto` takes the byte order mark, else UTF-8, else windows-1251: only these are told apart without
    guessing. ContractBroken for bytes that do not fit, also for UTF-8 declared as a one-byte code page.
    """
    chosen = _found(data) if encoding == "auto" else _known(encoding)
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
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8"


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
    try:
        return not data.isascii() and bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _misfit(name: str, line: int, encoding: str) -> ContractBroken:
    return ContractBroken(
        f"{name}:{line}: байты не в кодировке {encoding}. Исправьте encoding в раскладке или файл.",
        f"{name}:{line}: the bytes are not {encoding}. Mend `encoding` of the layout, or the file.",
    )
