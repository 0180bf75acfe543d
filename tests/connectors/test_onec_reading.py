"""Sets of a 1C base are read whole: no object lost, none twice, every property word for word."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.onec import OneC, OneCSettings
from connectors.registry import build, validated
from schemas.errors import ConfigError, ContractBroken, Refused, Retryable
from schemas.records import DELETED, KEY, Batch, Cursor
from tests.connectors.onec_base import (
    ITEMS,
    ORDERS,
    PARTIES,
    PASSWORD,
    USER,
    ZERO,
    Base,
    party,
)

UNTIL = datetime(2026, 3, 1, tzinfo=UTC)


def connector(base: Base, **more: Any) -> OneC:
    plain = {"url": "http://1c.test/base", "user": USER, "password": PASSWORD}
    asked = {"sets": {PARTIES: {}}, "page": 10, **plain, **more}
    return OneC("base", validated(OneCSettings, "base", asked), base.transport())


def filled(count: int) -> Base:
    return Base({PARTIES: [party(number) for number in range(count)]})


def read(source: OneC, stream: str = PARTIES, cursor: Cursor | None = None) -> list[Batch]:
    return list(source.read(stream, cursor, UNTIL))


def keys(batches: list[Batch]) -> list[str]:
    return [key for batch in batches for key in batch.rows[KEY]]


def test_every_object_is_read_once_and_only_the_last_batch_may_be_resumed_from() -> None:
    batches = read(connector(filled(35)))
    assert sorted(keys(batches)) == sorted(one["Ref_Key"] for one in filled(35).sets[PARTIES])
    assert [batch.cursor is not None for batch in batches] == [False, False, False, True]


def test_properties_arrive_word_for_word() -> None:
    base = filled(1)
    base.sets[PARTIES][0] |= {"Сумма": 10, "Курс": 1.5, "Пусто": None, "X": ZERO, "X_Type": "T"}
    row = read(connector(base))[0].rows.row(0, named=True)
    assert row["ГоловнойКонтрагент_Key"] == ZERO
    assert (row["Сумма"], row["Курс"], row["Пусто"], row["X_Type"]) == ("10", "1.5", None, "T")
    assert row["DeletionMark"] == "false"
    assert json.loads(row["КонтактнаяИнформация"])[0]["Тип"] == "Телефон"


def test_atom_and_json_give_the_same_rows() -> None:
    base = filled(12)
    as_json = pl.concat(batch.rows for batch in read(connector(base)))
    as_atom = pl.concat(batch.rows for batch in read(connector(base, form="atom")))
    assert as_json.equals(as_atom)


def test_marked_for_deletion_is_deleted() -> None:
    base = filled(3)
    base.sets[PARTIES][1]["DeletionMark"] = True
    rows = pl.concat(batch.rows for batch in read(connector(base)))
    assert rows.filter(pl.col(DELETED))[KEY].to_list() == [base.sets[PARTIES][1]["Ref_Key"]]


@given(moves=st.lists(st.tuples(st.integers(0, 8), st.booleans(), st.integers(0, 39)), max_size=6))
@settings(max_examples=40, deadline=None)
def test_what_stays_is_never_lost_while_other_objects_come_and_go(
    moves: list[tuple[int, bool, int]],
) -> None:
    base = filled(40)
    stays = {one["Ref_Key"] for one in base.sets[PARTIES]}
    pages = 0

    def disturb(request: httpx.Request) -> None:
        nonlocal pages
        pages += 1
        for number, (page, adds, which) in enumerate(moves):
            if page != pages:
                continue
            if adds:
                base.put(PARTIES, party(5000 + number, Description=f"ООО Пример {which}"))
            elif which < len(base.sets[PARTIES]):
                stays.discard(base.sets[PARTIES].pop(which)["Ref_Key"])

    base.before = disturb
    found = keys(read(connector(base, page=7)))
    assert stays <= set(found)
    assert len(set(found)) == len(found)


def test_an_object_renamed_into_the_part_already_read_is_found_by_the_final_sweep() -> None:
    base = filled(30)
    by_order = sorted(base.sets[PARTIES], key=lambda one: one["Description"])
    first, last = by_order[0], by_order[-1]

    def rename(request: httpx.Request) -> None:
        if request.url.params.get("$skip") == "9":
            first["Description"], last["Description"] = last["Description"], first["Description"]
            base.before = lambda request: None

    base.before = rename
    assert last["Ref_Key"] in keys(read(connector(base)))


def test_the_page_shrinks_when_the_base_runs_out_of_memory() -> None:
    base = filled(20)
    base.memory = 4
    assert len(keys(read(connector(base, page=1000)))) == 20


def test_a_base_without_memory_for_one_object_says_so() -> None:
    base = filled(2)
    base.memory = 0
    with pytest.raises(Retryable, match="memory"):
        read(connector(base))


def test_documents_are_read_by_windows_and_each_window_can_be_resumed_from() -> None:
    base = Base({ORDERS: [order(number) for number in range(9)]})
    source = connector(base, sets={ORDERS: {"date": "Date", "window_days": 20, "lookback_days": 5}})
    batches = read(source, ORDERS)
    assert sorted(keys(batches)) == sorted(one["Ref_Key"] for one in base.sets[ORDERS])
    whole = set(keys(batches))
    for place, batch in enumerate(batches):
        assert batch.cursor is not None
        rest = set(keys(read(source, ORDERS, Cursor.loads(batch.cursor.dumps()))))
        assert set(keys(batches[: place + 1])) | rest == whole
    assert len(keys(read(source, ORDERS, batches[-1].cursor))) < len(whole)


def test_a_document_entered_into_the_past_is_seen_within_the_lookback() -> None:
    base = Base({ORDERS: [order(number) for number in range(9)]})
    source = connector(base, sets={ORDERS: {"date": "Date", "lookback_days": 30}})
    cursor = read(source, ORDERS)[-1].cursor
    late = party(777, Date="2026-02-10T00:00:00")
    base.put(ORDERS, late)
    assert late["Ref_Key"] in keys(read(source, ORDERS, cursor))


def order(number: int) -> dict[str, Any]:
    date = datetime(2025, 10, 1, tzinfo=UTC) + timedelta(days=15 * number)
    return party(number, Date=date.replace(tzinfo=None).isoformat())


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (httpx.Response(500, text="<html><h1>Ошибка</h1></html>"), Retryable, "HTTP 500"),
        (httpx.Response(200, text="не OData"), ContractBroken, "cannot be read"),
        (httpx.Response(200, text="<feed><entry>"), ContractBroken, "cannot be read"),
        (httpx.Response(400, json={"odata.error": {"message": "Недопустимый символ"}}),
         ContractBroken, "forbidden character"),
        (httpx.Response(500, json={"exception": {"descr": "Не обнаружена лицензия"}}),
         Retryable, "licence"),
        (httpx.Response(500, text="0J3QtdC00L7RgdGC0LDRgtC+0YfQvdC+INC/0LDQvNGP0YLQuA=="),
         Retryable, "memory"),
    ],
)  # fmt: skip
def test_each_shape_of_failure_says_what_to_do(
    answer: httpx.Response, error: type[Exception], said: str
) -> None:
    base = filled(1)
    base.before = lambda request: answer if PARTIES in request.url.path else None
    with pytest.raises(error, match=said):
        read(connector(base, page=1))


def test_texts_of_the_base_stay_out_of_messages() -> None:
    base = filled(1)
    secret = "ИНН 7707083893 Иванов"
    base.before = lambda request: httpx.Response(400, json={"odata.error": {"message": secret}})
    with pytest.raises(ContractBroken) as caught:
        read(connector(base))
    assert "Иванов" not in f"{caught.value.ru}{caught.value.en}{caught.value.detail}"


def test_an_unpublished_set_and_a_forbidden_one_are_told_apart() -> None:
    base = filled(1)
    with pytest.raises(ConfigError, match="not published"):
        read(connector(base, sets={ITEMS: {}}), ITEMS)
    base.forbidden = {PARTIES}
    with pytest.raises(Refused, match="no right"):
        read(connector(base))


def test_the_base_is_checked_probe_by_probe() -> None:
    base = filled(1)
    probes = {probe.name: probe for probe in connector(base, sets={PARTIES: {}, ITEMS: {}}).check()}
    assert [name for name, probe in probes.items() if not probe.ok] == [ITEMS]
    assert {"login", "metadata", PARTIES, "clock"} <= set(probes)


def test_a_register_needs_its_key() -> None:
    with pytest.raises(ConfigError, match="needs key"):
        build("onec", "b", {"url": "http://h/b", "user": "u", "password": "p",
                            "sets": {"InformationRegister_Цены": {}}})  # fmt: skip


def test_count_and_fetch_agree_with_reading() -> None:
    source = connector(filled(12))
    batches = read(source)
    assert source.count(PARTIES, None, UNTIL) == 12
    some = batches[0].rows.head(3)
    assert source.fetch(PARTIES, [*some[KEY], "нет"]).sort(KEY).equals(some.sort(KEY))
