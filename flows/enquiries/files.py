"""Files of letters and forms, kept with what was landed, and of chats, which lie with the messenger."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import Says
from connectors.telegram.wire import LARGEST_FILE
from flows.house import House
from mappings.letters.letter import contents
from store import landing
from store.engine import Store


def key_of(told: Mapping[str, Any]) -> str | None:
    """What a file is asked for by: its SHA-256, or that of its id with the messenger; None if only its name is known."""
    if told.get("sha256"):
        return str(told["sha256"])
    size = told.get("size")
    too_large = isinstance(size, int) and size > LARGEST_FILE
    there = told.get("file_id")
    return None if too_large or not there else hashlib.sha256(str(there).encode()).hexdigest()


def content(
    house: House, messages: Sequence[Mapping[str, Any]], key: str
) -> tuple[str, bytes] | None:
    """Name and bytes of a file of these messages; None if none of them has it, or only its name is known.

    Refused or Retryable if it lies with a messenger that does not give it out.
    """
    for message in messages:
        for text in message["attachments"] or ():
            told = json.loads(text)
            if key_of(told) == key:
                found = _content(house, message, told)
                return None if found is None else (str(told.get("name") or "file"), found)
    return None


def _content(house: House, message: Mapping[str, Any], told: Mapping[str, Any]) -> bytes | None:
    if told.get("sha256"):
        return _landed(house.store, message, str(told["sha256"]))
    if message["connection"] not in house.connections:
        return None
    source = house.source(message["connection"])
    return source.file(str(told["file_id"])) if isinstance(source, Says) else None


def _landed(store: Store, message: Mapping[str, Any], sha256: str) -> bytes | None:
    """The file as it was landed with its message."""
    with store.read() as reader:
        row = landing.payload(store, reader, message["landing_id"], message["landing_row"]) or {}
    return next((one for one in _files(row) if hashlib.sha256(one).hexdigest() == sha256), None)


def _files(row: Mapping[str, Any]) -> list[bytes]:
    try:
        if row.get("mime"):
            return contents(base64.b64decode(row["mime"]))
        return [base64.b64decode(file["content"]) for file in json.loads(row.get("files") or "[]")]
    except (binascii.Error, ValueError):
        return []
