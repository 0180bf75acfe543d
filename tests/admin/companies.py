"""Invented companies for the pages: golden records with their parts, source records, links, doubtful pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from schemas import entities
from schemas.content import content_hash
from schemas.decisions import Author, Judgement
from schemas.golden import golden_columns
from store import Writer, canonical, decisions, golden, identity

CITIES = ("Тула", "Пермь", "Казань", "Омск", "Липецк")
WORDS = ("Вектор", "Горизонт", "Уралнасос", "Кабельсбыт", "Метизы", "Электрощит", "Ёлка и партнёры")
FORMS = ("ООО", "АО", "ПАО")
PEOPLE = ("Ильин Олег Романович", "Кузнецова Анна Петровна", "Ёжиков Пётр Ильич")
ERP, ONEC = ("erp", "parties", "{}"), ("onec", "Catalog_Контрагенты", "{:04d}")
MOVED = ("R4", "normal", "two_heads", None)
DOUBTS: tuple[tuple[str, str, str, float | None], ...] = (
    ("V1", "high", "source_joins_two_inn", None),
    ("R1", "normal", "names_differ", None),
    ("R3", "low", "unit_open", None),
    MOVED,
    ("R8", "normal", "name_alone", 0.62),
    ("R8", "normal", "name_and_contacts", 0.981),
    ("R7", "normal", "claimed_inn", 0.84),
)
HOW = {"rule": pl.String, "reason": pl.String, "score": pl.Float64}
# How the record of 1C came to its company, by the number of the company.
FOUND = (("R1", None, 1.0), ("R8", "name_and_contacts", 0.9973), ("decided", "decided", 1.0))


def id_of(number: int) -> str:
    """A golden id."""
    return f"00000000-0000-4000-8000-{number:012d}"


def contact_id(number: int) -> str:
    """The golden id of the person who acts for a company of an odd number."""
    return id_of(2 * 10**6 + number)


def inn(number: int) -> str:
    """A ten-digit INN with a correct check digit."""
    digits = f"77{number:07d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return digits + str(sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 % 10)


def kpp(number: int) -> str:
    """A KPP of a head office."""
    return f"7701{number:05d}"


def company(number: int) -> dict[str, Any]:
    """The golden company of a number."""
    name = f"{FORMS[number % 3]} «{WORDS[number % 7]} {number}»"
    return {
        "id": id_of(number),
        "sources": [f"erp/parties/{number}", f"onec/Catalog_Контрагенты/{number:04d}"],
        "kind": "organization",
        "name": name,
        "full_name": f"Общество с ограниченной ответственностью «{WORDS[number % 7]} {number}»",
        "legal_form": FORMS[number % 3],
        "name_core": f"{WORDS[number % 7]} {number}".lower(),
        "inn": inn(number),
        "ogrn": f"10277{number:08d}",
        "country": "RU",
        "legal_address": f"г {CITIES[number % 5]}, ул Заводская, д {number}, корп 2, помещение 14",
        "region": "71",
        "status": "inactive" if number % 9 == 0 else "active",
    }


def frame(rows: list[dict[str, Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    """Rows as a frame of these columns; what a row leaves out is null, what is no column is left out."""
    return pl.DataFrame(
        [{name: row.get(name) for name in schema} for row in rows], schema=dict(schema)
    )


def save_companies(writer: Writer, companies: int, landing_id: int) -> None:
    """That many companies with all that hangs on them."""
    rows = [company(n) for n in range(companies)]
    _golden(writer, "legal_entity", rows)
    _golden(writer, "unit", [_unit(n) for n in range(companies)])
    _golden(writer, "contact", [_contact(n) for n in range(1, companies, 2)])
    _golden(writer, "contact_point", _points(companies))
    _golden(writer, "address", [_address(n) for n in range(companies)])
    _records(writer, rows, landing_id)
    identity.save(writer, _identities(rows))


def _golden(writer: Writer, entity: str, rows: list[dict[str, Any]]) -> None:
    golden.save(
        writer, entity, frame([{"sources": [], **row} for row in rows], golden_columns(entity))
    )


def _unit(number: int) -> dict[str, Any]:
    row = company(number)
    return {
        "id": id_of(10**6 + number),
        "legal_entity_id": row["id"],
        "role": "head",
        "kpp": kpp(number),
        "name": row["name"],
        "actual_address": row["legal_address"],
    }


def _contact(number: int) -> dict[str, Any]:
    return {
        "id": contact_id(number),
        "legal_entity_id": id_of(number),
        "name": PEOPLE[number % 3],
        "position": "Главный бухгалтер",
    }


def _points(companies: int) -> list[dict[str, Any]]:
    points = [("legal_entity", id_of(n), "phone", f"+7495{n:07d}") for n in range(companies)]
    for n in range(1, companies, 2):
        points.append(("contact", contact_id(n), "email", f"buh{n}@vector.example"))
        points.append(("contact", contact_id(n), "phone", f"+7916{n:07d}"))
    points.append(("legal_entity", id_of(1), "web", "https://vector.example"))
    names = ("owner", "owner_id", "kind", "value")
    return [
        {"id": id_of(3 * 10**6 + i), **dict(zip(names, point, strict=True))}
        for i, point in enumerate(points)
    ]


def _address(number: int) -> dict[str, Any]:
    return {
        "id": id_of(4 * 10**6 + number),
        "legal_entity_id": id_of(number),
        "kind": "legal",
        "text": company(number)["legal_address"],
    }


def _identities(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "id": [row["id"] for row in rows],
            "entity": "legal_entity",
            "state": "active",
            "survivor_id": None,
            "founder": [row["sources"][0] for row in rows],
        },
        schema_overrides={"survivor_id": pl.String},
    )


def _party(
    row: dict[str, Any], number: int, place: tuple[str, str, str], landing_id: int
) -> dict[str, Any]:
    connection, stream, key = place
    return {
        **row,
        "connection": connection,
        "stream": stream,
        "key": key.format(number),
        "deleted": False,
        "landing_id": landing_id if connection == "erp" else 0,
        "landing_row": number % 60,
        "mapping_version": "1",
        "issues": ["inn:lost_zero"] if number % 5 == 1 else [],
        "kpp": kpp(number),
        "qualifiers": [],
        "flags": [],
        "phones": [f"+7495{number:07d}"],
        "emails": [],
    }


def _records(writer: Writer, rows: list[dict[str, Any]], landing_id: int) -> None:
    party = [
        _party(row, n, place, landing_id) for place in (ERP, ONEC) for n, row in enumerate(rows)
    ]
    records = frame(party, entities.columns("party"))
    content = content_hash(records.schema, entities.content_columns("party"))
    canonical.save(writer, "party", records.with_columns(content.alias("hash")))
    found = [FOUND[0]] * len(rows) + [FOUND[n % len(FOUND)] for n in range(len(rows))]
    links = records.select(
        "connection",
        "stream",
        "key",
        pl.Series("golden_id", [row["id"] for row in rows] * 2),
        pl.lit(None, pl.String).alias("unit_id"),
        pl.DataFrame(found, HOW, orient="row").to_struct().alias("how"),
    ).unnest("how")
    identity.save_links(writer, "party", links)


def save_decisions(writer: Writer) -> None:
    """Of company 1: joined by a person, a phone set, and a judgement that was taken back."""
    erp, onec = "erp/parties/1", "onec/Catalog_Контрагенты/0001"
    person = Author("Ильина", reason="подтвердил бухгалтер по телефону")
    judged = [
        Judgement("same", (erp,), (onec,), "same"),
        Judgement("value", (erp, onec), field="phones", value="+74950000101", act=1),
        Judgement("different", (onec,), ("erp/parties/2",), "different", act=2),
    ]
    ids = decisions.decide(writer, judged, person)
    decisions.withdraw(writer, ids[2:], Author("Кузнецова"))


def save_pairs(writer: Writer, companies: int) -> None:
    """A doubtful pair per company but the first and the last: its record and its neighbour's; many moved."""
    rows = [_pair(n) for n in range(1, companies - 1)]
    schema = {"score": pl.Float64}
    identity.save_pairs(writer, "party", pl.DataFrame(rows, schema_overrides=schema))


def _pair(number: int) -> dict[str, str | float | None]:
    rule, severity, reason, score = DOUBTS[number % len(DOUBTS)] if number % 3 else MOVED
    pair: dict[str, str | float | None] = {
        "rule": rule, "severity": severity, "reason": reason, "score": score,
    }  # fmt: skip
    for side, (connection, stream, key), n in (("left", ERP, number), ("right", ONEC, number + 1)):
        record = {"connection": connection, "stream": stream, "key": key.format(n)}
        pair |= {f"{side}_{name}": value for name, value in record.items()}
    return pair
