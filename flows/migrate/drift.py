"""What changed at the source since its profile: a plan over another base must not be run unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from config.migration import Plan, Table
from connectors.base import Counted, Source, Surveyed
from flows.migrate.survey import survey
from schemas.errors import ConfigError

GROWN = 0.1  # share by which rows may differ before it is told
_LOOKED = 100


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that is not as the plan says. `grave`: the plan cannot be run as it is."""

    table: str
    grave: bool
    ru: str
    en: str


def drift(plan: Plan, source: Source) -> list[Drift]:
    """What is no more as it was: tables and columns gone or new, rows more or fewer, a clock set back."""
    found = _clock(plan, source)
    offered = {seen.name: seen for seen in survey(source, _LOOKED, 10.0)}
    for table in plan.carried:
        if table.name not in offered:
            gone = ("таблицы больше нет", "the table is gone")
            found.append(Drift(table.name, True, *gone))
            continue
        seen = offered[table.name]
        if seen.fault is not None:
            found.append(Drift(table.name, True, seen.fault.ru, seen.fault.en))
        elif seen.frame.height:
            found += _columns(table, seen.frame.columns)
        found += _rows(table, seen.rows)
    known = {table.name for table in plan.tables}
    for name in sorted(offered.keys() - known):
        new = ("появилась после профиля и не переносится", "is new since the profile, not carried")
        found.append(Drift(name, False, *new))
    return found


def refuse_if_grave(found: Sequence[Drift]) -> None:
    """ConfigError naming what keeps the plan from being run."""
    grave = [one for one in found if one.grave]
    if grave:
        ru = "; ".join(f"{one.table}: {one.ru}" for one in grave)
        en = "; ".join(f"{one.table}: {one.en}" for one in grave)
        raise ConfigError(
            f"Источник уже не тот, по которому составлен план. {ru}. Ничего не загружено: снимите профиль заново и сверьте план.",
            f"The source is no more what the plan was made for. {en}. Nothing was loaded: profile anew and compare the plan.",
        )


def _clock(plan: Plan, source: Source) -> list[Drift]:
    now = source.clock() if isinstance(source, Surveyed) else datetime.now(UTC)
    if plan.profiled is None or now.date() >= plan.profiled:
        return []
    told = f"{plan.profiled:%Y-%m-%d}", f"{now:%Y-%m-%d}"
    return [
        Drift(
            plan.connection,
            True,
            f"часы отстали: профиль снят {told[0]}, а сейчас {told[1]}",
            f"the clock went back: profiled on {told[0]}, and now it is {told[1]}",
        )
    ]


def _columns(table: Table, columns: Sequence[str]) -> list[Drift]:
    gone = [name for name in table.columns if name not in columns]
    new = [name for name in columns if name not in table.columns]
    told = []
    if table.columns and gone:
        named = ", ".join(gone)
        told.append(Drift(table.name, True, f"нет столбцов {named}", f"lacks columns {named}"))
    if table.columns and new:
        named = ", ".join(new)
        told.append(Drift(table.name, False, f"новые столбцы {named}", f"has new columns {named}"))
    return told


def _rows(table: Table, rows: int | None) -> list[Drift]:
    if rows is None or table.rows is None or abs(rows - table.rows) <= GROWN * max(table.rows, 10):
        return []
    return [
        Drift(
            table.name,
            rows == 0,
            f"было строк {table.rows}, стало {rows}",
            f"had {table.rows} rows, has {rows}",
        )
    ]


def counted(source: Source, stream: str) -> int | None:
    """How many rows a stream has now, None if the source cannot tell."""
    return source.count(stream, None, source.clock()) if isinstance(source, Counted) else None
