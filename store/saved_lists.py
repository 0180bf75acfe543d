"""Lists as people saved them: a path with filters and order, under a name, for oneself or for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update

from schemas.errors import ConfigError
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import saved_list

LONGEST, MOST = 60, 50
_C = saved_list.c


@dataclass(frozen=True, slots=True)
class SavedList:
    """One saved list; `query` is what follows the question mark."""

    id: int
    path: str
    name: str
    query: str
    owner: str
    shared: bool
    created_at: datetime


def save(writer: Writer, path: str, name: str, query: str, owner: str, *, shared: bool) -> int:
    """Keep a list under a name; one of the same name of the same person gives way. Its number."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST or not name.isprintable():
        raise ConfigError(
            f"Назовите список: от 1 до {LONGEST} видимых знаков.",
            f"Name the list: from 1 to {LONGEST} visible characters.",
        )
    number = writer.next("saved_list", 0)  # its lock lets one be saved at a time
    mine = (_C.path == path, _C.owner == owner)
    known = writer.rows(select(_C.id, _C.name).where(*mine))
    told = {"query": query, "shared": shared}
    for row in known:
        if row.name == name:
            writer.execute(update(saved_list).where(_C.id == row.id).values(**told))
            return int(row.id)
    if len(known) >= MOST:
        raise ConfigError(
            f"Сохранено уже {MOST} списков. Уберите ненужный.",
            f"{MOST} lists are saved already. Remove one you do not need.",
        )
    number = writer.next("saved_list")
    named = {"path": path, "name": name, "owner": owner, "created_at": utc_now()}
    writer.execute(insert(saved_list).values(id=number, **named, **told))
    return number


def drop(writer: Writer, number: int, owner: str) -> int:
    """Forget a list of one's own; how many that was."""
    return writer.execute(delete(saved_list).where(_C.id == number, _C.owner == owner))


def known(reader: Reader, path: str, owner: str) -> list[SavedList]:
    """The lists of a path that a person sees: their own and the shared ones, by name."""
    seen = or_(_C.owner == owner, _C.shared.is_(True))
    wanted = select(saved_list).where(_C.path == path, seen).order_by(_C.name, _C.id).limit(200)
    return [SavedList(**dict(row._mapping)) for row in reader.rows(wanted)]
