"""Letters with one Message-ID: copies of one letter, or others that a broken mailer gave the same id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

_MARK = " #"  # no id has a space
_APART = timedelta(hours=1)
_TOLD = 20  # so many letters of a text stand for it where the other has more, such as a footer


def named(letters: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """What each letter of one Message-ID is called; None for a copy of one before it.

    In the order in which they were sent: the first one keeps the id, others have their content beside it.
    `letters` have message_id, sent_at, subject, body and attachments.
    """
    kept: list[Mapping[str, Any]] = []
    names: list[str | None] = []
    for letter in letters:
        if any(is_copy(letter, one) for one in kept):
            names.append(None)
            continue
        own = str(letter["message_id"])
        names.append(f"{own}{_MARK}{_digest(letter)}" if kept else own)
        kept.append(letter)
    return names


def bare(message_id: str) -> str:
    """The id as its mailer wrote it.

    >>> bare("1@host.example #0a1b2c3d")
    '1@host.example'
    """
    return message_id.partition(_MARK)[0]


def is_copy(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two letters of one id are one: sent at one time, they say the same.

    A mailbox may add a footer, mark a subject or take files away; where the clock of the sender is not
    believed, times are those of arrival, and then they say exactly the same.
    """
    if abs(one["sent_at"] - other["sent_at"]) > _APART:
        return False
    if one["sent_at"] != other["sent_at"]:
        return _content(one) == _content(other)
    texts = sorted((_plain(one["body"]), _plain(other["body"])), key=len)
    if texts[0] != texts[1] and (len(texts[0]) < _TOLD or texts[0] not in texts[1]):
        return False
    titles = sorted((_plain(one["subject"]), _plain(other["subject"])), key=len)
    files = sorted((_files(one), _files(other)), key=len)
    return titles[1].endswith(titles[0]) and files[0] <= files[1]


def _plain(text: str | None) -> str:
    return "".join(sign for sign in (text or "").lower() if sign.isalnum())


def _files(letter: Mapping[str, Any]) -> frozenset[str]:
    told = (json.loads(one) for one in letter["attachments"] or ())
    return frozenset(str(one.get("sha256") or one.get("name")) for one in told)


def _content(letter: Mapping[str, Any]) -> list[str]:
    return [_plain(letter["subject"]), _plain(letter["body"]), *sorted(_files(letter))]


def _digest(letter: Mapping[str, Any]) -> str:
    told = [str(letter["sent_at"]), *_content(letter)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:8]
