"""Ids of letters: the same letter has one in every mailbox."""

from __future__ import annotations

import re

_ID = re.compile(r"<\s*([^<>]+?)\s*>")


def bare_id(header: str) -> str:
    """An id in small letters without its brackets; empty if there is none.

    >>> bare_id(" <AB12@Mail.Example.RU>")
    'ab12@mail.example.ru'
    """
    found = _ID.search(header)
    return "".join((found.group(1) if found else header).split()).lower()


def ids_in(header: str) -> tuple[str, ...]:
    """All ids of a header, each once, in its order."""
    return tuple(dict.fromkeys("".join(one.split()).lower() for one in _ID.findall(header)))
