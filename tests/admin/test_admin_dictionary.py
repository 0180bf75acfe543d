"""The dictionary of goods: words typed, tried on the catalogue, put in force by another, names read anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from admin.wiring import site_of
from flows.catalogue import dictionary
from flows.house import House
from flows.sync import settle
from flows.versions import activate, back
from mappings.nomenclature import shipped
from mappings.nomenclature.taught import Dictionary, Word, understood
from schemas.errors import ConfigError, Conflict
from store import Store, canonical, goods
from store.versions import DICTIONARY
from tests.support.goods import canonical_items, item, take
from tests.support.house import house_over

SAME = {"sec-fetch-site": "same-origin"}
HOME = "/goods/dictionary"
SHEET = "Лист г/к 4х1500х6000 чёрный 20 ГОСТ 19903-2015"
ROWS = [
    item("erp", "1", "Болванка 40 ст45"),
    item("erp", "2", "Круг 40 ст45"),
    item("erp", "3", SHEET),
    item("shop", "9", "Болванка 40 ст45", barcode="4600000000015"),
    item("mdm", "8", "Болванка 40 ст45", barcode="4600000000015"),
]


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    opened = house_over(store, tmp_path)
    take(opened, ROWS)
    yield opened
    opened.close()


@pytest.fixture
def site(house: House) -> TestClient:
    return TestClient(site_of(house), base_url="http://127.0.0.1", client=("127.0.0.1", 5000))


def press(site: TestClient, path: str, page: str, **fields: str) -> tuple[int, str]:
    token = re.search(r'name="csrf" value="([^"]+)"', site.get(page).text)
    assert token is not None
    told = {re.sub(r"^n(\d+)_", r"\1.", name): value for name, value in fields.items()}
    answer = site.post(
        path, data={"csrf": token.group(1), **told}, headers=SAME, follow_redirects=False
    )
    return answer.status_code, answer.headers.get("location", answer.text)


def read_as(house: House, key: str) -> tuple[str | None, str | None]:
    with house.store.read() as reader:
        found = goods.members(reader).filter(key=key)
    return found["item_class"][0], found["attributes"][0]


TYPED = {
    "n1_text": "болванка", "n1_item_class": "steel_round",
    "n2_text": "20", "n2_item_class": "steel_sheet", "n2_attribute": "марка", "n2_value": "20",
}  # fmt: skip


def test_words_are_typed_tried_put_in_force_and_brought_back(
    house: House, site: TestClient
) -> None:
    assert read_as(house, "1")[0] is None
    status, more = press(site, HOME, f"{HOME}/new", act="more", **TYPED)
    assert (status, more.count("<fieldset")) == (200, 2 + 3)
    assert press(site, HOME, f"{HOME}/new", act="save", why="так пишут", **TYPED) == (
        303, f"{HOME}/1",
    )  # fmt: skip
    assert press(site, f"{HOME}/1", f"{HOME}/1", act="try")[0] == 303
    site.app.state.site.actions.jobs.wait()  # type: ignore[attr-defined]  # a FastAPI
    page = site.get(f"{HOME}/1").text
    told = " ".join(re.sub("<[^>]+>", " ", page).split())
    assert "4 товара прочитано (5 строк источников)" in told
    assert "2 станут читаться полностью (3 строки источников)" in told
    assert "3 всего читаются иначе (4 строки источников)" in told
    assert "Болванка 40 ст45 3 не прочитан Круг стальной: Диаметр, мм: 40; Марка стали: 45" in told
    assert "steel_round" not in page
    assert "grade=" not in page
    english = site.get(f"{HOME}/1?lang=en").text
    assert "Steel round bar: Diameter, мм: 40; Steel grade: 45" in english
    assert read_as(house, "1")[0] is None
    assert press(site, f"{HOME}/1", f"{HOME}/1", act="activate") == (303, HOME)
    settle(house)
    assert read_as(house, "1") == read_as(house, "2")
    assert "grade=20" in str(read_as(house, "3")[1])
    with house.store.read() as reader:
        rows = goods.members(reader)
    assert rows.filter(key="1")["good_id"][0] == rows.filter(key="2")["good_id"][0]
    assert "включил слова словаря" in site.get("/journal?act=dictionary_activated").text
    assert press(site, f"{HOME}/back", HOME, seen="1", why="рано") == (303, HOME)
    settle(house)
    assert read_as(house, "1")[0] is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"n1_item_class": ""}, "Строка 1: выберите класс"),
        ({"n1_item_class": "rocket"}, "Строка 1: выберите класс"),
        ({"n1_text": "ж"}, "не слово"),
        ({"n1_text": "**"}, "не слово"),
        ({"n1_text": "*руг"}, "не слово"),
        ({"n1_text": "кр*уг"}, "не слово"),
        ({"n1_text": "{:нет}"}, "не слово"),
        ({"n1_text": "болванка<("}, "не слово"),
        ({"n1_text": "болванка" * 8}, "от 2 до 60 знаков"),
        ({"n1_attribute": "вкус", "n1_value": "сладкий"}, "нет признака «вкус»"),
        ({"n1_attribute": "марка стали"}, "напишите значение"),
        ({"n1_attribute": "марка стали", "n1_value": "ст3; d=5"}, "не бывает"),
        ({"n1_text": "труба"}, "иначе читается пример"),
    ],
)
def test_a_word_that_cannot_be_is_named_and_what_was_typed_stays(
    site: TestClient, fields: dict[str, str], said: str
) -> None:
    typed = {"n1_text": "болванка", "n1_item_class": "steel_round", **fields}
    status, page = press(site, HOME, f"{HOME}/new", act="save", why="", **typed)
    assert status == 422
    assert said in page
    assert f'value="{escape(typed["n1_text"])}"' in page


def test_words_typed_before_others_came_in_force_are_saved_only_on_purpose(
    site: TestClient,
) -> None:
    first = {name: value for name, value in TYPED.items() if name.startswith("n1")}
    assert press(site, HOME, f"{HOME}/new", act="save", seen="0", **first) == (303, f"{HOME}/1")
    assert press(site, f"{HOME}/1", f"{HOME}/1", act="activate") == (303, HOME)
    status, page = press(site, HOME, f"{HOME}/new", act="save", seen="0", **TYPED)
    assert (status, "включил другую редакцию, 1" in page) == (422, True)
    assert 'name="seen" value="1"' in page
    again = press(site, HOME, f"{HOME}/new", act="save", seen="1", **TYPED)
    assert again == (303, f"{HOME}/2")


def test_an_unknown_version_is_not_found(site: TestClient) -> None:
    assert site.get(f"{HOME}/9").status_code == 404
    assert site.get(f"{HOME}/{2**60}").status_code == 404
    assert "болванка" in site.get(f"{HOME}/new?text=болванка").text


def test_a_second_person_puts_words_in_force_and_the_same_words_are_nothing_new(
    house: House,
) -> None:
    words = Dictionary(words=[Word(text="болванка", item_class="steel_round")])
    number = dictionary.propose(house, words, "anna", None)
    with pytest.raises(Conflict, match="second person"):
        activate(house, DICTIONARY, number, "anna")
    activate(house, DICTIONARY, number, "boris")
    with pytest.raises(ConfigError, match="are in force"):
        dictionary.propose(house, words, "anna", None)
    back(house, DICTIONARY, "boris", 1, None)
    with house.store.read() as reader:
        assert DICTIONARY.lines(reader) is None


def test_only_what_changed_is_read_after_words_stand(house: House) -> None:
    words = Dictionary(words=[Word(text="болванка", item_class="steel_round")])
    activate(house, DICTIONARY, dictionary.propose(house, words, "anna", None), "boris")
    settle(house)
    with house.store.write() as writer:
        canonical.save(writer, "item", canonical_items([item("erp", "4", "Болванка 42 ст45")]))
    settle(house)
    assert read_as(house, "4")[0] == "steel_round"


def test_signs_in_a_taught_word_are_only_themselves() -> None:
    typed = [
        {"text": "(чёрн.)", "item_class": "steel_sheet", "attribute": "grade", "value": "ст3"},
        {"text": " ", "item_class": "", "attribute": "", "value": ""},
    ]
    taught = understood(shipped(), typed)
    assert [word.text for word in taught.words] == ["(чёрн.)"]
