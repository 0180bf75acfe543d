"""A store with something on every page: invented companies, runs good and bad, a quarantine, a feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from config.telephony import Telephony
from flows.calls.assemble import closed, put_together
from flows.calls.moments import named
from flows.calls.sessions import sessions
from schemas.content import derived_id
from schemas.golden import golden_columns
from schemas.reasons import REASONS
from schemas.records import ENVELOPE, REJECTS, Batch, Cursor, Probe
from simulators.telephony import working_day
from store import (
    Store,
    Writer,
    alerts,
    attention,
    calls,
    consumers,
    corrections,
    feed,
    golden,
    identity,
    landing,
    quarantine,
    runs,
    webhooks,
)
from store.alerts import Finding
from tests.admin.companies import (
    WORDS,
    company,
    frame,
    id_of,
    inn,
    save_companies,
    save_decisions,
    save_pairs,
)
from tests.admin.desk_seed import save_desk
from tests.admin.enquiries_seed import save_enquiries
from tests.admin.goods_seed import save_goods
from tests.admin.migration_seed import save_migration
from tests.support.legs import canonical_events, canonical_legs

# The first call of the day, however many companies there are.
_FIRST = {"switch": ["s"], "linked": [working_day(["89160000000"], 1).calls[0].linkedid]}
CALL = pl.DataFrame(_FIRST).select(derived_id("switch", "linked")).item()


@dataclass(frozen=True)
class Seeded:
    """What a test may rely on."""

    companies: int
    merged_id: str
    survivor_id: str
    party_id: str
    good_run: int
    bad_run: int


def seed(store: Store, companies: int = 60) -> Seeded:
    """Fills an upgraded store; `companies` of them, the last one merged into the first."""
    with store.write() as writer:
        good = _runs(writer, companies)
        bad = _failed_run(writer)
    with store.write() as writer:
        landing_id = _land(writer, good)
    with store.write() as writer:
        save_companies(writer, companies, landing_id)
        save_pairs(writer, companies)
        _quarantine(writer, good)
        feed.publish(writer, good)
    with store.write() as writer:
        save_decisions(writer)
    with store.write() as writer:
        _calls(writer, companies)
        save_enquiries(writer, companies)
        save_goods(writer, companies)
        save_desk(writer)
        _attended(writer)
    with store.write() as writer:
        _merge(writer, companies - 1)
        feed.publish(writer, good)
    with store.write() as writer:
        save_migration(writer)
    with store.write() as writer:
        _subscribers(writer)
    return Seeded(companies - 1, id_of(companies - 1), id_of(0), id_of(1), good, bad)


def _calls(writer: Writer, companies: int) -> None:
    numbers = [f"8916{n:07d}" for n in range(companies)]
    day = working_day(numbers, companies * 2)
    events = canonical_events(day.notes)
    made = put_together(canonical_legs(day.rows), events, Telephony())
    calls.save(writer, closed(made.calls))
    calls.save_stages(writer, made.stages, made.calls["id"])
    calls.save_sessions(writer, sessions(named(events)))


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


def _attended(writer: Writer) -> None:
    """A corrected record, a row put off, a source paused and one that was tried."""
    place = ("erp", "parties", "inn-0", "TAX_REFERENCE")
    edit = pl.DataFrame(
        [(*place, "7707083890", "7707083893")], schema=corrections.EDIT, orient="row"
    )
    corrections.save(writer, edit, "anna.petrova", "по выписке", "0f1e2d3c4b5a")
    until = datetime.now(UTC) + timedelta(days=30)
    quarantine.put_off(writer, [29], "ждём выписку", "anna.petrova", until)
    attention.pause(writer, "shop", "переезд сайта до понедельника", "boris.volkov")
    reached = Probe("reach", True, "Адрес отвечает за 12 мс.", "The address answers in 12 ms.")
    refused = Probe(
        "login",
        False,
        "Логин не принят: проверьте пароль.",
        "The login is refused: check the password.",
    )
    attention.tried(writer, "onec", [reached, refused])
    late = Finding(
        "late",
        "shop",
        "Источник shop опаздывает больше чем на два периода.",
        "Source shop is more than two periods late.",
    )
    alerts.observe(writer, [late], datetime.now(UTC))


def _subscribers(writer: Writer) -> None:
    """Two consumers, and webhooks that work, wait, stand still and were given up."""
    now, secret = datetime.now(UTC), "whsec_" + "A" * 44
    consumers.add(writer, "Битрикс24", 3, "token:Битрикс24")
    consumers.ack(writer, consumers.add(writer, "bi", 0, "token:bi").name, 20)
    for name, entities in (
        ("Сайт", ["legal_entity"]),
        ("Склад", None),
        ("Пауза", None),
        ("Почта", ["contact_point", "contact"]),
    ):
        url = f"https://{len(name)}.example/hooks/kanon"
        webhooks.add(writer, name, url, secret, "boss", entities, 10)
    site, stock, still, mail = webhooks.listing(writer)
    webhooks.accepted(writer, site, 30, 12, now)
    webhooks.failed(writer, stock, 30, "answered", 502, now + timedelta(minutes=5), now)
    webhooks.pause(writer, still.id)
    webhooks.failed(writer, mail, 30, "unreachable", None, None, now)


def _merge(writer: Writer, last: int) -> None:
    identity.save(
        writer,
        pl.DataFrame(
            {
                "id": [id_of(last)],
                "entity": ["legal_entity"],
                "state": ["merged"],
                "survivor_id": [id_of(0)],
                "founder": [f"erp/parties/{last}"],
            }
        ),
    )
    gone = frame([company(last)], golden_columns("legal_entity")).with_columns(
        pl.lit("merged").alias("state")
    )
    golden.save(writer, "legal_entity", gone)
