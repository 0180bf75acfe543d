"""What managers write down of calls in 1C: a fact beside the call of the switch, and no second call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from admin.commands.demo_config import ONEC_SETS
from config.telephony import Telephony, load_telephony
from flows.calls.assemble import assembled, closed
from flows.calls.twice import told_once
from flows.house import House
from flows.sync import settle, sync
from mappings.load import load_mapping
from schemas.calls import OF_LEG, call_columns
from schemas.entities import columns
from schemas.errors import ConfigError
from simulators.onec import OneC, Publication, build_base, serve
from simulators.onec.base import Base
from simulators.onec.calls import fill_calls
from simulators.onec.schema import CALLS, USERS
from simulators.telephony import Day, working_day, write_master_csv
from simulators.world import World
from store import Store, calls, canonical
from store.views import call_notes
from store.views import calls as journal
from tests.support.examples import examples
from tests.support.house import house_over
from tests.support.legs import canonical_legs

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
RULES = Telephony(documents={"trade": "s"})
NUMBERS = [f"8916000{n:04d}" for n in range(12)]


def call(id_: str, second: int, lasts: int = 60, **told: Any) -> dict[str, Any]:
    begun = NINE + timedelta(seconds=second)
    usual = {
        "id": id_, "connection": id_.partition("-")[0], "linked": id_, "direction": "inbound",
        "number": "1", "phone": "+79160000001", "answered": True, "started_at": begun,
        "ended_at": begun + timedelta(seconds=lasts), "wait_s": 5, "talk_s": 55, "legs": 1,
    }  # fmt: skip
    return usual | told


def same(*rows: dict[str, Any]) -> dict[str, str]:
    kinds = call_columns()
    frame = pl.DataFrame([{n: row.get(n) for n in kinds} for row in rows], schema=kinds)
    told = told_once(frame, RULES).filter(pl.col("same_as").is_not_null())
    return dict(told.select("id", "same_as").iter_rows())


def test_a_document_belongs_to_the_call_it_was_written_in_however_long_that_had_lasted() -> None:
    assert same(call("s-1", 0, 1800), call("trade-1", 900, 0)) == {"trade-1": "s-1"}
    assert same(call("s-1", 0, 1800), call("trade-1", 1920, 0)) == {"trade-1": "s-1"}
    assert same(call("s-1", 0, 1800), call("trade-1", 1921, 0)) == {}
    assert same(call("s-1", 0), call("trade-1", -120, 0)) == {"trade-1": "s-1"}
    assert same(call("s-1", 0), call("trade-1", 5, 0, direction="outbound")) == {}
    assert same(call("s-1", 0), call("trade-1", 5, 0, phone="+79160000002")) == {}
    assert same(call("other-1", 0), call("trade-1", 5, 0)) == {}


def test_several_documents_may_note_one_call_and_each_finds_the_nearest() -> None:
    rows = [call("s-1", 0, 60), call("s-2", 100, 60)]
    noted = [
        call("trade-1", 10, 0),
        call("trade-2", 50, 0),
        call("trade-3", 75, 0),
        call("trade-4", 90, 0),
    ]
    assert same(*rows, *noted) == {
        "trade-1": "s-1", "trade-2": "s-1", "trade-3": "s-1", "trade-4": "s-2",
    }  # fmt: skip


def documents(day: Day) -> pl.DataFrame:
    """The legs that documents of a day's calls become by the shipped mapping."""
    base = Base()
    cards = pl.DataFrame({"phone": ["9160000000"], "partner": ["p1"]})
    fill_calls(base, cards, [day], seed=1)
    users = pl.DataFrame(
        [
            {"Ref_Key": key, "Description": row["Description"]}
            for key, row in base.sets[USERS].items()
        ]
    )
    rows = [
        {
            **{name: str(value).lower() if isinstance(value, bool) else value for name, value in row.items()},
            "_key": row["Ref_Key"], "_landing_id": 1, "_landing_row": nth, "_deleted": False,
            "_changed_at": None,
        }
        for nth, row in enumerate(base.sets[CALLS].values())
    ]  # fmt: skip
    mapping = load_mapping("onec", "Document_ТелефонныйЗвонок")
    frame = pl.DataFrame(rows, infer_schema_length=None)
    mapped = mapping.apply(frame, "trade", {"Catalog_Пользователи": users})
    assert mapped.rejects.is_empty()
    return mapped.records.select(list(columns("call_leg")))


@settings(deadline=None, max_examples=examples(15))
@given(seed=st.integers(0, 2**32), number=st.integers(13, 80))
def test_with_and_without_documents_the_same_calls_count(seed: int, number: int) -> None:
    """Each document finds a call of its number, and calls are told as if there were none."""
    day = working_day(NUMBERS, number, seed=seed, day=datetime(2026, 11, 20))  # noqa: DTZ001  the switch's own time
    legs = canonical_legs(day.rows)
    # Both tell the same local times; the documents' are Moscow's.
    noted = documents(day).with_columns(
        pl.col("started_at", "ended_at").dt.offset_by("3h"),
    )
    alone = closed(told_once(assembled(legs, RULES), RULES))
    both = pl.concat([legs.select(OF_LEG), noted.select(OF_LEG)])
    told = closed(told_once(assembled(both, RULES), RULES))
    counted = told.filter(pl.col("same_as").is_null()).sort("id")
    assert counted.equals(alone.sort("id"))
    assert told.height == alone.height + noted.height


