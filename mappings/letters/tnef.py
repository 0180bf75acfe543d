"""winmail.dat (TNEF, MS-OXTNEF): the files and the text that Outlook packs where only Outlook looks.

What is broken anywhere is no TNEF at all: nothing of it can be trusted to be whole.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from mappings.letters.charsets import text_of
from mappings.letters.pages import text_of_page

_SIGNATURE = 0x223E9F78
_BODY, _TITLE, _DATA = 0x0002800C, 0x00018010, 0x0006800F
_BEGINS, _FILE_NAME, _OF_FILE, _OF_LETTER, _CODE_PAGE = (
    0x00069002,
    0x00069001,
    0x00069005,
    0x00069003,
    0x00069007,
)
_LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _KIND, _CONTENT_ID = 0x3707, 0x3704, 0x3001, 0x370E, 0x3712
_CONTENT, _PLAIN, _PAGE, _CHARSET = 0x3701, 0x1000, 0x1013, 0x3FDE
_FIXED = {
    2: 4,
    3: 4,
    4: 4,
    5: 8,
    6: 8,
    7: 8,
    10: 4,
    11: 4,
    20: 8,
    64: 8,
    72: 16,
}  # kind of a value → bytes
_UNICODE, _OBJECT, _VARIABLE, _SEVERAL, _NAMED = 31, 13, (13, 30, 31, 258), 0x1000, 0x8000
_PAGES = {65001: "utf-8", 1200: "utf-16-le", 20866: "koi8-r", 28595: "iso8859-5"}
_MOST = 100_000  # values and attributes of one; a letter has some hundreds
Values = dict[int, tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Packed:
    """A file found inside; `inline` are pictures the text itself shows."""

    name: str
    kind: str
    content: bytes
    inline: bool


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was packed: the text, if it is there in plain or as a page, and the files."""

    text: str
    files: tuple[Packed, ...]


def unpacked(raw: bytes) -> Unpacked | None:
    """What is in a winmail.dat; None if it is broken or none at all."""
    try:
        return _told(list(_attributes(raw)))
    except (struct.error, ValueError, LookupError):
        return None


def _told(attributes: list[tuple[int, bytes]]) -> Unpacked:
    page = next(
        (struct.unpack_from("<I", data)[0] for name, data in attributes if name == _CODE_PAGE), 1251
    )
    files: list[dict[int, bytes]] = []
    whole: dict[int, bytes] = {}
    for name, data in attributes:
        if name == _BEGINS:
            files.append({})
        (files[-1] if files else whole)[name] = data
    return Unpacked(_text(whole, page), tuple(_file(one, page) for one in files))


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """The attributes of the letter, then those of each file, as they follow one another."""
    if struct.unpack_from("<I", raw)[0] != _SIGNATURE:
        raise ValueError(raw[:4])
    at, many = 6, 0
    while at < len(raw):
        _level, name, length = struct.unpack_from("<BII", raw, at)
        data = raw[at + 9 : at + 9 + length]
        (told,) = struct.unpack_from("<H", raw, at + 9 + length)
        many += 1
        if sum(data) & 0xFFFF != told or many > _MOST:
            raise ValueError(name)
        yield name, data
        at += 11 + length


def _values(data: bytes) -> Values:
    """The properties of MAPI in an attribute: id → kind and its first value. Those with names are left out."""
    found: Values = {}
    at, (count,) = 4, struct.unpack_from("<I", data)
    if count > _MOST:
        raise ValueError(count)
    for _ in range(count):
        kind, name = struct.unpack_from("<HH", data, at)
        at = _after_name(data, at + 20) if name >= _NAMED else at + 4
        base, many = kind & ~_SEVERAL, 1
        if kind & _SEVERAL or base in _VARIABLE:
            (many,) = struct.unpack_from("<I", data, at)
            at += 4
        if many > _MOST:
            raise ValueError(many)
        for turn in range(many):
            length = _FIXED.get(base)
            if base in _VARIABLE:
                (length,) = struct.unpack_from("<I", data, at)
                at += 4
            if length is None or at + length > len(data):
                raise ValueError(kind)
            if not turn and name < _NAMED:
                found[name] = base, data[at : at + length]
            at += length + -length % 4
    return found


def _after_name(data: bytes, at: int) -> int:
    """Where the value of a property with a name of its own begins."""
    by_words, length = struct.unpack_from("<II", data, at)
    return at + 8 + (length + -length % 4 if by_words else 0)


def _text(whole: dict[int, bytes], page: int) -> str:
    values = _values(whole[_OF_LETTER]) if _OF_LETTER in whole else {}
    told = _said(values, _PLAIN, page) or _read(whole.get(_BODY, b""), page)
    if told.strip() or _PAGE not in values:
        return told.replace("\r\n", "\n")
    (charset,) = struct.unpack("<I", values[_CHARSET][1]) if _CHARSET in values else (page,)
    return text_of_page(_read(values[_PAGE][1], charset))


def _file(told: dict[int, bytes], page: int) -> Packed:
    values = _values(told[_OF_FILE]) if _OF_FILE in told else {}
    named = (_said(values, one, page) for one in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME))
    old = (_read(told.get(one, b""), page) for one in (_TITLE, _FILE_NAME))
    name = next((one for one in (*named, *old) if one.strip()), "")
    kind, content = values.get(_CONTENT, (0, b""))
    inside = (
        content[16:] if kind == _OBJECT else content
    )  # an object begins with what kind of thing it is
    return Packed(
        " ".join(name.replace("\\", "/").rpartition("/")[2].split()),
        _said(values, _KIND, page) or "application/octet-stream",
        told.get(_DATA, inside), bool(_said(values, _CONTENT_ID, page)),
    )  # fmt: skip


def _said(values: Values, name: int, page: int) -> str:
    kind, raw = values.get(name, (0, b""))
    return _read(raw, 1200 if kind == _UNICODE else page)


def _read(raw: bytes, page: int) -> str:
    charset = _PAGES.get(page, f"cp{page}")
    told = (
        raw.decode("utf-16-le", "replace") if page == 1200 else text_of(raw.rstrip(b"\0"), charset)
    )
    return told.replace("\0", "")
