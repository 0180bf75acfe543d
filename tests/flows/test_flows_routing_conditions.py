"""Every condition and every target of the routing table, and what stands behind segment and volume."""

from __future__ import annotations

from typing import Any, get_args

import polars as pl
import pytest

from config.routing import TARGETS, Condition, Line, Target, TargetKind
from flows.decide import set_value
from flows.enquiries.language import language_of
from flows.enquiries.routing import Staff, routed
from mappings.load import load_mapping
from schemas.errors import ConfigError
from store import canonical
from store.views import contracts
from tests.flows.judged import Judged
from tests.flows.test_flows_routing import REST, facts, staff, table, take
from tests.support.filled import HubOf
from tests.support.messages import message
from tests.support.records import canonical_records

# Condition: what a line asks, an enquiry that fits by what, one that does not.
ASKED: dict[str, tuple[list[str], tuple[str, str], str | None]] = {
    "channel": (["form", "email"], ("email", "email"), "telegram"),
    "topic": (["claim"], ("claim", "claim"), "unsure"),
    "box": (["Sales"], ("sales", "sales"), "info"),
    "source": (["yandex"], ("Yandex", "Yandex"), None),
    "inn": (["7707083893"], ("7707083893", "7707083893"), "7728168971"),
    "region": (["77", "78"], ("78", "78"), "50"),
    "kind": (["budget"], ("budget", "budget"), "commercial"),
    "known": (["yes"], ("yes", "yes"), "no"),
    "owned": (["no"], ("no", "no"), "yes"),
    "hours": (["outside"], ("outside", "outside"), "working"),
    "weekday": (["sat", "sun"], ("sun", "sun"), "mon"),
    "language": (["en", "other"], ("en", "en"), "ru"),
    "segment": (["vip"], ("VIP", "VIP"), None),
    "volume": ([">=1 млн"], ("1500000", "1500000"), "900000"),
}
POOLS = {"department: Сбыт": ["anna", "boris"], "group: Сбыт": ["vera"]}


@pytest.mark.parametrize("name", get_args(Condition))
def test_each_condition_sends_what_fits_and_lets_the_rest_go_on(name: str) -> None:
    if name == "words":
        rows, said = ({"text": "Нужен тендер"}, {"text": "Нужна труба"}), "words: тендер"
        asked = ["тендер"]
    elif name == "contract":
        rows, said = ({name: ["АО", "ООО «Урал»"]}, {name: ["АО"]}), "contract: ООО «Урал»"
        asked = ["ооо «урал»", "Другая"]
    else:
        asked, (fits, found), misses = ASKED[name]
        rows, said = ({name: fits}, {name: misses}), f"{name}: {found}"
    line = Line(when={name: asked}, to=Target(kind="queue", name="Свои"))  # type: ignore[dict-item]  # each of them
    rest = Line(to=Target(kind="queue", name="Все"))
    told = routed(facts(*rows), table(REST).model_copy(update={"lines": [line, rest]}), staff({}))
    assert told["unit"].to_list() == ["Свои", "Все"]
    assert told["why"].to_list() == [[said], []]


@pytest.mark.parametrize(
    ("kind", "name", "sent"),
    [
        ("queue", "Сбыт", (None, "Сбыт", "queue: Сбыт")),
        ("department", "Сбыт", ("boris", "Сбыт", "department: Сбыт")),
        ("group", "Сбыт", ("vera", "Сбыт", "group: Сбыт")),
        ("employee", "gleb", ("gleb", None, "employee: gleb")),
        ("owner", None, ("dina", None, "owner: dina")),
    ],
)
def test_each_target_gets_it(
    kind: TargetKind, name: str | None, sent: tuple[str | None, str | None, str]
) -> None:
    told = _sent(kind, name, gone=())
    assert (told["owner"], told["unit"], told["target"], told["line"]) == (*sent, 1)


@pytest.mark.parametrize(
    ("kind", "name"), [("department", "Нет"), ("group", "Нет"), ("employee", "gleb"), ("owner", None)]
)  # fmt: skip
def test_a_target_without_anybody_at_work_is_passed(kind: TargetKind, name: str | None) -> None:
    told = _sent(kind, name, gone=("gleb", "dina"))
    assert (told["line"], told["unit"], told["why"]) == (2, "Продажи", ["passed: 1"])


