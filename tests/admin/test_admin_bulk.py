"""Everything at once, and then what changes: no gap between the two, whoever writes meanwhile."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admin.api.client import Kanon, Problem
from admin.guard import masking
from schemas.golden import GOLDEN
from store import Store, golden, spool
from tests.admin.outside import Outside, filled, outside
from tests.flows.judged import inn, judged_over
from tests.support.records import golden_records


@pytest.fixture
def hub(store: Store, tmp_path: Path) -> Iterator[Outside]:
    with outside(filled(judged_over(store, tmp_path))) as found:
        yield found


def client(hub: Outside, role: str = "crm") -> Kanon:
    http = getattr(hub, role)
    return Kanon("", http.headers["authorization"].removeprefix("Bearer "), http=http)


def test_parquet_has_every_living_record_as_one_is_answered(hub: Outside, tmp_path: Path) -> None:
    kinds = ("parties", "units", "contacts", "contact-points", "addresses", "items")
    for kind in kinds:
        place = client(hub).bulk(kind, tmp_path / "all.parquet")
        assert place == hub.judged.feed_end()
        rows = pl.read_parquet(tmp_path / "all.parquet").to_dicts()
        assert rows == sorted(client(hub).every(kind), key=lambda one: str(one["id"])), kind
        assert rows
    told = pl.read_parquet_metadata(tmp_path / "all.parquet")
    assert told["kanon.position"] == str(hub.judged.feed_end())


def test_csv_holds_nothing_a_spreadsheet_would_compute(hub: Outside, tmp_path: Path) -> None:
    answer = hub.crm.get("/v1/contact-points.csv")
    assert answer.headers["content-disposition"].endswith('"contact-points.csv"')
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert {row["value"] for row in rows} == {"'+74950000001", "ivanov@romashka.ru"}
    assert int(answer.headers["kanon-rows"]) == len(rows)
    problem = hub.crm.get("/v1/nothing.csv")
    assert problem.status_code == 422


@given(st.lists(st.text(), max_size=5))
def test_no_text_becomes_a_formula_and_none_is_lost(texts: list[str]) -> None:
    told = spool.safe(pl.DataFrame({"v": texts}, schema={"v": pl.String}))["v"].to_list()
    for text, cell in zip(texts, told, strict=True):
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
        assert cell.removeprefix("'") == text or cell == text


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.sampled_from(["phone", "fax", "email", "web"]), st.text(max_size=20))),
)
def test_many_are_masked_by_the_rule_of_one(points: list[tuple[str, str]]) -> None:
    frame = pl.DataFrame(points, schema={"kind": pl.String, "value": pl.String}, orient="row")
    one_by_one = [masking.masked(kind, value) for kind, value in points]
    assert masking.points(frame)["value"].to_list() == one_by_one


def test_a_viewer_gets_masked_phones_in_bulk_too(hub: Outside, tmp_path: Path) -> None:
    client(hub, "viewer").bulk("contact-points", tmp_path / "p.parquet")
    assert "+7495•••••01" in pl.read_parquet(tmp_path / "p.parquet")["value"].to_list()


def test_bulk_and_then_changes_make_a_true_copy_under_concurrent_writes(
    hub: Outside, tmp_path: Path
) -> None:
    """Companies come, change and are merged while the file is made; the copy ends as the hub is."""
    stop = threading.Event()

    def writes() -> None:
        number = 100
        while not stop.is_set():
            number += 1
            rows = [{"key": f"n{number}", "name": f"ООО Завод {number}", "inn": inn(number)}]
            rows.append({"key": "c1", "name": f"ООО Вектор {number}", "inn": inn(2)})
            if number % 3 == 0:
                rows[0]["inn"] = inn(number - 1)
            hub.judged.put(*rows)

    thread = threading.Thread(target=writes)
    thread.start()
    try:
        place = client(hub).bulk("parties", tmp_path / "all.parquet")
        place = max(0, place)
    finally:
        stop.set()
        thread.join()
    copy = {row["id"]: row for row in pl.read_parquet(tmp_path / "all.parquet").to_dicts()}
    for changes in client(hub).follow("copy", start=place, wait=0.1):
        if not changes:
            break
        for one in changes:
            if one["entity"] == "legal_entity":
                copy.pop(one["golden_id"], None)
                if one["op"] in ("created", "changed", "split"):
                    _read(client(hub), one["golden_id"], copy)
    now = {one["id"]: one for one in client(hub).every()}
    assert copy == now


def _read(hub: Kanon, golden_id: str, copy: dict[str, dict[str, object]]) -> None:
    """The company as it is now, unless it has ended since: the event that says so is to come."""
    try:
        found = hub.party(golden_id)
    except Problem as gone:
        if gone.status != 410:
            raise
        return
    if found["id"] == golden_id:
        names = [*GOLDEN["legal_entity"].model_fields, "version"]
        copy[golden_id] = {name: dict(found)[name] for name in names}


def test_a_large_base_goes_out_in_portions(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a row is lost at the seams, and no portion is larger than it may be."""
    monkeypatch.setattr(spool, "PORTION", 7)
    rows = [{"id": f"id-{n:04d}", "name": f"ООО {n}"} for n in range(50)]
    with sqlite_store.write() as writer:
        golden.save(writer, "legal_entity", golden_records("legal_entity", rows))
    portions: list[int] = []

    def seen(frame: pl.DataFrame) -> pl.DataFrame:
        portions.append(frame.height)
        return frame

    for kind in ("parquet", "csv"):
        made = spool.spool(sqlite_store, "legal_entity", kind, tmp_path / kind, seen)  # type: ignore[arg-type]  # one of two
        assert made.rows == 50
    assert max(portions) == 7
    assert pl.read_parquet(tmp_path / "parquet")["id"].to_list() == [row["id"] for row in rows]
    assert pl.read_csv(tmp_path / "csv", separator=";", encoding="utf8")["id"].len() == 50
