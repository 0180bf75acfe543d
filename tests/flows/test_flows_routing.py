"""To whom enquiries go: the table's lines, loads and absences; once, explained, and by versions that are tried."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any

import polars as pl
import pytest

from config.routing import RoutingTable, load_routing, parse_routing
from flows.enquiries.decide import decide, send_again
from flows.enquiries.facts import staff_of
from flows.enquiries.routing import Staff, routed
from flows.enquiries.routing_versions import propose, tried
from flows.house import House
from flows.sync import settle
from flows.versions import activate, back, drop
from schemas.errors import ConfigError, Conflict
from schemas.golden import golden_columns
from store import Store, canonical, enquiries, golden, owners, routes
from store.versions import CONFIGURED, ROUTING
from tests.support.house import house_over
from tests.support.messages import canonical_messages, message
from tests.support.staff import save_staff

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
FACTS = {
    "channel": "email", "topic": "purchase", "box": "sales", "source": None, "inn": None, "region": None,
    "kind": None, "segment": None, "volume": None, "contract": None, "known": "no", "owned": "no", "hours": "working",
    "weekday": "fri", "language": "ru", "owners": None,
    "text": "Нужна труба",
}  # fmt: skip


def facts(*rows: dict[str, Any]) -> pl.DataFrame:
    told = [
        {"id": f"e{n:05d}", "began_at": NOW + timedelta(minutes=n), **FACTS, **row}
        for n, row in enumerate(rows)
    ]
    for row in told:
        row["owners"] = [row.pop("owner")] if row.get("owner") else row["owners"]
    lists = dict.fromkeys(("contract", "owners"), pl.List(pl.String))
    kinds = dict.fromkeys(("id", *FACTS), pl.String) | lists
    return pl.DataFrame(told, infer_schema_length=None).cast(kinds)  # type: ignore[arg-type]  # a schema


def staff(load: dict[str, int], gone: tuple[str, ...] = (), **pools: list[str]) -> Staff:
    members = [(f"group: {name}", who) for name, people in pools.items() for who in people]
    return Staff(
        pl.DataFrame(members, schema={"pool": pl.String, "owner": pl.String}, orient="row"),
        frozenset(gone),
        pl.DataFrame(
            list(load.items()), schema={"owner": pl.String, "open": pl.Int64}, orient="row"
        ),
    )


def table(*lines: str) -> RoutingTable:
    return parse_routing("lines:\n" + "".join(f"  - {line}\n" for line in lines))


REST = "{when: {}, to: {kind: queue, name: Продажи}}"


def test_the_first_line_that_fits_sends_it_and_says_why() -> None:
    told = routed(
        facts({"topic": "claim", "region": "77"}, {"topic": "claim", "region": "50"}, {"text": "Тендер!"}),
        table(
            "{when: {topic: [claim], region: ['77', '78']}, to: {kind: queue, name: Качество}}",
            "{when: {words: [тендер, закупк]}, to: {kind: queue, name: Тендеры}}",
            REST,
        ),
        staff({}),
    ).to_dicts()  # fmt: skip
    assert [one["unit"] for one in told] == ["Качество", "Продажи", "Тендеры"]
    assert [one["line"] for one in told] == [1, 3, 2]
    assert told[0]["why"] == ["topic: claim", "region: 77"]
    assert told[2]["why"] == ["words: тендер"]


def test_who_has_least_gets_the_next_and_nobody_more_than_he_may() -> None:
    pool = "{when: {}, to: {kind: group, name: g, most: 4}}"
    told = routed(facts(*[{}] * 6), table(pool, REST), staff({"anna": 2}, g=["anna", "boris"]))
    assert told["owner"].to_list() == ["boris", "boris", "anna", "boris", "anna", "boris"]
    told = routed(facts(*[{}] * 8), table(pool, REST), staff({"anna": 2}, g=["anna", "boris"]))
    assert told["unit"].to_list()[-2:] == ["Продажи", "Продажи"]
    assert told["why"].to_list()[-1] == ["passed: 1"]


def test_who_left_gets_nothing_and_the_next_line_is_asked() -> None:
    told = routed(
        facts({"owner": "anna", "owned": "yes"}, {"owner": "gone", "owned": "yes"}, {}),
        table("{when: {owned: [yes]}, to: {kind: owner}}", "{when: {}, to: {kind: employee, name: gone}}"),
        staff({}, gone=("gone",)),
    )  # fmt: skip
    assert told["owner"].to_list() == ["anna", None, None]
    assert told["line"].to_list() == [1, 0, 0]
    assert told["why"].to_list() == [
        ["owned: yes", "load: 0"],
        ["passed: 1", "passed: 2"],
        ["passed: 2"],
    ]


def test_one_at_a_time_is_as_all_at_once() -> None:
    """Loads go on from enquiry to enquiry, so a portion of one ends as a portion of all."""
    rows = facts(*[{"topic": ("claim", "purchase")[n % 3 == 0]} for n in range(40)])
    lines = table("{when: {topic: [claim]}, to: {kind: group, name: g, most: 9}}",
                  "{when: {}, to: {kind: group, name: h}}")  # fmt: skip
    people = staff({"anna": 3}, g=["anna", "boris"], h=["vera", "gleb"])
    whole = routed(rows, lines, people)
    parts = []
    for n in range(rows.height):
        one = routed(rows[n : n + 1], lines, people)
        people = people.with_load(one["owner"])
        parts.append(one)
    assert pl.concat(parts).equals(whole)


def test_ten_thousand_enquiries_are_asked_in_seconds() -> None:
    rows = facts(*[{"topic": ("claim", "purchase", "unsure")[n % 3]} for n in range(10_000)])
    lines = table(*[
        f"{{when: {{words: [слово{n}], topic: [claim]}}, to: {{kind: group, name: g}}}}" for n in range(30)
    ], "{when: {}, to: {kind: group, name: g}}")  # fmt: skip
    began = process_time()
    told = routed(rows, lines, staff({}, g=[f"u{n}" for n in range(50)]))
    assert process_time() - began < 5
    assert told["owner"].value_counts()["count"].to_list() == [200] * 50


@pytest.mark.parametrize(
    "line",
    [
        "{when: {channel: [fax]}, to: {kind: owner}}",
        "{when: {weekday: [friday]}, to: {kind: owner}}",
        "{when: {vip: [yes]}, to: {kind: owner}}",
        "{when: {words: []}, to: {kind: owner}}",
        "{when: {}, to: {kind: queue}}",
        "{when: {}, to: {kind: owner, name: anna}}",
        "{when: {words: [' ']}, to: {kind: owner}}",
        "{when: {volume: [много]}, to: {kind: owner}}",
    ],
)
def test_a_line_that_asks_nonsense_is_refused(line: str) -> None:
    with pytest.raises(ConfigError):
        table(line)


def test_words_without_letters_are_refused_and_where_they_stand_already_hold_for_nothing(
    house: House,
) -> None:
    lines = table("{when: {words: ['!!!', брак]}, to: {kind: queue, name: Качество}}", REST)
    with pytest.raises(ConfigError, match=r"^Line 1: .*'!!!'"):
        propose(house, lines, "anna", None)
    own = house.settings.config_dir
    own.mkdir(exist_ok=True)
    (own / "routing.yaml").write_text(lines.model_dump_json(exclude_defaults=True), "utf-8")
    with pytest.raises(ConfigError, match="'!!!'"):
        load_routing(own)
    told = routed(facts({"text": "Пришёл брак"}, {"text": "Цена?"}), lines, staff({}))
    assert told["line"].to_list() == [1, 2]
    only = table("{when: {words: ['—']}, to: {kind: queue, name: Качество}}", REST)
    assert routed(facts({}), only, staff({}))["line"].to_list() == [2]


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    opened = house_over(store, tmp_path)
    yield opened
    opened.close()


def company(writer: Any, **told: Any) -> None:
    row = {"id": "p1", "state": "active", "sources": [], **told}
    kinds = golden_columns("legal_entity")
    frame = pl.DataFrame([{n: row.get(n) for n in kinds}], schema=kinds)
    golden.save(writer, "legal_entity", frame.with_columns(pl.lit(1, pl.Int64).alias("hash")))


def take(house: House, *rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    if rows:
        with house.store.write() as writer:
            canonical.save(writer, "message", canonical_messages(rows))
    settle(house)
    with house.store.read() as reader:
        return {row["thread"]: row for row in enquiries.load(reader).to_dicts()}


def test_an_enquiry_is_sent_once_and_stays_where_it_went(house: House) -> None:
    take(house)
    with house.store.write() as writer:
        company(writer, name="ООО «Вектор»", inn="7707083893", region="77", kind="organization")
        owners.give(writer, ["p1"], ["anna"], "boss")
    rows = (
        message(1, 0, thread="1", body="Сколько стоит труба?", inn="7707083893"),
        message(2, 1, thread="2", body="Пришёл брак, нужна рекламация"),
    )
    first = take(house, *rows)
    assert (first["1"]["owner"], first["1"]["route"]) == ("anna", "0/1")
    assert first["1"]["route_why"] == ["owned: yes", "topic: purchase", "load: 0"]
    assert (first["2"]["unit"], first["2"]["owner"]) == ("Отдел качества", None)
    assert take(house) == first
    with house.store.read() as reader:
        assert routes.of_threads(reader).height == 2
    decide(house, first["2"]["id"], {"topic": "technical"}, "boss")
    assert take(house)["2"]["unit"] == "Технический отдел"
    decide(house, first["2"]["id"], {"owner": "vera", "topic": "claim"}, "boss")
    late = take(house, message(3, 5, thread="2", body="Ждём ответа"))
    assert (late["2"]["owner"], late["2"]["messages"]) == ("vera", 2)
    assert send_again(house, first["2"]["id"], "boss")
    assert (take(house)["2"]["unit"], take(house)["2"]["owner"]) == ("Отдел качества", None)


def test_members_of_groups_in_groups_take_and_the_dismissed_do_not(house: House) -> None:
    with house.store.write() as writer:
        save_staff(
            writer, "employee", {"key": "1", "login": "Anna", "department": "Продажи"},
            {"key": "2", "login": "boris", "status": "inactive"},
            {"key": "3", "login": "vera", "expires_at": NOW - timedelta(days=1)},
            {"key": "4", "login": "gleb"},
        )  # fmt: skip
        save_staff(
            writer, "staff_group", {"key": "a", "name": "Все", "members": ["b", "2", "3"]},
            {"key": "b", "name": "Трубы", "members": ["1", "4", "a"]},
        )  # fmt: skip
    with house.store.read() as reader:
        found = staff_of(reader, NOW)
    pools = {name: sorted(part["owner"]) for (name,), part in found.members.group_by("pool")}
    assert pools == {
        "department: Продажи": ["anna"], "group: Все": ["anna", "gleb"], "group: Трубы": ["anna", "gleb"],
    }  # fmt: skip
    assert found.gone == {"boris", "vera"}


def test_a_version_is_proposed_tried_put_in_force_by_another_and_brought_back(house: House) -> None:
    take(house, *(
        message(n, n, thread=str(n), body="Сколько стоит труба?" if n % 2 else "Пришёл брак")
        for n in range(1, 11)
    ))  # fmt: skip
    shipped = load_routing(Path("nowhere"))
    other = table("{when: {topic: [claim]}, to: {kind: queue, name: Претензии}}", REST)
    with pytest.raises(ConfigError):
        propose(house, shipped, "anna", None)
    with pytest.raises(ConfigError):
        propose(house, table("{when: {topic: [nosuch]}, to: {kind: owner}}"), "anna", None)
    number = propose(house, other, "anna", "иначе")
    found = tried(house, number)
    assert (found["total"], found["moved"], found["unfit"]) == (10, 10, 0)
    assert found["empty"] == []
    assert {(w["target"], w["target_new"], w["count"]) for w in found["ways"]} == {
        ("queue: Отдел качества", "queue: Претензии", 5), ("queue: Отдел продаж", "queue: Продажи", 5),
    }  # fmt: skip
    with pytest.raises(Conflict):
        activate(house, ROUTING, number, "anna")
    activate(house, ROUTING, number, "boris")
    with pytest.raises(Conflict):
        drop(house, ROUTING, number, "boris")
    told = take(house, message(50, 60, thread="50", body="Пришёл брак"))
    assert (told["50"]["unit"], told["50"]["route"]) == ("Претензии", "1/1")
    assert told["2"]["unit"] == "Отдел качества"
    for _ in range(2):  # a second click on an old page changes nothing
        back(house, ROUTING, "boris", 1, "рано")
    with house.store.read() as reader:
        assert ROUTING.active(reader).version == CONFIGURED
        assert len(ROUTING.history(reader)) == 2
    told = take(house, message(51, 61, thread="51", body="Пришёл брак"))
    assert told["51"]["unit"] == "Отдел качества"