def test_every_target_is_tested() -> None:
    assert set(TARGETS) == {"queue", "department", "group", "employee", "owner"}


def _sent(kind: TargetKind, name: str | None, gone: tuple[str, ...]) -> dict[str, Any]:
    people = staff({"anna": 3, "boris": 1}, gone)
    members = [(pool, who) for pool, names in POOLS.items() for who in names]
    pools = pl.DataFrame(members, schema=people.members.schema, orient="row")
    asked = Staff(pools, people.gone, people.load)
    lines = [Line(to=Target(kind=kind, name=name)), *table(REST).lines]
    row = facts({"owner": "dina", "owned": "yes"})
    return routed(row, table(REST).model_copy(update={"lines": lines}), asked).row(0, named=True)


@pytest.mark.parametrize("value", ["1 млн", "много", ">= 5 тонн"])
def test_a_threshold_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ConfigError):
        table(f"{{when: {{volume: ['{value}']}}, to: {{kind: owner}}}}")


VIP, PLAN, NOBODY = "7707083893", "7728168971", "5000000000"


def clients(judged: Judged) -> None:
    judged.put(
        {"key": "a", "name": "ООО «Вектор»", "inn": VIP, "segment": "VIP"},
        {"key": "b", "name": "ООО «Альтаир»", "inn": PLAN, "planned_volume": "400000"},
    )


LINES = """
lines:
  - {when: {segment: [vip]}, to: {kind: queue, name: Ключевые}}
  - {when: {volume: ['>=1 млн']}, to: {kind: queue, name: Крупные}}
  - {when: {}, to: {kind: queue, name: Продажи}}
"""


def test_segment_and_volume_come_from_sources_people_and_the_letter(hub_of: HubOf) -> None:
    hub = hub_of(clients)
    (hub.house.settings.config_dir / "routing.yaml").write_text(LINES, encoding="utf-8")
    first = take(
        hub.house,
        message(1, 0, thread="1", body="Нужна труба", inn=VIP),
        message(2, 1, thread="2", body="Нужна труба", inn=PLAN),
        message(3, 2, thread="3", body="Нужна труба, закупаем на 200 тыс. руб. в месяц", inn=PLAN),
        message(4, 3, thread="4", body="Нужна труба", channel="form", planned_volume="7000000"),
    )
    assert {name: row["unit"] for name, row in first.items()} == {
        "1": "Ключевые", "2": "Продажи", "3": "Крупные", "4": "Крупные",
    }  # fmt: skip
    assert first["1"]["route_why"] == ["segment: VIP"]
    assert first["3"]["route_why"] == ["volume: 2400000"]
    assert [first[n]["planned_volume"] for n in "234"] == [None, "2400000", "7000000"]
    plan = hub.of("b")
    set_value(hub.house, plan, "planned_volume", "3 млн руб.", "anna")
    set_value(hub.house, hub.of("a"), "segment", "Розница", "anna")
    later = take(
        hub.house,
        message(5, 9, thread="5", body="Нужна труба", inn=PLAN),
        message(6, 9, thread="6", body="Нужна труба", inn=VIP),
    )
    assert (later["5"]["unit"], later["5"]["route_why"]) == ("Крупные", ["volume: 3000000"])
    assert later["6"]["unit"] == "Продажи"


CONTRACTS = "Catalog_ДоговорыКонтрагентов"


def contracted(judged: Judged) -> None:
    judged.put(
        {"key": "a", "name": "ООО «Вектор»", "inn": VIP},
        {"key": "b", "name": "ООО «Альтаир»", "inn": PLAN},
    )
    with judged.store.write() as writer:
        told = [
            ("1", "a", "ООО «Урал»", "open", "600000", None),
            ("2", "a", "АО «Сбыт»", "closed", "9000000", None),
            ("3", "b", "АО «Сбыт»", "open", "700000", "RUB"),
            ("4", "b", "АО «Сбыт»", "open", "500000.5", "RUB"),
            ("5", "b", "ООО «Экспорт»", "open", "9000000", "USD"),
        ]
        rows = [
            {
                "stream": CONTRACTS, "key": key, "number": f"{key}/К", "party_key": f"parties:{of}",
                "our_unit": ours, "stage": stage, "amount": amount, "currency": currency,
            }
            for key, of, ours, stage, amount, currency in told
        ]  # fmt: skip
        canonical.save(writer, "contract", canonical_records("contract", rows))


