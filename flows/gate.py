"""The gate: search before create (design law 7). A counterparty typed into a form, sent through the API
or offered by an import is cleaned by the same mapping and asked for by the same rules as the bulk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import polars as pl

from config.connections import HUB, PARTIES
from dedup.identity import first_id
from dedup.rules import RULES_VERSION
from dedup.units import kpp_role
from flows.gate_names import names_differ
from flows.hits import Hit, Similar
from flows.house import House
from flows.rule_sets import active
from flows.similar import similar
from schemas.entities import ENVELOPE_FIELDS
from schemas.errors import Conflict, RecordRejected
from schemas.reasons import REASONS
from store import exact
from store.engine import Reader

Verdict = Literal["new", "new_unit", "duplicate", "contradiction"]
Record = Mapping[str, Any]
_ENVELOPE = {*ENVELOPE_FIELDS, "hash"} - {"issues"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gate says of one record: its verdict, and the counterparties it rests on.

    `similar` are companies that a new one may be, likeliest first; they refuse nothing.
    """

    verdict: Verdict
    record: Record
    hits: tuple[Hit, ...] = ()
    similar: tuple[Similar, ...] = ()


class Duplicate(Conflict):
    """The counterparty is there already, or another contradicts it; `answer` says which."""

    def __init__(self, ru: str, en: str, answer: Answer) -> None:
        super().__init__(ru, en)
        self.answer = answer


def cleaned(house: House, fields: Record) -> Record:
    """The canonical record of the typed `fields`; RecordRejected names the field and the cure."""
    found = house.mapping(HUB, PARTIES).apply_one({"_key": "typed", **fields})
    if isinstance(found, RecordRejected):
        raise found
    if not any(found[name] for name in ("name", "full_name", "inn", "ogrn", "national_number")):
        raise RecordRejected("name_missing", "name", "", *REASONS["name_missing"])
    return found


def shown(record: Record) -> Record:
    """What the hub understood of the typed fields, without the envelope."""
    return {name: value for name, value in record.items() if name not in _ENVELOPE and value}


def ask(house: House, fields: Record) -> Answer:
    """Whether a counterparty with these fields is there already; nothing is written."""
    record = cleaned(house, fields)
    with house.store.read() as reader:
        found = answer(reader, record)
        return replace(found, similar=near(reader, record)) if found.verdict == "new" else found


def near(reader: Reader, record: Record) -> tuple[Similar, ...]:
    """The companies a new record may be, by the evidence and the rules that matching goes by."""
    return similar(reader, record, active(reader).model, RULES_VERSION)


def answer(reader: Reader, record: Record, *, besides: str | None = None) -> Answer:
    """The verdict over a cleaned record, seen from `reader`'s transaction.

    `besides` is a record that does not count: the one asked about, if it is stored already.
    """
    asked = exact.Numbers(*(record[name] for name in exact.NUMBERS))
    held = exact.held(reader, asked, record["kpp"])
    found = [_against(record, entity) for entity in held.companies]
    found += [_against_waiting(record, row) for row in held.waiting if _ref(row) != besides]
    for verdict in ("contradiction", "duplicate", "new_unit"):
        hits = tuple(dict.fromkeys(hit for kind, hit in found if kind == verdict))
        if hits and verdict == "duplicate" and record["name_core"]:
            same = [hit.id for hit in hits if hit.inn == record["inn"]]
            if record["inn"] and names_differ(reader, record, same, held.waiting, besides):
                return Answer("contradiction", record, tuple(map(_misnamed, hits)))
        if hits:
            return Answer(verdict, record, hits)
    return Answer("new", record)


def _misnamed(hit: Hit) -> Hit:
    ru, en = _WHY["names_differ"]
    return replace(hit, rule="names_differ", why_ru=ru, why_en=en)


def _against(record: Record, entity: Record) -> tuple[Verdict, Hit]:
    contradicted = _contradiction(record, entity)
    if contradicted:
        return "contradiction", _hit(entity, entity["id"], contradicted)
    if not record["kpp"]:
        return "duplicate", _hit(entity, entity["id"], _same(record, entity))
    if entity["has_unit"] or not entity["has_kpp"] or _is_alias(record["kpp"]):
        rule = "R1" if entity["has_unit"] else _same(record, entity)
        return "duplicate", _hit(entity, entity["id"], rule)
    return "new_unit", _hit(entity, entity["id"], "R4")


def _against_waiting(record: Record, row: Record) -> tuple[Verdict, Hit]:
    """A record stored a moment ago has no identity yet, but the id it will found is known."""
    ref = _ref(row)
    contradicted = _contradiction(record, row)
    if contradicted:
        return "contradiction", _hit(row, first_id("legal_entity", ref), contradicted)
    other_unit = record["kpp"] and row["kpp"] and record["kpp"] != row["kpp"]
    if other_unit and not _is_alias(record["kpp"]):
        return "new_unit", _hit(row, first_id("legal_entity", ref), "R4")
    return "duplicate", _hit(row, first_id("legal_entity", ref), _same(record, row))


def _ref(row: Record) -> str:
    return f"{row['connection']}/{row['stream']}/{row['key']}"


def _contradiction(record: Record, other: Record) -> str:
    """R6: one number is the same and the other is not."""
    if record["inn"] and other["inn"] and record["inn"] != other["inn"]:
        same_ogrn = record["ogrn"] and record["ogrn"] == other["ogrn"]
        return "ogrn_with_two_inn" if same_ogrn else "number_with_two_inn"
    both = record["ogrn"] and other["ogrn"] and record["ogrn"] != other["ogrn"]
    # A sole trader's OGRNIP changes when he registers again (R5); a company's OGRN never does.
    return "inn_with_two_ogrn" if both and len(record["inn"] or "") == 10 else ""


def _same(record: Record, other: Record) -> str:
    if record["inn"] and record["inn"] == other["inn"]:
        return "R5" if len(record["inn"]) == 12 else "R3"
    return "R2" if record["ogrn"] and record["ogrn"] == other["ogrn"] else "national_number"


def _is_alias(kpp: str) -> bool:
    """The second KPP of a largest taxpayer's head office is no unit of its own."""
    return bool(pl.select(kpp_role(pl.lit(kpp)) == "largest_taxpayer").item())


_WHY = {
    "R1": ("те же ИНН и КПП", "the same INN and KPP"),
    "R2": ("тот же ОГРН", "the same OGRN"),
    "R3": ("тот же ИНН", "the same INN"),
    "R4": ("тот же ИНН, другой КПП: новое подразделение", "the same INN, another KPP: a new unit"),
    "R5": ("тот же ИНН физического лица", "the same INN of a person"),
    "national_number": (
        "тот же национальный номер",
        "the same national number",
    ),
    "ogrn_with_two_inn": ("тот же ОГРН, но другой ИНН", "the same OGRN, but another INN"),
    "number_with_two_inn": (
        "тот же национальный номер, но другой ИНН",
        "the same national number, but another INN",
    ),
    "names_differ": ("тот же ИНН, но другое имя", "the same INN, but another name"),
    "inn_with_two_ogrn": ("тот же ИНН, но другой ОГРН", "the same INN, but another OGRN"),
}


def _hit(row: Record, golden_id: str, rule: str) -> Hit:
    ru, en = _WHY[rule]
    return Hit(golden_id, row["name"], row["inn"], row["ogrn"], rule, ru, en)
