"""winmail.dat as Outlook packs it (MS-OXTNEF): a text and files that other programs do not see."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_CODE_PAGE = 1251


def packed(files: Sequence[tuple[str, str, bytes]], text: str = "", page: str = "") -> bytes:
    """The bytes of a winmail.dat with files (name, kind and content), a plain text and a page of HTML."""
    of_letter = [_value(0x1F, 0x1000, _wide(text))] * bool(text)
    of_letter += [_value(0x102, 0x1013, page.encode()), _fixed(3, 0x3FDE, 65001)] * bool(page)
    told = [
        _attribute(1, 0x00069007, struct.pack("<II", _CODE_PAGE, 0)),
        _attribute(1, 0x00078008, b"IPM.Microsoft Mail.Note\0"),
        _attribute(1, 0x00069003, _values([_named(), *of_letter, _fixed(0x0B, 0x0E1F, 1)])),
    ]
    for name, kind, content in files:
        short = name.encode(f"cp{_CODE_PAGE}", "replace")[:8] + b"~1\0"
        own = [_value(0x1F, 0x3707, _wide(name)), _value(0x1E, 0x370E, kind.encode() + b"\0")]
        told += [
            _attribute(2, 0x00069002, bytes(14)),
            _attribute(2, 0x00018010, short),
            _attribute(2, 0x0006800F, content),
            _attribute(2, 0x00069005, _values(own)),
        ]
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(told)


def _attribute(level: int, name: int, data: bytes) -> bytes:
    return (
        struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    )


def _values(told: Sequence[bytes]) -> bytes:
    return struct.pack("<I", len(told)) + b"".join(told)


def _value(kind: int, name: int, data: bytes) -> bytes:
    return struct.pack("<HHII", kind, name, 1, len(data)) + data + bytes(-len(data) % 4)


def _fixed(kind: int, name: int, number: int) -> bytes:
    return struct.pack("<HHI", kind, name, number)


def _named() -> bytes:
    """A property with a name of its own, in words, and several values."""
    name = _wide("Ключевые слова")
    head = struct.pack("<HH16sII", 0x101F, 0x8001, bytes(16), 1, len(name)) + name
    values = [_wide("срочно"), _wide("металл")]
    told = b"".join(struct.pack("<I", len(one)) + one + bytes(-len(one) % 4) for one in values)
    return head + bytes(-len(name) % 4) + struct.pack("<I", len(values)) + told


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le") + bytes(2)
