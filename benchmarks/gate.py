"""Search before create: how long one typed counterparty takes, over a base of many.

The base is generated, loaded and matched as any other; that is not timed. Then people type: rows with
requisites that are there, rows of companies that are there without their numbers, rows of a name alone,
and rows of companies nobody knows. Beside it, in the same run, `rapidfuzz` scans all names of the base.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import polars as pl
from rapidfuzz import fuzz, process

from benchmarks.landing_to_canonical import BATCH_ROWS, HEADINGS, STREAM
from benchmarks.russian_counterparties.make import COMPANIES_PER_ROW
from benchmarks.serving import served
from config.connections import Connection
from config.settings import Settings
from config.trust import load_trust
from dedup.rules import RULES_VERSION
from flows.gate import ask, cleaned
from flows.house import House
from flows.map import map_stream
from flows.rule_sets import active
from flows.run import running
from flows.similar import similar
from flows.sync import settle
from schemas.errors import RecordRejected
from schemas.records import CHANGED_AT, DELETED, KEY, Batch
from simulators.world import World
from store import canonical, landing, open_store, upgrade

SEED = 1
GOAL_MS = {"clean": None, "near": None, "in process": 20.0, "over HTTP": 50.0}
FIELDS = ("name", "full_name", "inn", "kpp", "ogrn", "legal_address", "phones", "emails")
# What a person types of a row, by kind.
TYPED: Mapping[str, tuple[str, ...]] = {
    "requisites": FIELDS,
    "no requisites": ("name", "legal_address", "phones", "emails"),
    "name and phone": ("name", "phones"),
    "unknown": FIELDS,
}
Row = dict[str, str | None]
Timed = list[tuple[float, float]]


def run(rows: int, asked: int, home: Path | None) -> None:
    """Load a base of `rows` records, or go on with the one in `home`, and print one table."""
    with tempfile.TemporaryDirectory() as folder:
        place = home or Path(folder)
        house = opened(place)
        if not is_loaded(house):
            load(house, rows)
        questions = typed(rows, asked)
        figures = _in_process(house, questions)
        figures["rapidfuzz scan"] = _scan(house, questions)
        _print(rows, figures | {"over HTTP": _over_http(place, questions)})
        house.close()


def typed(rows: int, asked: int) -> list[Row]:
    """What people type: `asked` rows, the kinds of `TYPED` in turn."""
    known = World(SEED, _companies(rows)).flat(rows).sample(asked, seed=SEED)
    strangers = World(SEED + 1, _companies(asked)).flat(asked)
    found = []
    for nth in range(asked):
        kind = list(TYPED)[nth % len(TYPED)]
        row = (strangers if kind == "unknown" else known).rename({"address": "legal_address"})
        values = row.row(nth, named=True)
        told = {name: values[name] or None for name in TYPED[kind]}
        found.append({**dict.fromkeys(FIELDS), **told})
    return found


def _companies(rows: int) -> int:
    return max(100, int(rows * COMPANIES_PER_ROW))


def opened(home: Path) -> House:
    settings = Settings(home=home)
    home.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.database_url, settings.landing_dir)
    upgrade(store)
    connection = Connection(name="bench", kind="files")
    return House(settings, store, {"bench": connection}, load_trust(home))


def is_loaded(house: House) -> bool:
    with house.store.read() as reader:
        return not canonical.load(reader, "party").is_empty()


def load(house: House, rows: int) -> None:
    raw = World(SEED, _companies(rows)).flat(rows).rename(HEADINGS)
    whole = raw.with_columns(
        pl.concat_str("source", "source_id", separator=":").alias(KEY),
        pl.col("updated_at").cast(pl.Datetime("us", "UTC"), strict=False).alias(CHANGED_AT),
        pl.lit(value=False).alias(DELETED),
    )
    with running(house, "bench", "bench") as work:
        with house.store.write() as writer:
            for start in range(0, whole.height, BATCH_ROWS):
                batch = Batch(STREAM, whole.slice(start, BATCH_ROWS), None)
                landing.land(writer, "bench", work.id, [batch])
        map_stream(work, "bench", house.mapping("bench", STREAM))
    settle(house)


def _in_process(house: House, questions: Sequence[Row]) -> dict[str, Timed]:
    """Each step by itself over all questions, then all of it as the API asks."""
    records = [found for row in questions if (found := _cleaned(house, row))]

    def near(record: Mapping[str, object]) -> None:
        with house.store.read() as reader:
            similar(reader, record, active(reader).model, RULES_VERSION)

    return {
        "clean": _timed(lambda row: _cleaned(house, row), questions),
        "near": _timed(near, records),
        "in process": _timed(lambda row: _asked(house, row), questions),
    }


def _cleaned(house: House, row: Row) -> Mapping[str, object] | None:
    try:
        return cleaned(house, row)
    except RecordRejected:
        return None


def _asked(house: House, row: Row) -> None:
    try:
        ask(house, row)
    except RecordRejected:
        return


def _scan(house: House, questions: Sequence[Row]) -> Timed:
    """The ten names most alike among all names of the base: names alone, no other evidence."""
    with house.store.read() as reader:
        names = canonical.load(reader, "party")["name_core"].drop_nulls().unique().to_list()

    def nearest(row: Row) -> None:
        process.extract((row["name"] or "").lower(), names, scorer=fuzz.token_set_ratio, limit=10)

    return _timed(nearest, questions)


def _timed(ask_one: Callable[[Any], object], questions: Sequence[Any]) -> Timed:
    for question in questions[:10]:
        ask_one(question)
    found = []
    for question in questions:
        started, busy = time.perf_counter(), time.process_time()
        ask_one(question)
        found.append((time.perf_counter() - started, time.process_time() - busy))
    return found


def _over_http(home: Path, questions: Sequence[Row]) -> Timed:
    with served(home, "--open") as url, httpx.Client(base_url=url, timeout=30) as client:
        return [(wall, 0.0) for wall, _ in _timed(lambda q: _posted(client, q), questions)]


def _posted(client: httpx.Client, row: Row) -> None:
    body = row | {n: [row[n]] if row[n] else [] for n in ("phones", "emails")}
    answer = client.post("/v1/search", json=body)
    if answer.status_code not in (200, 422):
        raise SystemExit(f"POST /v1/search answered {answer.status_code}: {answer.text[:300]}")


def _print(rows: int, figures: Mapping[str, Timed]) -> None:
    print(f"\n{rows:,} records; ms per question")
    print(f"{'step':<16}{'asked':>7}{'wall p50':>10}{'p95':>8}{'max':>8}{'cpu p50':>10}{'p95':>8}")
    for step, timed in figures.items():
        wall, cpu = (np.array(column) * 1000 for column in zip(*timed, strict=True))
        w50, w95, c50, c95 = (
            float(np.percentile(times, rank)) for times in (wall, cpu) for rank in (50, 95)
        )
        busy = f"{c50:>10.1f}{c95:>8.1f}" if cpu.any() else f"{'-':>10}{'-':>8}"
        goal = f"  (goal: p95 <= {limit:g})" if (limit := GOAL_MS.get(step)) else ""
        print(f"{step:<16}{len(timed):>7}{w50:>10.1f}{w95:>8.1f}{wall.max():>8.1f}{busy}{goal}")
