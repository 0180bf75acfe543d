"""A store with something on every page: invented companies, runs good and bad, a quarantine, a feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from schemas import entities
from schemas.content import content_hash
from schemas.golden import golden_columns
from schemas.reasons import REASONS
from schemas.records import ENVELOPE, REJECTS, Batch, Cursor
from store import Store, Writer, canonical, feed, golden, identity, landing, quarantine, runs

CITIES = ("Тула", "Пермь", "Казань", "Омск", "Липецк")
WORDS = ("Вектор", "Горизонт", "Уралнасос", "Кабельсбыт", "Метизы", "Электрощит", "Ёлка и партнёры")
FORMS = ("ООО", "АО", "ПАО")


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def inn(number: int) -> str:
    """A ten-digit INN with a correct check digit."""
    digits = f"77{number:07d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return digits + str(sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 % 10)


@dataclass(frozen=True)
class Seeded:
    """What a test may rely on."""

    companies: int
    merged_id: str
    survivor_id: str
    party_id: str
    good_run: int
    bad_run: int


def company(number: int) -> dict[str, Any]:
    """The golden company of a number."""
    name = f"{FORMS[number % 3]} «{WORDS[number % 7]} {number}»"
    return {
        "id": _id(number),
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


def _frame(rows: list[dict[str, Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(
        [{name: row.get(name) for name in schema} for row in rows], schema=dict(schema)
    )


def _golden(writer: Writer, entity: str, rows: list[dict[str, Any]]) -> None:
    golden.save(writer, entity, _frame(rows, golden_columns(entity)))


def seed(store: Store, companies: int = 60) -> Seeded:
    """Fills an upgraded store; `companies` of them, the last one merged into the first."""
    with store.write() as writer:
        good = _runs(writer, companies)
        bad = _failed_run(writer)
    with store.write() as writer:
        landing_id = _land(writer, good)
    with store.write() as writer:
        _companies(writer, companies, landing_id)
        _quarantine(writer, good)
        feed.publish(writer, good)
    with store.write() as writer:
        _merge(writer, companies - 1)
        feed.publish(writer, good)
    return Seeded(companies - 1, _id(companies - 1), _id(0), _id(1), good, bad)


def _runs(writer: Writer, companies: int) -> int:
    now = datetime.now(UTC)
    run_id = 0
    for i in range(28, 0, -1):
        started = now - timedelta(minutes=30 * i)
        run_id = runs.start(writer, "sync", "erp", now=started)
        rows = companies * (2 + i % 5)
        runs.count(
            writer,
            run_id,
            "extract",
            "erp",
            "parties",
            received=rows,
            landed=companies,
            unchanged=rows - companies - 2,
            quarantined=2,
        )
        runs.count(
            writer,
            run_id,
            "map",
            "erp",
            "parties",
            read=companies,
            canonical=companies - 3,
            quarantined=3,
        )
        runs.count(
            writer, run_id, "match", "erp", "parties", read=companies - 3, linked=companies - 3
        )
        runs.finish(writer, run_id, "succeeded", now=started + timedelta(seconds=7 * i))
    runs.note_stream(writer, "erp", "parties", run_id, companies, timedelta(minutes=4))
    runs.note_stream(writer, "erp", "site_uses", run_id, 17, timedelta(minutes=9))
    return run_id


def _failed_run(writer: Writer) -> int:
    from schemas.errors import Refused

    run_id = runs.start(writer, "sync", "onec")
    runs.count(writer, run_id, "extract", "onec", "Catalog_Контрагенты", received=500, landed=497)
    error = Refused(
        "1С не принимает логин: проверьте пароль в настройках.",
        "1C refuses the login: check the password.",
    )
    runs.finish(writer, run_id, "failed", error)
    runs.note_stream(writer, "onec", "Catalog_Контрагенты", run_id, 497)
    return run_id


def _land(writer: Writer, run_id: int) -> int:
    rows = [
        {
            "_key": str(n),
            "_changed_at": datetime(2026, 11, 1, tzinfo=UTC),
            "_deleted": False,
            "PARTY_NAME": f'OOO "{WORDS[n % 7].upper()} {n}"',
            "TAX_REFERENCE": f" {inn(n)} ",
        }
        for n in range(60)
    ]
    schema = {**ENVELOPE, "PARTY_NAME": pl.String(), "TAX_REFERENCE": pl.String()}
    batch = Batch("parties", pl.DataFrame(rows, schema=schema), Cursor({"at": "2026-11-01"}))
    landed = landing.land(writer, "erp", run_id, [batch])
    return landed.batch_ids[0]


def _companies(writer: Writer, companies: int, landing_id: int) -> None:
    rows = [company(n) for n in range(companies)]
    _golden(writer, "legal_entity", rows)
    _golden(
        writer,
        "unit",
        [
            {
                "id": _id(10**6 + n),
                "sources": [],
                "legal_entity_id": _id(n),
                "role": "head",
                "kpp": f"7701{n:05d}"[:9],
                "name": row["name"],
                "actual_address": row["legal_address"],
            }
            for n, row in enumerate(rows)
        ],
    )
    _golden(
        writer,
        "contact",
        [
            {
                "id": _id(2 * 10**6),
                "sources": [],
                "legal_entity_id": _id(1),
                "name": "Кузнецова Анна Петровна",
                "position": "Главный бухгалтер",
            }
        ],
    )
    points = [("legal_entity", _id(n), "phone", f"+7495{n:07d}") for n in range(companies)]
    points += [
        ("contact", _id(2 * 10**6), "email", "a.kuznetsova@vector.example"),
        ("legal_entity", _id(1), "web", "https://vector.example"),
    ]
    _golden(
        writer,
        "contact_point",
        [
            {
                "id": _id(3 * 10**6 + i),
                "sources": [],
                "owner": o,
                "owner_id": w,
                "kind": k,
                "value": v,
            }
            for i, (o, w, k, v) in enumerate(points)
        ],
    )
    _golden(
        writer,
        "address",
        [
            {
                "id": _id(4 * 10**6 + n),
                "sources": [],
                "legal_entity_id": _id(n),
                "kind": "legal",
                "text": row["legal_address"],
            }
            for n, row in enumerate(rows)
        ],
    )
    _records(writer, rows, landing_id)
    identity.save(
        writer,
        pl.DataFrame(
            {
                "id": [r["id"] for r in rows],
                "entity": "legal_entity",
                "state": "active",
                "survivor_id": None,
                "founder": [r["sources"][0] for r in rows],
            },
            schema_overrides={"survivor_id": pl.String},
        ),
    )


def _records(writer: Writer, rows: list[dict[str, Any]], landing_id: int) -> None:
    schema = entities.columns("party")
    places = (("erp", "parties", "{}"), ("onec", "Catalog_Контрагенты", "{:04d}"))
    party = [
        {
            **row,
            "connection": c,
            "stream": s,
            "key": k.format(n),
            "deleted": False,
            "landing_id": landing_id if c == "erp" else 0,
            "landing_row": n % 60,
            "mapping_version": "1",
            "issues": ["inn:lost_zero"] if n % 5 == 1 else [],
            "qualifiers": [],
            "flags": [],
            "phones": [f"+7495{n:07d}"],
            "emails": [],
        }
        for c, s, k in places
        for n, row in enumerate(rows)
    ]
    frame = _frame(party, schema)
    canonical.save(
        writer,
        "party",
        frame.with_columns(
            content_hash(frame.schema, entities.content_columns("party")).alias("hash")
        ),
    )
    links = frame.select(
        "connection",
        "stream",
        "key",
        pl.Series("golden_id", [r["id"] for r in rows] * 2),
        pl.lit(None, pl.String).alias("unit_id"),
        pl.lit("inn_kpp").alias("rule"),
    )
    identity.save_links(writer, "party", links)


def _quarantine(writer: Writer, run_id: int) -> None:
    spread = (
        ("inn_checksum", "TAX_REFERENCE", 9),
        ("phone_invalid", "PHONE_NUMBER", 4),
        ("name_missing", "PARTY_NAME", 2),
    )
    for connection, stream in (("erp", "parties"), ("onec", "Catalog_Контрагенты")):
        rows = [
            {
                "key": f"{reason[:3]}-{i}",
                "reason": reason,
                "field": field,
                "value": f"770708389{i}",
                "message_ru": REASONS[reason][0],
                "message_en": REASONS[reason][1],
                "payload": f'{{"PARTY_ID": {i}, "PARTY_NAME": "ООО <b>Вега</b>", "TAX_REFERENCE": "770708389{i}", "PHONE_NUMBER": null}}',
            }
            for reason, field, count in spread
            for i in range(count)
        ]
        quarantine.put(
            writer,
            quarantine.Place("map", connection, stream),
            pl.DataFrame(rows, schema=dict(REJECTS)),
            run_id=run_id,
        )


def _merge(writer: Writer, last: int) -> None:
    identity.save(
        writer,
        pl.DataFrame(
            {
                "id": [_id(last)],
                "entity": ["legal_entity"],
                "state": ["merged"],
                "survivor_id": [_id(0)],
                "founder": [f"erp/parties/{last}"],
            }
        ),
    )
    gone = _frame([company(last)], golden_columns("legal_entity")).with_columns(
        pl.lit("merged").alias("state")
    )
    golden.save(writer, "legal_entity", gone)
