"""Files of letters and forms: kept with what was landed, and given out by their SHA-256."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from mappings.letters.letter import contents
from store import landing
from store.engine import Store


def content(
    store: Store, messages: Sequence[Mapping[str, Any]], sha256: str
) -> tuple[str, bytes] | None:
    """Name and bytes of a file of these messages; None if none of them has it, or only its name is known."""
    for message in messages:
        for text in message["attachments"] or ():
            told = json.loads(text)
            if told.get("sha256") == sha256:
                found = _landed(store, message, sha256)
                return None if found is None else (str(told.get("name") or "file"), found)
    return None


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
