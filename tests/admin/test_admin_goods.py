"""Goods on pages and over the API: found, explained, doubted alike, joined and parted by people."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from starlette.testclient import TestClient

from admin.wiring import site_of
from flows.house import House
from flows.sync import settle
from store import Store, canonical
from store.tables import journal
from store.views import goods as register
from tests.support.goods import (
    canonical_items,
    customer_code,
    item,
    lot,
    offer,
    price,
    take,
)
from tests.support.house import house_over

SAME = {"sec-fetch-site": "same-origin"}
ROWS = [
    item("erp", "1", "Круг ø 40 ст45 н/д", code="НФ-1", okei="168"),
    item("onec", "7", "Круг 40 ст.45", article="A-7"),
    item("onec", "8", "Круг 42 ст45"),
    item("onec", "9", "Круг 40"),
    item("onec", "b1", "Подшипник 6205"),
    item("onec", "b2", "подшипник <b>180204</b>"),
]


@pytest.fixture
def house(sqlite_store: Store, tmp_path: Path) -> Iterator[House]:
    opened = house_over(sqlite_store, tmp_path)
    take(opened, ROWS)
    yield opened
    opened.close()


@pytest.fixture
def site(house: House) -> TestClient:
    return TestClient(site_of(house), base_url="http://127.0.0.1", client=("127.0.0.1", 5000))


def good_of(house: House, key: str) -> dict[str, Any]:
    with house.store.read() as reader:
        rows = register.listing(reader, {}, register.BY_NAME, None, 100).rows
        for row in rows:
            if any(one["key"] == key for one in register.members_of(reader, row["id"])):
                return dict(row)
    raise AssertionError(key)


def press(site: TestClient, good: str, **field: str) -> Any:
    token = re.search(r'data-csrf="([^"]+)"', site.get("/goods").text)
    assert token
    data = {"csrf": token[1], **field}
    return site.post(f"/goods/{good}", data=data, headers=SAME, follow_redirects=False)


def test_the_card_shows_which_characters_gave_what_and_what_is_near(
    house: House, site: TestClient
) -> None:
    one = good_of(house, "1")
    text = site.get(f"/goods/{one['id']}").text
    assert "<mark>40</mark>" in text
    assert "9,865" in text  # kilograms of a metre of a round of 40
    near = text[text.index('id="near"') :]
    assert ">Диаметр, мм:</span> 40 → 42" in near


def near_of(house: House, site: TestClient, key: str) -> str:
    text = site.get(f"/goods/{good_of(house, key)['id']}").text
    return text[text.index('id="near"') :]


def test_goods_that_differ_by_words_alone_say_so(house: House, site: TestClient) -> None:
    take(
        house,
        [item("onec", "w1", "Болт М12х60 8.8"), item("onec", "w2", "Болт М12х60 8.8 <желтый>")],
    )
    assert "Различаются только слова" in near_of(house, site, "w1")
    assert '<span class="code">&lt;желтый&gt;</span>' in near_of(house, site, "w1")
    take(
        house,
        [item("onec", "w3", "Гипсокартон 10х1200х2500"), item("onec", "w4", "Фанера 10х1200х2500")],
    )
    assert ">Фанера 10×1200×2500</a>" in near_of(house, site, "w3")
    assert "Различаются только слова" in near_of(house, site, "w3")


def test_a_class_that_requires_nothing_stands_near_nothing_of_no_class(
    house: House, site: TestClient
) -> None:
    take(house, [item("onec", "f1", "Муфта 25"), item("onec", "f2", "Отвод 32")])
    near = near_of(house, site, "f1")
    assert "Отвод" in near
    assert "Подшипник" not in near


def test_the_id_of_every_record_leads_to_its_good(house: House, site: TestClient) -> None:
    one = good_of(house, "7")
    with house.store.read() as reader:
        members = register.members_of(reader, one["id"])
    assert {member["good_id"] for member in members} == {one["id"]}
    for member in members:
        assert site.get(f"/goods/{member['id']}").url.path == f"/goods/{one['id']}"
        assert site.get(f"/v1/goods/{member['id']}").json()["id"] == one["id"]
    assert site.get("/goods/nothing").status_code == 404
    assert site.get("/v1/goods/nothing").json()["code"] == "good_unknown"


def test_names_not_understood_alike_stand_together(site: TestClient) -> None:
    text = site.get("/goods?status=doubtful").text
    assert "Класс не узнан: «подшипник»" in text
    assert "2 похожих" in text
    group = site.get("/goods", params={"status": "doubtful", "doubt": "word:-:подшипник"}).text
    assert "Подшипник 6205" in group
    assert "Круг 42 ст45" not in group
    assert "<b>180204" not in group


def test_the_queue_shows_what_was_not_understood_and_begins_with_its_word(
    house: House, site: TestClient
) -> None:
    take(house, [item("onec", "c1", "Лист 10 Ст3сп5 <кл>. 44")])
    queue = site.get("/goods?status=doubtful").text
    lost = re.findall('<span class="lost">([^<]*)</span>', queue)
    assert "Подшипник 6205" in lost
    assert "&lt;кл&gt;. 44" in lost
    assert "<кл>" not in queue
    group = site.get("/goods", params={"status": "doubtful", "doubt": "left:steel_sheet:#"}).text
    assert "/goods/dictionary/new?text=44&amp;item_class=steel_sheet" in group
    assert 'class="lost"' not in site.get("/goods").text


def test_goods_are_listed_by_class_source_code_and_words(house: House, site: TestClient) -> None:
    settle(house)

    def names(**query: str) -> set[str]:
        return {row["name"] for row in site.get("/goods.json", params=query).json()["rows"]}

    rounds = {good_of(house, key)["name"] for key in ("1", "7", "8", "9")}
    assert names(item_class="steel_round") == rounds
    assert names(source="erp") == {good_of(house, "1")["name"]}
    assert names(q="A-7") == {good_of(house, "7")["name"]}
    assert names(q="подшипник") == {"Подшипник 6205", "подшипник <b>180204</b>"}
    listed = site.get("/v1/goods", params={"status": "unparsed"}).json()
    assert [one["doubt"] for one in listed["items"]] == ["word:-:подшипник"] * 2
    assert "Круг" in site.get("/goods.csv").text


def test_people_join_and_part_goods_and_take_it_back(store: Store, tmp_path: Path) -> None:
    house = house_over(store, tmp_path)
    take(house, ROWS)
    site = TestClient(site_of(house), base_url="http://127.0.0.1", client=("127.0.0.1", 5000))
    first, second = good_of(house, "b1"), good_of(house, "b2")
    assert press(site, first["id"], join=second["id"]).status_code == 303
    joined = good_of(house, "b1")
    assert (joined["records"], joined["rule"]) == (2, "person")
    assert good_of(house, "b2")["id"] == joined["id"]
    take(house, [item("onec", "b3", "Подшипник 6206")])
    assert good_of(house, "b1")["records"] == 2
    assert press(site, joined["id"], part=second["id"]).status_code == 303
    assert good_of(house, "b1")["id"] != good_of(house, "b2")["id"]
    number = re.findall(r'name="withdraw" value="(\d+)"', site.get(f"/goods/{first['id']}").text)
    assert len(number) == 1  # the older word was taken back by the newer one
    assert press(site, first["id"], withdraw=number[0]).status_code == 303
    assert good_of(house, "b1")["records"] == 1
    assert press(site, first["id"], withdraw=number[0]).status_code == 404
    with house.store.read() as reader:
        acts = reader.frame(select(journal.c.act).order_by(journal.c.id))["act"].to_list()
    assert acts == ["good_joined", "good_parted", "good_withdrawn"]
    house.close()


def test_the_api_joins_parts_and_takes_back(house: House, site: TestClient) -> None:
    first, second = good_of(house, "b1"), good_of(house, "b2")
    answer = site.post(f"/v1/goods/{first['id']}/join", json={"same_as": second["id"]})
    assert answer.status_code == 200, answer.text
    joined = answer.json()
    assert joined["records"] == 2
    parted = site.post(f"/v1/goods/{joined['id']}/part", json={"record": second["id"]})
    assert parted.json()["records"] == 1
    number = re.findall(r'name="withdraw" value="(\d+)"', site.get(f"/goods/{first['id']}").text)
    assert site.delete(f"/v1/goods/decisions/{number[0]}").status_code == 204
    assert site.delete(f"/v1/goods/decisions/{number[0]}").json()["code"] == "decision_unknown"
    none = site.post("/v1/goods/none/join", json={"same_as": second["id"]})
    assert (none.status_code, none.json()["code"]) == (404, "good_unknown")


def test_two_sizes_are_not_joined_even_by_people(house: House, site: TestClient) -> None:
    one, other = good_of(house, "7"), good_of(house, "8")
    refused = press(site, one["id"], join=other["id"])
    assert refused.status_code == 409
    assert "d: 40 / 42" in refused.text or "d: 42 / 40" in refused.text
    assert good_of(house, "7")["id"] != good_of(house, "8")["id"]
    less = good_of(house, "9")
    assert press(site, one["id"], join=less["id"]).status_code == 303
    assert good_of(house, "9")["records"] == 3
    with house.store.write() as writer:
        canonical.save(writer, "item", canonical_items([item("onec", "9", "Круг 40 09Г2С")]))
    settle(house)
    assert good_of(house, "9")["records"] == 1


def offered(house: House) -> dict[str, Any]:
    """A round bar with prices by tonne and by metre, two lots, and a customer's code; its good."""
    now = datetime.now(UTC)
    offer(
        house,
        item_price=[
            price("erp", "1", "60000", "Прайс завода"), price("onec", "7", "560", okei="006", unit="м"),
            price("onec", "7", "99000", "С марта", okei="168", valid_from=now + timedelta(days=9)),
        ],
        item_stock=[
            lot("erp", "1", "0.4", "П-1", length="1.5", received_on=now - timedelta(days=10), manager="Петрова"),
            lot("erp", "1", "1.6", "П-2", length="6", received_on=now - timedelta(days=30), manager="Петрова"),
        ],
        item_code=[customer_code("erp", "1", "42", "МТР <7>", name="КРУГ Ф40")],
    )  # fmt: skip
    return good_of(house, "1")


