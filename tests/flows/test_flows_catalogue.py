"""Goods put together of items: one product is one good whatever its portions, and two sizes are two."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.catalogue import stage
from flows.catalogue.read import read
from flows.house import House
from schemas.goods import Good, GoodGroup, GoodMember, good_columns
from store import Store, canonical, checkpoints
from store.engine import Reader
from store.tables import good, good_group, good_member
from tests.support.goods import item, take
from tests.support.house import house_over

SHEET = "Лист г/к 10х1500х6000 Ст3сп5 ГОСТ 14637-89"
NAMES = (
    SHEET, "лист гк 10*1500*6000 ст.3сп5", "Лист г/к 12х1500х6000 Ст3сп5", "Лист 10х1500х6000",
    "ВВГнг(А)-LS 3х2,5", "Кабель ВВГнг(A)-LS 3*2.5", "ВВГнг(А)-LS 3х25", "Услуга доставки", "Круг ø 40 ст45",
    "Круг 40 45", "Автомат ВА47-29 3P 25А C", "75890", None,
)  # fmt: skip


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    opened = house_over(store, tmp_path)
    yield opened
    opened.close()


def stored(reader: Reader) -> dict[str, pl.DataFrame]:
    """All three tables as they must come out, whatever the way."""
    tables = ((good, Good), (good_member, GoodMember), (good_group, GoodGroup))
    return {
        table.name: reader.frame(table.select().order_by(table.c.id)).select(list(good_columns(model)))
        for table, model in tables
    }  # fmt: skip


def told(house: House) -> dict[str, pl.DataFrame]:
    with house.store.read() as reader:
        return stored(reader)


def of(house: House, connection: str, key: str) -> dict[str, Any]:
    """The good a record is of."""
    found = told(house)
    mine = (pl.col("connection") == connection) & (pl.col("key") == key)
    good_id = found["good_member"].filter(mine)["good_id"][0]
    return found["good"].row(by_predicate=pl.col("id") == good_id, named=True)


def test_one_product_of_four_sources_is_one_good_and_another_size_is_another(house: House) -> None:
    rows = [
        item("price", "7", "лист гк 10*1500*6000 ст.3сп5", article="9"),
        item("erp", "1", SHEET, code="НФ-1", okei="168"),
        item("shop", "a", "ЛИСТ Г/К 10x1500x6000 CT3СП5", barcode="4600000000015"),
        item("mdm", "b", "Лист г/к 10,0х1500х6000 Ст3сп5", manufacturer="Северсталь"),
        item("erp", "2", "Лист г/к 12х1500х6000 Ст3сп5"),
        item("erp", "3", "Лист г/к 14х1500х6000 Ст3сп5", unit="бухта"),
    ]
    assert take(house, rows)
    one = of(house, "price", "7")
    assert (one["records"], one["rule"], one["status"]) == (4, "attributes", "complete")
    assert one["sources"] == ["erp", "mdm", "price", "shop"]
    assert one["name"] == "Лист г/к 10×1500×6000 Ст3сп5 ГОСТ 14637-89"
    assert set(one["attributes"]) >= {"t=10", "w=1500", "l=6000", "grade=Ст3сп5"}
    told_of = ("code", "article", "manufacturer", "barcode", "standard", "grade")
    assert [one[n] for n in told_of] == [
        "НФ-1", "9", "Северсталь", "4600000000015", "ГОСТ 14637-89", "Ст3сп5",
    ]  # fmt: skip
    other = of(house, "erp", "2")
    assert (other["records"], other["unit"]) == (1, "168")
    assert of(house, "erp", "3")["unit"] is None  # a unit nobody knows is not the usual one


GUID, OTHER = "6d1f2a10-0c11-11e9-8f5b-d8cb8a2d6a01", "7e1f2a10-0c11-11e9-8f5b-d8cb8a2d6a01"


def test_two_exchanges_of_one_1c_and_one_article_of_a_maker_join_what_does_not_differ(
    house: House,
) -> None:
    """The names share nothing the grammar reads; where it reads two sizes, they stay two."""
    rows = [
        item("onec", GUID, "Ковш экскаваторный"), item("shop", GUID.upper(), "Ковш для экскаватора ЭО"),
        item("shop", f"{GUID}#{OTHER}", "Ковш, другой вариант"),
        item("onec", OTHER, "Круг 40 ст45"), item("shop", OTHER, "Круг 50 ст45"),
        item("erp", "1", "Ковш планировочный", article="КП-1", manufacturer="Завод"),
        item("price", "9", "Ковш пл. (КП-1)", article="кп-1", manufacturer="завод"),
        item("price", "10", "Круг 60 ст45", article="К-6", manufacturer="Завод"),
        item("erp", "2", "Круг 65 ст45", article="К-6", manufacturer="Завод"),
        item("erp", "3", "Ковш чужой", article="КП-1", manufacturer="Другой завод"),
    ]  # fmt: skip
    take(house, rows)
    assert (of(house, "onec", GUID)["records"], of(house, "onec", GUID)["rule"]) == (2, "guid")
    assert of(house, "shop", f"{GUID}#{OTHER}")["records"] == 1
    assert of(house, "onec", OTHER)["id"] != of(house, "shop", OTHER)["id"]
    assert (of(house, "erp", "1")["records"], of(house, "erp", "1")["rule"]) == (2, "article")
    assert of(house, "price", "10")["id"] != of(house, "erp", "2")["id"]
    assert of(house, "erp", "3")["records"] == 1


def test_the_more_trusted_source_gives_what_no_name_does(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    for name, kind in (("mdm", "mdm"), ("ebs", "ebs"), ("onec", "onec"), ("price", "excel")):
        text = f"name: {name}\nkind: files\ntrust: {kind}\nsettings: {{folder: {tmp_path}}}\n"
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    house = house_over(store, tmp_path)
    rows = [
        item(name, "1", "Услуга погрузки", article="A-1", manufacturer="Завод", code=f"{name}-1", unit="шт")
        for name in ("price", "onec", "ebs")
    ]  # fmt: skip
    take(house, rows)
    assert of(house, "price", "1")["code"] == "ebs-1"
    take(house, [item("mdm", "9", "Погрузка", article="a-1", manufacturer="завод ", code="mdm-9")])
    best = of(house, "price", "1")
    assert (best["code"], best["name"], best["records"]) == ("mdm-9", "Погрузка", 4)
    house.close()


def test_items_that_come_by_portions_end_as_those_that_came_at_once(house: House) -> None:
    dice = random.Random(5)  # noqa: S311  a game, no secret
    keys = [(dice.choice("abc"), str(n)) for n in range(60)]
    for _ in range(3):
        some = {
            (c, k): item(
                c, k, dice.choice(NAMES), article=dice.choice([None, "A1", "A2"]),
                manufacturer=dice.choice([None, "IEK"]), deleted=dice.random() < 0.1,
                barcode=dice.choice([None, None, "4600000000015", "2000000000015"]),
            )
            for c, k in dice.sample(keys, 25)
        }  # fmt: skip
        take(house, list(some.values()))
        gone = pl.DataFrame([(c, "items", k) for c, k in dice.sample(keys, 3)], orient="row")
        with house.store.write() as writer:
            canonical.remove(
                writer, "item", gone.rename(dict(zip(gone.columns, canonical.KEY, strict=True)))
            )
    take(house, [])
    by_portions = told(house)
    assert not take(house, [])
    with house.store.write() as writer:
        checkpoints.forget(writer, stage.STAGE, "", "")
    assert take(house, [])
    at_once = told(house)
    for name, frame in by_portions.items():
        assert frame.equals(at_once[name]), name
    with house.store.read() as reader:
        living = canonical.load(reader, "item", ["key", "deleted"]).filter(~pl.col("deleted"))
    assert (
        by_portions["good_member"].height == living.height == by_portions["good"]["records"].sum()
    )
    assert by_portions["good"].filter(pl.col("records") > 1).height > 3


def test_no_good_holds_two_sizes(house: House) -> None:
    rows = [
        item("a", str(n), name, article="X", manufacturer="Завод") for n, name in enumerate(NAMES)
    ]
    take(house, rows)
    members = told(house)["good_member"]
    pairs = members.with_columns(pl.col("vector").str.split("; ").alias("pair")).explode("pair")
    values = pairs.with_columns(pl.col("pair").str.extract("^([^=]*)=").alias("attribute"))
    each = values.drop_nulls("pair").group_by("good_id", "attribute").agg(pl.col("pair").n_unique())
    assert each["pair"].max() == 1
    assert (
        members.group_by("good_id")
        .agg(pl.col("item_class").drop_nulls().n_unique())["item_class"]
        .max()
        == 1
    )


def test_only_changed_names_are_read_and_an_unchanged_catalogue_is_not_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def counted(records: pl.DataFrame, grammar: Any) -> pl.DataFrame:
        seen.append(records.height)
        return read(records, grammar)

    monkeypatch.setattr("flows.catalogue.stage.read", counted)
    take(house, [item("a", str(n), name) for n, name in enumerate(NAMES)])
    take(house, [item("a", "2", "Лист г/к 14х1500х6000 Ст3сп5")])
    assert not take(house, [])
    assert seen == [len(NAMES), 1]
    with house.store.read() as reader:
        versions = reader.frame(good.select())["version"]
    assert sorted(versions.to_list())[-2:] == [1, 2]


def test_a_class_added_by_the_installation_makes_all_names_be_read_again(
    sqlite_store: Store, tmp_path: Path
) -> None:
    house = house_over(sqlite_store, tmp_path)
    take(
        house,
        [
            item("a", "1", "Подшипник 6205"),
            item("b", "1", "подшипник  6205"),
            item("a", "2", SHEET),
        ],
    )
    before = of(house, "a", "1")
    assert (before["status"], before["doubt"], before["records"]) == (
        "unparsed",
        "word:-:подшипник",
        1,
    )
    folder = house.settings.config_dir / "nomenclature"
    folder.mkdir(parents=True)
    (folder / "bearings.yaml").write_text(
        "classes:\n  bearing:\n    ru: Подшипник\n    en: Bearing\n    group: machine\n"
        "    signs: [{head: [подшипник]}]\n"
        "    attributes: {number: {kind: number, range: [100, 99999]}}\n    rules: ['<{number}>']\n"
        "    required: [number]\n    discriminating: [number]\n    canonical: 'Подшипник {number}'\n"
        "    examples: [{name: Подшипник 6205, number: '6205'}]\n",
        encoding="utf-8",
    )
    assert take(house, [])
    after = of(house, "a", "1")
    assert (after["name"], after["records"], after["doubt"]) == ("Подшипник 6205", 2, None)
    house.close()


def test_what_breaks_off_before_its_end_leaves_nothing_and_is_done_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(house, [item("a", "1", SHEET)])
    before = told(house)

    def broken(*_: Any, **__: Any) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("store.checkpoints.put", broken)
        with pytest.raises(KeyboardInterrupt):
            take(house, [item("a", "2", "Круг 40 45")])
    for name, frame in told(house).items():
        assert frame.equals(before[name])
    assert take(house, [])
    assert told(house)["good"].height == 2


def test_alike_names_are_doubted_alike(house: House) -> None:
    names = [
        "Уплотнение СНП 30",
        "уплотнение Т-7",
        "Лист г/к Ст3сп5",
        "Лист х/к 08пс",
        "Лист 10 Ст3сп5 кл. 44",
        SHEET,
    ]
    take(house, [item("a", str(n), name) for n, name in enumerate(names)])
    groups = told(house)["good_group"].filter(pl.col("kind") == "doubt").sort("value")
    assert dict(groups.select("value", "goods").iter_rows()) == {
        "lacks:steel_sheet:t": 2, "left:steel_sheet:#": 1, "word:-:уплотнение": 2,
    }  # fmt: skip
