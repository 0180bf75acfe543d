"""The act of a migration: table by table what the source had is what became of it, and both sides agree."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from config.migration import Plan, Table, read_plan
from connectors.base import Surveyed
from flows.house import House
from flows.migrate.checksums import Compared, compared
from flows.migrate.cleaning import cleaned
from flows.migrate.drift import counted
from schemas.errors import ConfigError, Conflict, Unbalanced
from store import landing, migrating, reconciliation
from store.engine import Reader, Store
from store.journal import Act as Noted
from store.journal import note
from store.reconciliation import FATES, GONE

HANDED, ACCEPTED = "handed", "accepted"
PLACES = (HANDED, ACCEPTED)


@dataclass(frozen=True, slots=True)
class Line:
    """One carried table. `source` is what the source counted, `refused` what had no key to land by.

    `orphans` are rows that name a row of another carried table which is not there.
    """

    table: str
    target: str
    source: int
    fates: dict[str, int]
    refused: int
    orphans: int
    compared: Compared | None

    @property
    def off(self) -> int:
        """By how many rows the table does not add up."""
        alive = sum(count for fate, count in self.fates.items() if fate != GONE)
        return self.source - alive - self.refused

    @property
    def holds(self) -> bool:
        """Whether it adds up and, if both sides were compared, they agree."""
        same = self.compared is None or not self.compared.differing
        return not self.off and same


def make(house: House, number: int, *, again: bool = True) -> list[Line]:
    """The act of a migration, kept with it as it is now; with `again` the source is read once more."""
    with house.store.read() as reader:
        row = migrating.of_name(reader, str(number))
    if row is None:
        raise ConfigError(f"Миграции № {number} нет.", f"There is no migration {number}.")
    plan = read_plan(row.plan)
    lines = [_line(house, plan, table, again=again) for table in plan.carried]
    left = [_left(table) for table in plan.tables if not table.carry]
    cleaning = [
        asdict(cleaned(house, plan.connection, line.table, line.fates, line.refused))
        for line in lines
    ]
    body = {"lines": [told(line) for line in lines], "left": left, "cleaning": cleaning}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, default=str)
    with house.store.write() as writer:
        migrating.keep_act(writer, number, text)
    return lines


def _left(table: Table) -> dict[str, Any]:
    return {"table": table.name, "rows": table.rows, "why": table.why}


def told(line: Line) -> dict[str, Any]:
    """A line as the act keeps it."""
    body = {**asdict(line), "off": line.off, "holds": line.holds}
    if line.compared is not None:
        held = zip(body["compared"]["periods"], line.compared.periods, strict=True)
        body["compared"]["periods"] = [{**kept, "holds": one.holds} for kept, one in held]
    return body


def digest(text: str) -> str:
    """What a signature is put under: SHA-256 of the act."""
    return hashlib.sha256(text.encode()).hexdigest()


def _line(house: House, plan: Plan, table: Table, *, again: bool) -> Line:
    source = house.source(plan.connection)
    target = house.mapping(plan.connection, table.name).target
    both = compared(house, source, plan.connection, table) if again else None
    now = counted(source, table.name) if isinstance(source, Surveyed) else None
    with house.store.read() as reader:
        every = reconciliation.fates(reader, plan.connection, table.name, target)
        refused = reconciliation.refused_at_the_door(reader, plan.connection, table.name)
        orphans = _orphans(house, reader, plan, table)
    by_fate = dict(every.group_by("fate").len().iter_rows())
    counts = {fate: int(by_fate.get(fate, 0)) for fate in FATES}
    here = sum(count for fate, count in counts.items() if fate != GONE) + refused
    there = now if now is not None else both.rows[0] + refused if both else here
    return Line(table.name, target, there, counts, refused, orphans, both)


def _orphans(house: House, reader: Reader, plan: Plan, table: Table) -> int:
    carried = {one.name: one for one in plan.carried}
    wanted = [r for r in table.references if r.table in carried and len(carried[r.table].key) == 1]
    if not wanted:
        return 0
    rows = landing.latest(house.store, reader, plan.connection, table.name)
    lost = 0
    for one in wanted:
        if one.column not in rows.columns:
            continue
        parents = landing.latest(house.store, reader, plan.connection, one.table)
        key = carried[one.table].key[0]
        values = rows[one.column].drop_nulls()
        values = values.filter(values.str.strip_chars() != "")
        if key in parents.columns:
            lost += values.len() - int(values.is_in(parents[key].drop_nulls().implode()).sum())
    return lost


def sign(store: Store, name: str, place: str, author: str) -> None:
    """Put a signature under the act as it is: `handed` over, or `accepted`, each by another person.

    Unbalanced if the act does not agree, Conflict if it is signed there, or by the same person.
    """
    with store.write() as writer:
        row = migrating.of_name(writer, name)
        if row is None or row.act is None:
            raise ConfigError(
                "Акта ещё нет: составьте его командой kanon migrate act.",
                "There is no act yet: make it by kanon migrate act.",
            )
        if not all(line["holds"] for line in json.loads(row.act)["lines"]):
            raise Unbalanced(
                "Акт не сходится: подписывать его нельзя. Разберите строки с разницей и составьте акт заново.",
                "The act does not agree and must not be signed. Look into the lines that differ and make it anew.",
            )
        mark = digest(row.act)
        _refuse_twice(migrating.signatures(writer, row.id), place, author, mark)
        migrating.sign(writer, row.id, place, author, mark)
        note(writer, Noted(author, "signed", "migration", str(row.id), after={"place": place, "digest": mark}))  # fmt: skip


def _refuse_twice(
    signed: Sequence[migrating.Signature], place: str, author: str, mark: str
) -> None:
    standing = [one for one in signed if one.digest == mark]
    if any(one.place == place for one in standing):
        raise Conflict("Здесь акт уже подписан.", "The act is signed in this place already.")
    if any(one.author == author for one in standing):
        raise Conflict(
            "Один человек не может и сдать, и принять: пусть подпишет другой.",
            "One person cannot both hand over and accept: let another one sign.",
        )
