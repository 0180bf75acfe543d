"""Which companies a search text means: by requisite, phone, e-mail or name."""

from __future__ import annotations

from store import search
from store.engine import Reader


def party_ids(reader: Reader, text: str, limit: int) -> list[str]:
    """Golden ids of companies that fit the text, best first."""
    return [str(one) for one in search.search(reader, text, limit)["id"].to_list()]