def test_the_card_tells_prices_per_other_units_lots_and_customers_codes(
    house: House, site: TestClient
) -> None:
    text = re.sub(r"\s+", " ", site.get(f"/goods/{offered(house)['id']}").text.replace("\xa0", " "))
    prices = text[text.index('id="prices"') : text.index('id="stock"')]
    # 560 a metre of 9.8646 kg is 56 768 a tonne, less than 60 000 of the plant.
    assert "56 768,64 ₽/т" in prices
    assert "591,88 ₽/м" in prices
    assert prices.count("дешевле всего") == 1
    assert prices.index("560 ₽/м") < prices.index("дешевле всего") < prices.index("60 000 ₽/т")
    assert "ещё не действует" in prices
    lots = text[text.index('id="stock"') :]
    assert "10 дней назад" in lots
    assert lots.count("короткомер</span>") == 1
    assert "МТР &lt;7&gt;" in text


def test_a_good_is_found_by_what_a_customer_calls_it(house: House, site: TestClient) -> None:
    good = offered(house)
    settle(house)
    for query in ({"customer_code": "мтр<"}, {"q": "МТР <7>"}):
        rows = site.get("/goods.json", params=query).json()["rows"]
        assert [row["id"] for row in rows] == [good["id"]], query
    listed = site.get("/v1/goods", params={"customer_code": "МТР"}).json()
    assert [row["id"] for row in listed["items"]] == [good["id"]]
    assert site.get("/goods.json?customer_code=нет").json()["rows"] == []


