"""Acts that are more than one person's word: what waits for a second person, and what is done in bulk."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, insert, select, update

from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import proposal
from store.views.paging import dicts, first

Kind = Literal["pair", "bulk", "split"]
State = Literal["waiting", "running", "done", "declined", "undone"]
_C = proposal.c


@dataclass(frozen=True, slots=True)
class Proposal:
    """One act: `kind`, its `verdict`, `why` it needs a second person (empty if it does not), its `body`.

    `size` pairs, of which `done` are dealt with and `refused` (ref, ref, ru, en) could not be decided.
    """

    id: int
    kind: Kind
    verdict: str
    why: str
    body: Mapping[str, Any]
    size: int
    author: str
    reason: str | None
    created_at: datetime
    state: State
    answered_by: str | None
    answer: str | None
    answered_at: datetime | None
    batch: str | None
    done: int
    refused: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to become a proposal."""

    kind: Kind
    verdict: str
    why: str
    body: Mapping[str, Any]
    size: int
    author: str
    reason: str | None = None
    batch: str | None = None


def add(writer: Writer, draft: Draft, state: State, now: datetime | None = None) -> int:
    """The number of a new proposal. Its counter is taken alone."""
    number = writer.next("proposal")
    told = {name: getattr(draft, name) for name in Draft.__dataclass_fields__ if name != "body"}
    body = json.dumps(draft.body, ensure_ascii=False)
    moment = now or utc_now()
    writer.execute(
        insert(proposal).values(
            id=number, **told, body=body, created_at=moment, state=state, done=0
        )
    )
    return number


def one(reader: Reader, number: int) -> Proposal | None:
    """The proposal of a number."""
    found = first(reader, select(proposal).where(_C.id == number))
    return _read(found) if found else None


def newest(reader: Reader, state: State | None = None, limit: int = 50) -> list[Proposal]:
    """The newest proposals, of one state if asked."""
    wanted = select(proposal).order_by(_C.id.desc()).limit(limit)
    return [
        _read(row) for row in dicts(reader, wanted.where(_C.state == state) if state else wanted)
    ]


def same_waiting(reader: Reader, kind: Kind, body: Mapping[str, Any], author: str) -> int | None:
    """The number of an equal proposal of this person that waits already."""
    told = json.dumps(body, ensure_ascii=False)
    wanted = select(_C.id).where(
        _C.state == "waiting", _C.kind == kind, _C.author == author, _C.body == told
    )
    found = reader.scalar(wanted)
    return None if found is None else int(found)


def same_batch(reader: Reader, batch: str) -> int | None:
    """The number of the act of this batch that was neither declined nor taken back."""
    living = _C.state.in_(["waiting", "running", "done"])
    found = reader.scalar(select(_C.id).where(_C.batch == batch, living))
    return None if found is None else int(found)


def answer(writer: Writer, number: int, state: State, by: str, said: str | None = None) -> bool:
    """A second person answers; False if somebody was faster."""
    told = {"state": state, "answered_by": by, "answer": said, "answered_at": utc_now()}
    waits = (_C.id == number, _C.state == "waiting")
    return writer.execute(update(proposal).values(**told).where(*waits)) > 0


def reopen(writer: Writer, number: int) -> None:
    """What was confirmed could not be done: it waits again."""
    nobody = {"state": "waiting", "answered_by": None, "answered_at": None}
    writer.execute(update(proposal).values(**nobody).where(_C.id == number, _C.state == "running"))


def note(writer: Writer, number: int, done: int, refused: Sequence[Sequence[str]]) -> None:
    """How far an act is."""
    told = json.dumps([list(row) for row in refused], ensure_ascii=False)
    writer.execute(update(proposal).values(done=done, refused=told).where(_C.id == number))


def move(writer: Writer, number: int, before: State, state: State) -> bool:
    """Change the state; False if it is not what it was thought to be."""
    was = (_C.id == number, _C.state == before)
    return writer.execute(update(proposal).values(state=state).where(*was)) > 0


def waiting(reader: Reader, cap: int = 1_000) -> int:
    """How many wait for a second person, counting no further than `cap`."""
    few = select(_C.id).where(_C.state == "waiting").limit(cap).subquery()
    return int(reader.scalar(select(func.count()).select_from(few)) or 0)


def _read(row: Mapping[str, Any]) -> Proposal:
    told = {**row, "body": json.loads(row["body"]), "refused": json.loads(row["refused"] or "[]")}
    return Proposal(**told)
