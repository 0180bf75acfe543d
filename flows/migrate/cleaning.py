"""What cleaning did to a table on its way: step after step, rows in, rows touched and rows out.

The steps stand in the order records go through them: what has no key is refused at the door, what the
mapping passes over or refuses stays behind, values are repaired, names go through the pipeline of handbook
2.5, and records of one company are joined. Which rules these were is told by the version of the mapping,
which changes with its text and with the cleaning functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import polars as pl

from flows.house import House
from mappings.functions.names import count_steps
from mappings.spec import MappingSpec
from store import landing, reconciliation
from store.engine import Reader

Kind = Literal["door", "passed_over", "refused", "repaired", "name", "joined"]
_NAMES = {"party": ("name", "full_name")}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: rows before it, rows it refused, changed or joined, rows after it.

    `code` is a reason, `field:code` of a repair, or the name of a step of the pipeline of names, which has
    words of its own in `ru` and `en`.
    """

    kind: Kind
    code: str
    rows_in: int
    touched: int
    rows_out: int
    ru: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The steps of one table, and the version of the mapping they belong to."""

    table: str
    version: str
    steps: tuple[Step, ...]


def cleaned(
    house: House, connection: str, stream: str, fates: dict[str, int], refused: int
) -> Cleaned:
    """The steps of one table, of whose records became `fates`, and of which `refused` never landed."""
    mapping = house.mapping(connection, stream)
    alive = sum(count for fate, count in fates.items() if fate != reconciliation.GONE)
    with house.store.read() as reader:
        reasons = reconciliation.refusals(reader, connection, stream, mapping.target)
        steps = [
            *_lost(alive + refused, refused, fates, reasons),
            *_repaired(reader, connection, stream, mapping.target),
            *_named(house, reader, connection, mapping.spec),
        ]
    told = fates[reconciliation.LOADED] + fates[reconciliation.MERGED]
    joined = Step("joined", "", told, fates[reconciliation.MERGED], fates[reconciliation.LOADED])
    return Cleaned(stream, mapping.version, (*steps, joined))


def _lost(
    rows: int, door: int, fates: dict[str, int], reasons: list[tuple[str, int]]
) -> Iterator[Step]:
    """The steps that leave rows behind, each counted on what the one before let through."""
    lost: list[tuple[Kind, str, int]] = [
        ("door", "", door),
        ("passed_over", "", fates[reconciliation.SKIPPED]),
        *(("refused", reason, count) for reason, count in reasons),
    ]
    for kind, code, count in lost:
        if count:
            yield Step(kind, code, rows, count, rows - count)
            rows -= count


def _repaired(reader: Reader, connection: str, stream: str, target: str) -> Iterator[Step]:
    rows, issues = reconciliation.repairs(reader, connection, stream, target)
    for code, count in issues:
        yield Step("repaired", code, rows, count, rows)


def _named(house: House, reader: Reader, connection: str, spec: MappingSpec) -> Iterator[Step]:
    """The pipeline of names over the names as they landed; none where they come from another table."""
    fields = [spec.fields[name] for name in _NAMES.get(spec.target, ()) if name in spec.fields]
    if not fields:
        return
    rows = landing.latest(house.store, reader, connection, spec.stream)
    own = [name for name in fields[0].sources if name in rows.columns]
    if not own:
        return
    names = rows.select(name=pl.coalesce(pl.col(own).cast(pl.String))).drop_nulls()
    for step, ru, en, touched in count_steps(names).iter_rows():
        if touched:
            yield Step("name", step, names.height, touched, names.height, ru, en)
