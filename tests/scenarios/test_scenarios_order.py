"""Golden is a function of the records as they are now, not of the way they came (design law 5)."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import yaml
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import select

from config.settings import Settings
from flows.house import House, open_house
from flows.sync import refresh
from store.engine import Store
from store.tables import golden, link
from tests.support.examples import examples

SOURCES = ("crm", "erp")
HEADINGS = ("Код", "Наименование", "ИНН", "КПП", "Телефон")
OWN_TO_A_STORE = {"id", "legal_entity_id", "version", "hash", "seq", "search_text"}

cards = st.fixed_dictionaries(
    {
        "Наименование": st.sampled_from(
            ["ООО «Ромашка»", "Ромашка ООО", "АО «Тополь»", "ЗАО «Клён»"]
        ),
        "ИНН": st.sampled_from(["7707083893", "7736050003", "7707083894", ""]),
        "КПП": st.sampled_from(["770701001", "773601001", "504743001", ""]),
        "Телефон": st.sampled_from(["+7 495 000-00-01", "8 (495) 000-00-02", ""]),
    }
)
edits = st.tuples(st.sampled_from(SOURCES), st.integers(1, 4), cards)
steps = st.lists(edits | st.just("refresh"), min_size=3, max_size=9)


@dataclass
class Bench:
    """Two spreadsheets that people edit, and a house that reads them."""

    folder: Path
    rows: dict[str, dict[int, Mapping[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "config" / "connections").mkdir(parents=True)
        for number, name in enumerate(SOURCES, start=1):
            self._connect(name)
            card = {"Наименование": "ООО «Начало»", "ИНН": "", "КПП": "", "Телефон": ""}
            self.edit(name, number, card)

    def _connect(self, name: str) -> None:
        layout = {"patterns": ["*.csv"], "format": "csv", "key": ["Код"]}
        layouts = {"path": str(self.folder / name), "streams": {"counterparties": layout}}
        text = yaml.safe_dump({"kind": "files", "settings": layouts}, allow_unicode=True)
        (self.folder / "config" / "connections" / f"{name}.yaml").write_text(text, "utf-8")

    def edit(self, name: str, number: int, card: Mapping[str, str]) -> None:
        """One row of a spreadsheet is new or changed; the file is saved as a whole."""
        self.rows.setdefault(name, {})[number] = card
        file = self.folder / name / "clients.csv"
        file.parent.mkdir(exist_ok=True)
        with file.open("w", encoding="utf-8", newline="") as text:
            writer = csv.writer(text, delimiter=";")
            writer.writerow(HEADINGS)
            for code, row in sorted(self.rows[name].items()):
                writer.writerow([code, *(row[heading] for heading in HEADINGS[1:])])

    def house(self, template: Path, name: str) -> House:
        """A house of its own over these spreadsheets, empty."""
        home = self.folder / name
        home.mkdir()
        shutil.copy(template, home / "kanon.db")
        return open_house(Settings(home=home, config=self.folder / "config"))


def partition(store: Store, level: str) -> set[frozenset[tuple[str, str]]]:
    """Which records belong together, whatever the identity they share is called."""
    with store.read() as reader:
        links = reader.frame(select(link).where(link.c.entity == "party"))
    groups = links.group_by(level).agg(pl.struct("connection", "key").alias("records"))
    return {frozenset((r["connection"], r["key"]) for r in group) for group in groups["records"]}


def content(store: Store, entity: str) -> list[str]:
    """What the living golden records of an entity say, without what differs between two stores."""
    with store.read() as reader:
        rows = reader.frame(select(golden[entity]).where(golden[entity].c.state == "active"))
    told = rows.drop([name for name in rows.columns if name in OWN_TO_A_STORE])
    return sorted(str(row) for row in told.iter_rows())


def refreshed(house: House) -> None:
    assert [outcome.error for outcome in refresh(house) if outcome.error] == []


@settings(max_examples=examples(4), deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=steps)
def test_refreshes_in_between_do_not_change_where_edits_lead(
    sqlite_template: Path, steps: list[tuple[str, int, dict[str, str]] | str]
) -> None:
    with TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        often = bench.house(sqlite_template, "often")
        for step in steps:
            if isinstance(step, str):
                refreshed(often)
            else:
                bench.edit(*step)
        refreshed(often)
        once = bench.house(sqlite_template, "once")
        refreshed(once)
        note(str(bench.rows))
        for level in ("golden_id", "unit_id"):
            assert partition(often.store, level) == partition(once.store, level)
        for entity in ("legal_entity", "unit"):
            assert content(often.store, entity) == content(once.store, entity)
        often.close()
        once.close()