def test_a_document_without_a_call_of_the_switch_is_a_call_of_its_own() -> None:
    """A talk over a mobile that no switch saw."""
    day = working_day(NUMBERS, 30, seed=3)
    told = assembled(documents(day), RULES)
    assert set(told["direction"]) == {"inbound", "outbound"}
    assert told["answered"].all()
    assert told["missed"].is_null().all()
    assert told["employee"].str.contains(" ").all(), "people, by name"
    assert told["phone"].str.starts_with("+7916").all()
    assert told.filter(pl.col("did").is_not_null()).is_empty()


def test_documents_and_their_switch_must_not_refer_to_each_other(tmp_path: Path) -> None:
    (tmp_path / "telephony.yaml").write_text(
        "told_twice: {a: b}\ndocuments: {b: a}\n", encoding="utf-8"
    )
    with pytest.raises(ConfigError, match="documents"):
        load_telephony(tmp_path)
    (tmp_path / "telephony.yaml").write_text("documents: {a: b}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"telephony\.yaml"):
        load_telephony(tmp_path, ["a"])


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=7, companies=40)


def number_of(world: World) -> list[str]:
    known = world.cards("onec").filter(pl.col("phones").is_not_null())["phone"]
    return [f"8{phone}" for phone in known.unique(maintain_order=True).head(5)]


@pytest.fixture
def trade(world: World) -> Iterator[tuple[OneC, Day]]:
    day = working_day(number_of(world), 40, seed=5, apart=(5, 300))
    with serve(Publication(build_base(world, date(2026, 11, 20), [day]))) as running:
        yield running, day


@pytest.fixture
def house(
    store: Store, tmp_path: Path, trade: tuple[OneC, Day], monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    onec, day = trade
    monkeypatch.setenv("TRADE", onec.password)
    names = (
        "Catalog_Контрагенты", "Catalog_КонтактныеЛицаПартнеров", "Catalog_Номенклатура",
        "Catalog_Пользователи", CALLS,
    )  # fmt: skip
    sets = {name: ONEC_SETS[name] for name in names}
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    told = {
        "trade": {"kind": "onec", "settings": {
            "url": onec.url, "user": onec.user, "password": "env:TRADE", "sets": sets}},
        "switch": {"kind": "asterisk", "settings": {"path": str(tmp_path / "cdr")}},
    }  # fmt: skip
    for name, body in told.items():
        text = yaml.safe_dump(body, allow_unicode=True)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "config" / "telephony.yaml").write_text(
        "documents: {trade: switch}\n", encoding="utf-8"
    )
    write_master_csv(day.rows, tmp_path / "cdr" / "Master.csv")
    opened = house_over(store, tmp_path)
    yield opened
    opened.close()


@pytest.mark.both_engines
@pytest.mark.parametrize("order", [("trade", "switch"), ("switch", "trade")])
def test_documents_of_1c_are_shown_on_the_switchs_calls_and_count_no_more(
    house: House, trade: tuple[OneC, Day], order: tuple[str, str]
) -> None:
    """Whichever is read first; what the manager wrote and whom he chose stand on the call."""
    for name in order:
        sync(house, name)
        settle(house)
    with house.store.read() as reader:
        stored = calls.load(reader)
        page = journal.listing(reader, {}, journal.NEWEST, None, 500)
        noted = stored.filter(pl.col("connection") == "trade")
        assert noted["same_as"].is_not_null().all()
        assert len(page.rows) == len(trade[1].calls)
        card = journal.card(reader, noted["same_as"][0])
        assert card is not None
        notes = call_notes.of_call(reader, card)
        own = journal.card(reader, noted["id"][0])
        assert own is not None
        assert call_notes.of_call(reader, own) == notes
    assert notes[0]["subject"]
    assert notes[0]["noted_by"]
    assert notes[0]["company"], "the counterparty he chose, by its golden record"
    assert notes[0]["connection"] == "trade"


def test_what_is_written_later_is_shown_and_the_document_withdrawn_is_not(
    house: House, trade: tuple[OneC, Day]
) -> None:
    for name in ("trade", "switch"):
        sync(house, name)
    settle(house)
    base = trade[0].base
    key = next(iter(base.sets[CALLS]))
    base.put(CALLS, {"Ref_Key": key, "Тема": "Рекламация"}, register=False)
    sync(house, "trade")
    settle(house)
    with house.store.read() as reader:
        [same_as] = calls.load(reader).filter(pl.col("linked") == key)["same_as"]
        row = journal.card(reader, same_as)
        assert row is not None
        assert "Рекламация" in [note["subject"] for note in call_notes.of_call(reader, row)]
        before = calls.load(reader).height
    base.mark_deleted(CALLS, key)
    sync(house, "trade")
    settle(house)
    with house.store.read() as reader:
        assert calls.load(reader).height == before - 1
        assert "Рекламация" not in [note["subject"] for note in call_notes.of_call(reader, row)]
        assert canonical.living(reader, "call_leg") == before - 1 + _more_legs(trade[1])


def _more_legs(day: Day) -> int:
    """Rows of the switch beyond one a call."""
    return len(day.rows) - len({leg.linkedid for leg in day.rows})
