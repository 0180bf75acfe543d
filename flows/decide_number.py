"""A number set by hand belongs to one company only: who holds it already is named, not overruled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from schemas.errors import Conflict
from store import decisions, exact
from store.engine import Reader

NATIONAL = ("country", "national_number")
_CALLED = {
    "inn": ("ИНН", "INN"),
    "ogrn": ("ОГРН", "OGRN"),
    "country": ("Национальный номер", "National number"),
    "national_number": ("Национальный номер", "National number"),
}


def refuse_held(
    reader: Reader, entity: str, golden_id: str, refs: Sequence[str], field: str, value: str
) -> None:
    """Conflict if another company holds this number, or another unit of the company this KPP.

    Companies are asked for as the gate asks: golden records, what people set, and what waits to be
    matched. `refs` are the records of `golden_id`.
    """
    if entity == "unit" and field == "kpp":
        _refuse_other_unit(reader, golden_id, value)
    if entity != "legal_entity" or field not in _CALLED:
        return
    asked = _numbers(reader, golden_id, refs, field, value)
    held = exact.held(reader, asked)
    for other in held.companies:
        if other["id"] != golden_id:
            raise _held(field, value, f"{other['name'] or '—'} ({other['id']})")
    for row in held.waiting:
        ref = f"{row['connection']}/{row['stream']}/{row['key']}"
        if ref not in refs:
            raise _held(field, value, f"{row['name'] or '—'} ({ref})")


def _held(field: str, value: str, holder: str) -> Conflict:
    ru, en = _CALLED[field]
    return Conflict(
        f"{ru} {value} уже у другой компании: {holder}. Если это одна компания, объедините их; если нет, сверьте номер с выпиской.",
        f"{en} {value} is held by another company: {holder}. If they are one company, merge them; if not, check the number against the register.",
    )


def _refuse_other_unit(reader: Reader, unit_id: str, kpp: str) -> None:
    others = exact.unit_mates(reader, unit_id).filter(kpp=kpp)
    if not others.is_empty():
        raise Conflict(
            f"КПП {kpp} уже у другого подразделения этой компании: {others['id'][0]}. Сверьте КПП с выпиской.",
            f"KPP {kpp} is held by another unit of this company: {others['id'][0]}. Check the KPP against the register.",
        )


def _numbers(
    reader: Reader, golden_id: str, refs: Sequence[str], field: str, value: str
) -> exact.Numbers:
    """What is asked for: the number itself; a national one together with its country."""
    if field not in NATIONAL:
        return exact.Numbers(**{field: value})
    now = exact.entity(reader, golden_id)
    known: Mapping[str, str | None] = now.select(NATIONAL).row(0, named=True) if now.height else {}
    said = decisions.values_in_force(reader).filter(
        pl.col("ref").is_in(refs), pl.col("field").is_in(NATIONAL), entity="legal_entity"
    )
    by_hand = dict(said.sort("decision_id").select("field", "value").iter_rows())
    return exact.Numbers(**{**known, **by_hand, field: value})