HOLDERS = """
lines:
  - {when: {contract: [ООО «Урал»]}, to: {kind: queue, name: Урал}}
  - {when: {contract: [АО «Сбыт»], volume: ['>1 млн']}, to: {kind: queue, name: Крупный сбыт}}
  - {when: {}, to: {kind: queue, name: Продажи}}
"""


def test_whoever_holds_the_open_contract_gets_it(hub_of: HubOf) -> None:
    hub = hub_of(contracted)
    (hub.house.settings.config_dir / "routing.yaml").write_text(HOLDERS, encoding="utf-8")
    told = take(
        hub.house,
        message(1, 0, thread="1", body="Нужна труба", inn=VIP),
        message(2, 1, thread="2", body="Нужна труба", inn=PLAN),
        message(3, 2, thread="3", body="Нужна труба, бюджет 200 тыс. руб.", inn=PLAN),
    )
    assert [told[n]["unit"] for n in "123"] == ["Урал", "Крупный сбыт", "Продажи"]
    assert told["2"]["route_why"] == ["contract: АО «Сбыт»", "volume: 1200000.5"]
    with hub.store.read() as reader:
        shown = contracts.newest(reader, [("erp", "parties:a")], 10)
    assert [(one["our_unit"], one["stage"]) for one in shown] == [
        ("ООО «Урал»", "open"), ("АО «Сбыт»", "closed"),
    ]  # fmt: skip


def test_1c_and_oracle_tell_who_holds_a_contract() -> None:
    trade = load_mapping("onec", CONTRACTS).apply(
        pl.DataFrame([
            {"_key": "d1", "Ref_Key": "d1", "Контрагент_Key": "k1", "Организация_Key": "o1", "Номер": "12/К",
             "Дата": "2025-03-01T00:00:00", "ДоговорЗакрыт": "false", "Сумма": "600000"},
            {"_key": "d2", "Ref_Key": "d2", "Owner_Key": "k2", "Организация_Key": "o1", "ДоговорЗакрыт": "true"},
        ]),
        "trade",
        {"ours": pl.DataFrame([{"_key": "o1", "Ref_Key": "o1", "Description": "ООО «Урал»"}])},
    )  # fmt: skip
    wanted = ("number", "party_key", "our_unit", "stage", "amount")
    assert trade.records.sort("key").select(wanted).rows() == [
        ("12/К", "Catalog_Контрагенты:k1", "ООО «Урал»", "open", "600000"),
        (None, "Catalog_Контрагенты:k2", "ООО «Урал»", "closed", None),
    ]
    site = {"_key": "7", "CUST_ACCT_SITE_ID": 7, "CUST_ACCOUNT_ID": 1, "ORG_ID": 81, "STATUS": "A"}
    account = {"_key": "1", "CUST_ACCOUNT_ID": 1, "PARTY_ID": 5, "ACCOUNT_NUMBER": "A-5"}
    erp = load_mapping("ebs", "acct_sites").apply(
        pl.DataFrame([site]), "erp", {"account": pl.DataFrame([account])}
    )
    assert erp.records.select(wanted).rows() == [("A-5", "parties:5", "81", "open", None)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Нужна труба SCH40 ASTM A106 gr.B, просим КП", "ru"),
        ("Прошу счёт: VVG-NG(A)-LS 3x2.5, WAGO 222-412", "ru"),
        ("Dear colleagues, please quote 20 t of S355 plate", "en"),
        ("Hello! Need pump CR 10-4", "en"),
        ("Bitte senden Sie uns ein Angebot", "other"),
        ("Доброго дня! Надішліть, будь ласка, ціну на труби", "other"),
        ("请报价", "other"),
        ("57х3,5 — 20", "ru"),
        ("12 345", None),
        (None, None),
    ],
)
def test_the_language_is_told_by_letters_and_common_words(
    text: str | None, language: str | None
) -> None:
    assert pl.select(language_of(pl.lit(text, pl.String))).item() == language
