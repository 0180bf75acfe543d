"""When people of our own firm are away: told by people, taken back, never erased."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, select, update

from schemas.absences import Away
from store.engine import Reader, Writer
from store.tables import absence

_A = absence.c
_STANDS = _A.withdrawn_at.is_(None)
Span = tuple[datetime, datetime]


def add(writer: Writer, told: Away, span: Span, by: str, now: datetime) -> int:
    """The number of an absence from one moment to before another; the same told again is the same, with the new note."""
    known = select(_A.id).where(
        _STANDS, _A.login == told.login, _A.kind == told.kind,
        _A.since == told.since.isoformat(), _A.until == told.until.isoformat(),
        _A.deputy.is_not_distinct_from(told.deputy),
    )  # fmt: skip
    found = writer.scalar(known)
    if found is not None:
        if told.note:
            writer.execute(update(absence).where(_A.id == int(found)).values(note=told.note))
        return int(found)
    number = writer.next("absence")
    values = {
        "id": number, "login": told.login, "kind": told.kind, "since": told.since.isoformat(),
        "until": told.until.isoformat(), "begins_at": span[0], "ends_at": span[1],
        "deputy": told.deputy, "note": told.note, "author": by, "made_at": now,
    }  # fmt: skip
    writer.execute(insert(absence).values(**values))
    return number


def find(reader: Reader, number: int) -> dict[str, Any] | None:
    """An absence that stands; None if there is none of this number."""
    rows = reader.rows(select(absence).where(_A.id == number, _STANDS))
    return dict(rows[0]._mapping) if rows else None


def withdraw(writer: Writer, number: int, by: str, now: datetime) -> bool:
    """Whether it stood, and does no more."""
    mine = update(absence).where(_A.id == number, _STANDS)
    return writer.execute(mine.values(withdrawn_by=by, withdrawn_at=now)) > 0


def of_login(reader: Reader, login: str, now: datetime, most: int = 20) -> list[dict[str, Any]]:
    """What stands of somebody and was not over a year ago, the latest first."""
    mine = and_(_STANDS, _A.login == login.lower(), _A.ends_at > now - timedelta(days=365))
    return _rows(reader, mine, most)


def listing(
    reader: Reader, login: str | None, at: datetime | None, before: int | None, most: int
) -> list[dict[str, Any]]:
    """What stands, of everybody or one, at all times or at one moment, the last told first."""
    asked: list[ColumnElement[bool]] = [_STANDS]
    asked += [_A.login == login.lower()] if login else []
    asked += [_A.begins_at <= at, _A.ends_at > at] if at else []
    asked += [_A.id < before] if before else []
    wanted = select(absence).where(*asked).order_by(_A.id.desc()).limit(most)
    return [dict(row._mapping) for row in reader.rows(wanted)]


def away(reader: Reader, now: datetime) -> dict[str, str | None]:
    """Login of everybody who is away now, and who stands in for him; of several the last told counts."""
    wanted = select(_A.login, _A.deputy).where(_STANDS, _A.begins_at <= now, _A.ends_at > now)
    return {str(row.login): row.deputy for row in reader.rows(wanted.order_by(_A.id))}


def stand_ins(absent: dict[str, str | None], works: set[str]) -> dict[str, str]:
    """Who takes what comes for each of the absent: his deputy, or the deputy of that one, who is there."""
    found: dict[str, str] = {}
    for login, deputy in absent.items():
        seen = {login}
        while deputy is not None and deputy in absent and deputy not in seen:
            seen.add(deputy)
            deputy = absent[deputy]
        if deputy is not None and deputy in works and deputy not in absent:
            found[login] = deputy
    return found


def _rows(reader: Reader, asked: ColumnElement[bool], most: int) -> list[dict[str, Any]]:
    wanted = select(absence).where(asked).order_by(_A.begins_at.desc(), _A.id.desc()).limit(most)
    return [dict(row._mapping) for row in reader.rows(wanted)]
