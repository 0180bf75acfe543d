"""Which companies a search text means: by requisite, phone, e-mail, source record, id or name."""

from __future__ import annotations

import re

from sqlalchemy import select

from store import identity, search
from store.engine import Reader
from store.tables import link

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def party_ids(reader: Reader, text: str, limit: int) -> list[str]:
    """Golden ids of companies that fit the text, best first."""
    typed = text.strip()
    if _ID.fullmatch(typed.lower()):
        lives = identity.resolve(reader, typed.lower())
        return [lives] if lives else []
    if typed.count("/") >= 2:
        found = _of_record(reader, typed)
        if found:
            return found
    return [str(one) for one in search.search(reader, text, limit)["id"].to_list()]


def _of_record(reader: Reader, ref: str) -> list[str]:
    connection, stream, key = ref.split("/", 2)
    c = link.c
    named = (c.entity == "party", c.connection == connection, c.stream == stream, c.key == key)
    return [str(row.golden_id) for row in reader.rows(select(c.golden_id).where(*named))]
