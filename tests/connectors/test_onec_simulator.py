"""The connector over real HTTP against the simulated publication and its traps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from connectors.onec import OneC, OneCSettings
from connectors.registry import validated
from schemas.errors import ConfigError, ContractBroken, Refused, Retryable
from schemas.records import DELETED, KEY, Batch, Cursor
from simulators import onec
from simulators.world import World

UNTIL = datetime(2030, 1, 1, tzinfo=UTC)
PARTIES, ITEMS = "Catalog_Контрагенты", "Catalog_Номенклатура"
PEOPLE, ORDERS, PARTNERS = (
    "Catalog_КонтактныеЛицаПартнеров",
    "Document_ЗаказКлиента",
    "Catalog_Партнеры",
)


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=3, companies=200)


@pytest.fixture
def base(world: World) -> Iterator[onec.OneC]:
    with onec.serve(onec.Publication(onec.build_base(world))) as running:
        yield running


def connector(base: onec.OneC, **more: Any) -> OneC:
    wanted = {
        "url": base.url,
        "user": base.user,
        "password": base.password,
        "page": 50,
        "exchange": {"plan": base.plan, "node": base.node, "ignore": [PARTNERS]},
        **more,
    }
    return OneC("trade", validated(OneCSettings, "trade", wanted))


def read(source: OneC, stream: str, cursor: Cursor | None = None) -> list[Batch]:
    return list(source.read(stream, cursor, UNTIL))


def keys(batches: list[Batch]) -> list[str]:
    return [key for batch in batches for key in batch.rows[KEY]]


@pytest.mark.parametrize("form", ["json", "atom"])
@pytest.mark.parametrize("stream", [PARTIES, PEOPLE, ITEMS])
def test_each_catalogue_is_read_whole(base: onec.OneC, form: str, stream: str) -> None:
    found = keys(read(connector(base, form=form), stream))
    assert sorted(found) == sorted(base.base.sets[stream])


def test_json_and_atom_give_the_same_bytes(base: onec.OneC) -> None:
    as_json = pl.concat(batch.rows for batch in read(connector(base), PARTIES))
    as_atom = pl.concat(batch.rows for batch in read(connector(base, form="atom"), PARTIES))
    assert as_json.equals(as_atom)


@pytest.mark.parametrize("drift", ["insert", "delete"])
@pytest.mark.parametrize("by_presentation", [False, True])
def test_drift_loses_nothing_that_stays(base: onec.OneC, drift: str, by_presentation: bool) -> None:
    before = set(base.base.sets[PARTIES])
    base.faults.drift = drift
    base.faults.orderby_key_is_presentation = by_presentation
    found = keys(read(connector(base), PARTIES))
    assert before & set(base.base.sets[PARTIES]) <= set(found)
    assert len(found) == len(set(found))


def test_pages_shrink_until_memory_suffices(base: onec.OneC) -> None:
    base.faults.memory_rows = 9
    base.faults.error_shape = "application"
    assert len(keys(read(connector(base), PARTIES))) == len(base.base.sets[PARTIES])


def test_orders_are_read_by_windows(base: onec.OneC) -> None:
    source = connector(base, sets={ORDERS: {"date": "Date", "window_days": 90}})
    assert sorted(keys(read(source, ORDERS))) == sorted(base.base.sets[ORDERS])


def test_changes_arrive_until_acknowledged_and_marks_of_deletion_with_them(base: onec.OneC) -> None:
    source = connector(base)
    assert read(source, "changes") == []
    changed = set(base.base.change(5)) | set(base.base.change(3, ITEMS))
    gone = next(iter(set(base.base.sets[PARTIES]) - changed))
    base.base.mark_deleted(PARTIES, gone)
    first = read(source, "changes")
    assert set(keys(first)) == changed | {gone}
    deleted = [key for b in first for key in b.rows.filter(pl.col(DELETED))[KEY]]
    assert deleted == [gone]
    cursor = first[-1].cursor
    assert cursor is not None
    late = set(base.base.change(2))
    assert set(keys(read(connector(base), "changes", cursor))) == late
    done = read(source, "changes", cursor)[-1].cursor
    assert done is not None
    source.acknowledge("changes", done)
    assert read(source, "changes", done) == []


def test_a_change_looks_the_same_as_in_a_whole_reading(base: onec.OneC) -> None:
    changed = base.base.change(5)
    source = connector(base)
    whole = pl.concat(batch.rows for batch in read(source, PARTIES))
    change = read(source, "changes")[0].rows
    wanted = whole.filter(pl.col(KEY).is_in(changed)).sort(KEY)
    assert change.select(wanted.columns).sort(KEY).equals(wanted)


def test_one_control_character_stops_the_message_with_the_cure(base: onec.OneC) -> None:
    base.base.spoil(PARTIES, next(iter(base.base.sets[PARTIES])))
    with pytest.raises(ContractBroken, match="forbidden character"):
        read(connector(base), "changes")


@pytest.mark.parametrize("shape", ["odata", "application", "html"])
def test_troubles_are_told_apart_in_every_shape_of_error(base: onec.OneC, shape: str) -> None:
    base.faults.error_shape = shape
    base.faults.unpublished = frozenset({PEOPLE})
    with pytest.raises(ConfigError, match="not published"):
        read(connector(base), PEOPLE)
    with pytest.raises(Refused, match="did not accept"):
        read(connector(base, password="нет"), PARTIES)
    base.faults.memory_rows = 0
    with pytest.raises(Retryable, match="memory"):
        read(connector(base, page=1), PARTIES)


def test_the_check_names_what_is_wrong(base: onec.OneC) -> None:
    assert [probe.name for probe in connector(base).check() if not probe.ok] == []
    base.faults.unpublished = frozenset({ITEMS})
    assert [probe.name for probe in connector(base).check() if not probe.ok] == [ITEMS]
    base.faults.refuse_login = True
    assert [probe.name for probe in connector(base).check() if not probe.ok] == ["login"]


def test_an_answer_cut_short_is_asked_again(base: onec.OneC) -> None:
    base.faults.cut = 1
    assert len(keys(read(connector(base), PARTIES))) == len(base.base.sets[PARTIES])


REGISTERS: dict[str, dict[str, Any]] = {
    "InformationRegister_ЦеныНоменклатуры": {
        "key": ["Номенклатура_Key", "Характеристика_Key", "ВидЦены_Key"], "virtual": "SliceLast",
    },
    "AccumulationRegister_ТоварыНаСкладах": {
        "key": ["Номенклатура_Key", "Характеристика_Key", "Склад_Key", "Серия_Key"], "virtual": "Balance",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", REGISTERS)
def test_a_register_is_read_as_its_virtual_table_and_a_row_that_is_gone_is_missed(
    base: onec.OneC, name: str
) -> None:
    source = connector(base, sets={name: REGISTERS[name]}, exchange=None)
    assert [probe.name for probe in source.check() if not probe.ok] == []
    rows = base.base.registers[name]
    found = keys(read(source, name))
    assert len(found) == len(set(found)) == len(rows) == source.count(name, None, UNTIL) > 0
    (stream,) = source.discover()
    assert (stream.cursor_kind, stream.delete_mode) == ("snapshot", "key_sweep")
    gone = rows.pop()
    left = keys(read(source, name))
    assert set(found) - set(left) == {"|".join(gone[part] for part in REGISTERS[name]["key"])}


def test_a_virtual_table_that_is_not_published_is_told(base: onec.OneC) -> None:
    name = "InformationRegister_ЦеныНоменклатуры"
    source = connector(base, sets={name: {**REGISTERS[name], "virtual": "Balance"}}, exchange=None)
    assert not next(probe for probe in source.check() if name in probe.name).ok
