"""Requests to dial: each is written down before anything is sent, and what became of it after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from schemas.calls import DialState
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import call, call_request

_T = call_request.c
_OPEN = ("asked", "ringing", "unknown")
_CALL = ("id", "answered", "missed", "talk_s", "started_at")


def ask(writer: Writer, told: Mapping[str, str], now: datetime | None = None) -> tuple[str, bool]:
    """The id of a request, and whether it is new: the same author and key are the same request.

    `told`: id, author, key, connection, extension, phone.
    """
    moment = now or utc_now()
    dialect = postgresql if writer.is_postgres else sqlite
    mine = dialect.insert(call_request).values(
        **told, state="asked", asked_at=moment, changed_at=moment
    )
    if writer.execute(mine.on_conflict_do_nothing(index_elements=["author", "key"])):
        return told["id"], True
    same = select(_T.id).where(_T.author == told["author"], _T.key == told["key"])
    return str(writer.scalar(same)), False


def move(
    writer: Writer, request: str, state: DialState, reason: str | None = None, now: datetime | None = None
) -> bool:  # fmt: skip
    """Whether a request that was still open came to a state; what has failed stays so."""
    changed = {"state": state, "reason": reason, "changed_at": now or utc_now()}
    mine = update(call_request).where(_T.id == request, _T.state.in_(_OPEN))
    return writer.execute(mine.values(**changed)) > 0


def find(reader: Reader, request: str) -> dict[str, Any] | None:
    """A request with `call`, the one that came of it, if any; its `state` is then that call's."""
    wanted = select(call_request, *(call.c[name].label(f"call_{name}") for name in _CALL))
    beside = wanted.outerjoin_from(call_request, call, call.c.request == _T.id)
    rows = reader.rows(beside.where(_T.id == request).limit(1))
    return _with_call(dict(rows[0]._mapping)) if rows else None


def _with_call(row: dict[str, Any]) -> dict[str, Any]:
    held = {name: row.pop(f"call_{name}") for name in _CALL}
    if held["id"] is None:
        return row | {"call": None}
    if held["answered"]:
        return row | {"call": held, "state": "answered", "reason": None}
    return row | {"call": held, "state": "failed", "reason": row["reason"] or "no_answer"}
