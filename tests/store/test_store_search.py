"""The search box, and paging by keyset."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from store import Store, golden, search
from store.tables import landing_batch, lease
from store.views.paging import Order, Place, page, place
from tests.support.records import NOON, golden_records

_ENTITIES: list[dict[str, Any]] = [
    {"id": "1", "name": "ООО «Королёв и партнёры»", "inn": "7707083893", "ogrn": "1027700132195"},
    {
        "id": "2",
        "name": 'АО "Уральский кабель"',
        "full_name": "Акционерное общество",
        "inn": "6670000000",
    },
    {"id": "3", "name": "ООО Урал 74", "inn": "7400000000"},
    {"id": "4", "name": "О'Нил 100% _x_", "inn": None},
]


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write() as writer:
        golden.save(writer, "legal_entity", golden_records("legal_entity", _ENTITIES))
        units = [{"id": "u", "legal_entity_id": "2", "kpp": "667101001"}]
        golden.save(writer, "unit", golden_records("unit", units))
        points = [
            {
                "id": "p",
                "owner": "legal_entity",
                "owner_id": "3",
                "kind": "phone",
                "value": "+73512000000",
            },
            {
                "id": "m",
                "owner": "legal_entity",
                "owner_id": "1",
                "kind": "email",
                "value": "info@korolev.ru",
            },
        ]
        golden.save(writer, "contact_point", golden_records("contact_point", points))
    return store


def _found(store: Store, text: str) -> list[str]:
    with store.read() as reader:
        return search.search(reader, text)["id"].to_list()


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("королев", ["1"]),
        ("КОРОЛЁВ партнер", ["1"]),
        ("урал", ["3", "2"]),
        ("урал кабель", ["2"]),
        ("ск", ["2"]),
        ("о'нил", ["4"]),
        ("100%", ["4"]),
        ('"', []),
        ("", []),
        ("7707083", ["1"]),
        ("102770", ["1"]),
        ("6671 01 001", ["2"]),
        ("8 (351) 200-00-00", ["3"]),
        ("+7351200", ["3"]),
        ("351 200", ["3"]),
        ("info@KOROLEV", ["1"]),
        ("нет такого", []),
        ("' OR 1=1 --", []),
        ("NEAR(урал", []),
    ],
)
def test_search_finds_by_name_number_phone_and_mail(
    filled: Store, typed: str, ids: list[str]
) -> None:
    assert _found(filled, typed) == ids


def test_search_follows_renames_and_ends(filled: Store) -> None:
    """The index keeps step with updates; records that ended are not found."""
    renamed = [{**_ENTITIES[0], "name": "ООО Вятка"}, *_ENTITIES[1:3]]
    with filled.write() as writer:
        golden.save(writer, "legal_entity", golden_records("legal_entity", renamed), whole=True)
    assert _found(filled, "вятка") == ["1"]
    assert _found(filled, "королев") == []
    assert _found(filled, "нил") == []


def test_items_are_found_by_article_and_name(store: Store) -> None:
    rows = [{"id": "1", "article": "100200", "name": "Кабель ВВГнг 3х2.5"}]
    with store.write() as writer:
        golden.save(writer, "item", golden_records("item", rows))
        assert search.search(writer, "1002", entity="item")["id"].to_list() == ["1"]
        assert search.search(writer, "ввгнг 3х2.5", entity="item")["id"].to_list() == ["1"]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_normal_text_is_normal(typed: str) -> None:
    """Normalising twice is normalising once, and what is stored is what a query becomes."""
    once = search.normal(typed)
    assert search.normal(once) == once
    frame = golden_records("legal_entity", [{"id": "1", "name": typed}])
    assert frame.select(search.search_text("legal_entity")).item() == once


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_pages_joined_are_the_list(store: Store, descending: bool, size: int) -> None:
    """Equal sort values across a page edge are neither lost nor repeated, forth and back."""
    told = {"acquired_at": NOON, "expires_at": NOON}
    with store.write() as writer:
        for n in range(7):
            writer.execute(insert(lease).values(name=str(n), owner="ёя"[n % 2], **told))
    order = Order("owner", (lease.c.owner, lease.c.name), "", descending)
    forth, back, start = [], [], None
    with store.read() as reader:
        whole = page(reader, select(lease), order, None, 100).rows
        while True:
            found = page(reader, select(lease), order, start, size)
            forth.append(list(found.rows))
            start = place(found.next, order)
            if start is None:
                break
        start = place(found.previous, order)
        while start is not None:
            earlier = page(reader, select(lease), order, start, size)
            back.append(list(earlier.rows))
            start = place(earlier.previous, order)
    assert [row for part in forth for row in part] == list(whole)
    assert list(reversed(back)) == forth[:-1]
    assert all(len(part) <= size for part in forth)


NAMED = Order("name", (lease.c.owner, landing_batch.c.id), "")


@pytest.mark.parametrize(
    "text",
    ["", "?", "bm90IGpzb24", "e30", *(Place(keys).dumps() for keys in (
        (1,), (1, "ё"), ("ё", "ё"), ("ё", 2**63), ("a\0", 1),
    )), base64.urlsafe_b64encode(b'[0,"\\ud800",1]').decode(), "W1" * 900],
)  # fmt: skip
def test_a_damaged_page_link_leads_to_the_first_page(text: str) -> None:
    assert place(text, NAMED) is None


@pytest.mark.parametrize("backward", [False, True])
def test_a_link_keeps_its_place(backward: bool) -> None:
    told = Place(("ё", 1), backward)
    assert place(told.dumps(), NAMED) == told
