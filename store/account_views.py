"""How an account likes its pages: one short text, the same in every browser."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import account_view

_C = account_view.c


def keep(writer: Writer, account_id: int, preferences: str) -> None:
    """Keep what an account chose, instead of what it chose before."""
    told = {"preferences": preferences, "updated_at": utc_now()}
    writer.next("account_view", 0)  # its lock lets one choice be kept at a time
    if not writer.execute(update(account_view).where(_C.account_id == account_id).values(**told)):
        writer.execute(insert(account_view).values(account_id=account_id, **told))


def kept(reader: Reader, account_id: int) -> str | None:
    """What an account chose last; None if it never did."""
    found = reader.scalar(select(_C.preferences).where(_C.account_id == account_id))
    return None if found is None else str(found)