def test_the_api_tells_what_the_pages_tell(house: House, site: TestClient) -> None:
    good = offered(house)
    card = site.get(f"/v1/goods/{good['id']}").json()
    assert [one["amount"] for one in card["prices"]] == ["560", "60000", "99000"]
    assert {one["lot"]: one["short"] for one in card["stock"]} == {"П-1": True, "П-2": False}
    assert [one["code"] for one in card["codes"]] == ["МТР <7>"]
    (compared,) = site.get("/v1/goods/prices").json()["items"]
    assert [one["connection"] for one in compared["prices"]] == ["onec", "erp"]
    assert (compared["lists"], compared["spread"]) == (2, 6)
    (short,) = site.get("/v1/goods/lots").json()["items"]
    assert (short["lot"], short["measured"]) == ("П-1", 400)
    (share,) = site.get("/v1/goods/lots/managers").json()["items"]
    assert (share["manager"], share["total"], share["illiquid"], share["share"]) == (
        "Петрова", 2000, 400, 0.2,
    )  # fmt: skip
    assert site.get("/v1/goods/lots?cursor=broken").json()["code"] == "cursor_unknown"


def test_pages_of_offers_list_export_and_teach_when_empty(house: House, site: TestClient) -> None:
    assert "Нет ни короткомеров, ни залежавшихся партий" in site.get("/goods/lots").text
    assert "Ни у одного товара нет цен в двух прайс-листах" in site.get("/goods/prices").text
    offered(house)
    lots, prices = site.get("/goods/lots").text, site.get("/goods/prices").text
    assert "П-1" in lots
    assert "П-2" not in lots
    assert "20" in lots[lots.index('id="shares"') :]
    assert "onec · Оптовая" in prices
    assert site.get("/goods/lots.json?why=old").json()["rows"] == []
    assert "Менеджер" in site.get("/goods/lots.csv").text
    book = load_workbook(io.BytesIO(site.get("/goods/lots/managers.xlsx").content))
    assert [cell.value for cell in list(book.active.iter_rows())[1]][:4] == [
        "Петрова",
        "кг",
        2,
        2000,
    ]


def test_a_decision_on_goods_carries_their_offers(house: House, site: TestClient) -> None:
    good, other = offered(house), good_of(house, "9")
    offer(house, item_price=[price("onec", "9", "7")])
    assert press(site, good["id"], join=other["id"]).status_code == 303
    home = good_of(house, "9")["id"]
    amounts = {one["amount"] for one in site.get(f"/v1/goods/{home}").json()["prices"]}
    assert amounts == {"560", "60000", "99000", "7"}
