"""Kill -9 inside and after the stages of goods: started again, goods and what is offered of them are the same."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Table, select

from config.settings import Settings
from flows.catalogue import dictionary
from flows.house import House, open_house
from flows.sync import refresh, settle
from flows.versions import activate
from mappings.nomenclature.taught import Dictionary, Word
from schemas.goods import good_columns
from store.engine import Store
from store.goods import TABLES
from store.tables import run
from store.versions import DICTIONARY
from tests.faults.conftest import Workers
from tests.support.house import house_over, settings_over
from tests.support.state import assert_same_state

# What each process does, and where it dies; the next one goes on from what it left.
FIRST = (
    ("refresh", "catalogue", "inside", 1), ("settle", "catalogue", "inside", 1),
    ("settle", "catalogue", "after", 1), ("settle", "offers", "inside", 1), ("settle", "offers", "after", 1),
)  # fmt: skip
# Once more over goods there are, when all names are to be read anew.
AGAIN = tuple(("settle", *at) for _, *at in FIRST[1:])
TAUGHT = Dictionary(words=[Word(text="жесть", item_class="steel_sheet")])


def goods_of(store: Store) -> dict[str, pl.DataFrame]:
    """Goods, their records and groups, prices, stock, codes, comparisons, holders."""
    with store.read() as reader:
        return {
            table.name: reader.frame(select(*_told(table, model)).order_by(table.c.id))
            for table, model in TABLES
        }


def _told(table: Table, model: type[BaseModel]) -> list[ColumnElement[Any]]:
    return [table.c[name] for name in good_columns(model)]


def teach(house: House) -> None:
    """Words in force that make every name be read again."""
    activate(house, DICTIONARY, dictionary.propose(house, TAUGHT, "anna", None), "boris")


@pytest.fixture(scope="module")
def undisturbed_goods(
    world: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """What nobody kills: the goods at first, and after the words."""
    house = open_house(
        Settings(home=tmp_path_factory.mktemp("goods"), config=world / "config"), create=True
    )
    try:
        assert [outcome.error for outcome in refresh(house) if outcome.error] == []
        first = goods_of(house.store)
        teach(house)
        settle(house)
        return first, goods_of(house.store)
    finally:
        house.close()


@pytest.mark.timeout(600)
def test_goods_killed_inside_and_after_every_stage_end_like_undisturbed_ones(
    store: Store,
    world: Path,
    undisturbed_goods: tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]],
    workers: Workers,
) -> None:
    settings = settings_over(store, world)
    first, taught = undisturbed_goods
    assert all(frame.height > 0 for frame in first.values())
    _killed(workers, settings, FIRST)
    house = house_over(store, world)
    settle(house)
    assert_same_state(first, goods_of(store))
    teach(house)
    house.close()
    _killed(workers, settings, AGAIN)
    house = house_over(store, world)
    settle(house)
    house.close()
    assert_same_state(taught, goods_of(store))
    with store.read() as reader:
        assert reader.rows(select(run.c.id).where(run.c.state == "failed")) == []


def _killed(
    workers: Workers, settings: Settings, kills: tuple[tuple[str, str, str, int], ...]
) -> None:
    for act, stage, where, number in kills:
        code = workers.refresh(settings, stage, where, number, act=act)
        assert code == -signal.SIGKILL, (act, stage, where)
