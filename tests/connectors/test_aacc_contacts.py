"""Contacts of an Aura Contact Center are calls whose stages are those of the source, to the second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from config.telephony import Telephony
from connectors.registry import build
from flows.calls.assemble import Assembly, put_together
from mappings.load import load_mapping
from mappings.verdict import Mapped
from schemas.entities import columns
from schemas.errors import ConfigError, ContractBroken
from schemas.records import KEY
from tests.support.contact_day import EXPECTED, ROWS, STAGES, TOLD, row
from tests.support.contacts import LENGTHS, Row, create, insert

UNTIL = datetime(2026, 11, 22, tzinfo=UTC)


def read(path: Path, **told: object) -> pl.DataFrame:
    source = build("aacc", "cc", {"url": f"sqlite:///{path}", "owner": "", **told})
    return pl.concat(batch.rows for batch in source.read("contacts", None, UNTIL))


def mapped(rows: pl.DataFrame) -> Mapped:
    placed = rows.with_columns(
        pl.lit(1, pl.Int64).alias("_landing_id"), pl.int_range(pl.len()).alias("_landing_row")
    )
    return load_mapping("aacc", "contacts").apply(placed, connection="cc")


def base_of(folder: Path, rows: Sequence[Row] = ROWS) -> Path:
    path = folder / "aacc.db"
    create(path)
    insert(path, rows)
    return path


def told_by(rows: pl.DataFrame) -> Assembly:
    found = mapped(rows)
    assert found.rejects.is_empty()
    return put_together(found.records, pl.DataFrame(schema=columns("call_event")), Telephony())


def by_stage(made: Assembly) -> dict[str, tuple[int, ...]]:
    names = dict(made.calls.select("id", "linked").iter_rows())
    sums: dict[str, dict[str, int]] = {name: dict.fromkeys(STAGES, 0) for name in names.values()}
    for call, kind, seconds in made.stages.select("call", "kind", "seconds").iter_rows():
        sums[names[call]][kind] += seconds
    return {name: tuple(each.values()) for name, each in sums.items()}


def test_every_contact_is_told_to_the_second(tmp_path: Path) -> None:
    made = told_by(read(base_of(tmp_path)))
    assert by_stage(made) == EXPECTED
    names = ("missed", "queue", "operator", "employee", "wait_s")
    found = {row["linked"]: row for row in made.calls.iter_rows(named=True)}
    assert {name: tuple(row[n] for n in names) for name, row in found.items()} == TOLD
    assert set(made.calls["direction"]) == {"inbound"}
    assert found["midnight"]["answered_at"] == datetime(2026, 11, 20, 20, 59, 20, tzinfo=UTC)
    assert found["midnight"]["ended_at"] == datetime(2026, 11, 20, 21, 1, tzinfo=UTC)
    assert found["answered"]["phone"] == "+79165550101"
    for name, (_, queue, _, talk, hold, after) in EXPECTED.items():
        row = found[name]
        sums = [row[one] or 0 for one in ("queued_s", "talk_s", "hold_s", "after_s")]
        assert sums == [queue, talk, hold, after], name


def test_sums_are_those_of_the_source(tmp_path: Path) -> None:
    made = told_by(read(base_of(tmp_path)))
    voice = [row for row in ROWS if row["ContactTypeName"] == "Voice"]
    source = [sum(int(str(row.get(name) or 0)) for row in voice) for name in LENGTHS]
    kinds = ("ring", "talk", "hold", "after_call")
    told = [made.stages.filter(pl.col("kind") == kind)["seconds"].sum() for kind in kinds]
    assert told == source == [54, 750, 57, 80]


def test_stages_before_the_talk_follow_one_another(tmp_path: Path) -> None:
    made = told_by(read(base_of(tmp_path)))
    ids = dict(made.calls.select("linked", "id").iter_rows())
    own = made.stages.filter(pl.col("call") == ids["answered"]).sort("started_at")
    assert own["kind"].to_list() == ["menu", "queue", "ring", "talk", "after_call"]
    ends = own.select(pl.col("started_at") + pl.duration(seconds="seconds")).to_series()
    assert ends[:-1].to_list() == own["started_at"][1:].to_list()
    queues = made.stages.filter(pl.col("kind") == "queue")
    lost = {ids["left-queue"], ids["left-ringing"]}
    assert set(queues.filter(~pl.col("done"))["call"]) == lost


def test_how_the_rows_are_cut_into_pages_changes_nothing(tmp_path: Path) -> None:
    path = base_of(tmp_path)
    whole = read(path)
    assert read(path, page_size=1).equals(whole)
    assert read(path, page_size=3).equals(whole)
    assert whole[KEY].n_unique() == len(ROWS)


BAD = [
    (row(1, "a", "10:00:00", "10:05:00") | {"OriginatedStamp": None}, "time_missing"),
    (row(1, "a", "10:00:00", "10:05:00", PresentingTime=-5), "number_unreadable"),
    (row(1, "a", "10:00:00", "10:05:00", service="09:59:00", AgentID="201"), "times_out_of_order"),
    (row(1, "a", "10:00:00", "10:05:00", queued="10:02:00", service="10:01:00", AgentID="201"),
     "times_out_of_order"),
    (row(1, "a", "10:00:00", "09:05:00"), "times_out_of_order"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "reason"), BAD)
def test_a_row_that_cannot_be_is_refused_with_a_reason(
    tmp_path: Path, bad: Row, reason: str
) -> None:
    found = mapped(read(base_of(tmp_path, [bad, row(2, "b", "11:00:00", "11:05:00")])))
    assert found.records["linked"].to_list() == ["b"]
    assert found.rejects["reason"].to_list() == [reason]


def test_a_contact_that_is_not_over_comes_when_it_is(tmp_path: Path) -> None:
    path = base_of(
        tmp_path, [row(1, "a", "10:00:00", "10:05:00") | {"FinalDispositionStamp": None}]
    )
    source = build("aacc", "cc", {"url": f"sqlite:///{path}", "owner": ""})
    assert [*source.read("contacts", None, UNTIL)] == []
    insert(path, [row(2, "b", "10:00:00", "10:05:00")])
    [batch] = source.read("contacts", None, UNTIL)
    assert batch.rows[KEY].to_list() == ["b|2"]


def test_a_view_of_another_shape_is_told(tmp_path: Path) -> None:
    path = base_of(tmp_path)
    with pytest.raises(ContractBroken, match="ContactKey"):
        read(path, key=["ContactKey"])
    with pytest.raises(ConfigError, match="zone"):
        read(path, zone="Moscow")
    renamed = sa.create_engine(f"sqlite:///{path}")
    with renamed.begin() as base:
        base.execute(sa.text("CREATE VIEW segments AS SELECT * FROM csr"))
    renamed.dispose()
    assert read(path, contacts="segments").height == len(ROWS)


def test_a_base_that_keeps_moments_as_such_is_read_alike(
    tmp_path: Path, empty_postgres_url: str
) -> None:
    """Stamps with fractions are moments there, in a schema of its own."""
    names = sorted({name for row in ROWS for name in row})
    table = sa.Table(
        "eCSRStat",
        sa.MetaData(),
        *(sa.Column(n, sa.DateTime() if n.endswith("Stamp") else sa.Text()) for n in names),
        schema="dbo",
    )
    engine = sa.create_engine(empty_postgres_url, poolclass=sa.pool.NullPool)
    with engine.begin() as base:
        base.execute(sa.text("CREATE SCHEMA dbo"))
        table.create(base)
        for one in ROWS:
            told = {n: str(v) for n, v in one.items()}
            moments = {n: datetime.fromisoformat(told[n]) for n in told if n.endswith("Stamp")}
            moments["FinalDispositionStamp"] = moments["FinalDispositionStamp"].replace(
                microsecond=250_000
            )
            base.execute(table.insert().values(told | moments))
    source = build("aacc", "cc", {"url": empty_postgres_url, "page_size": 3})
    found, cursors = [], []
    for batch in source.read("contacts", None, UNTIL):
        found.append(batch.rows)
        cursors.append(batch.cursor)
    assert by_stage(told_by(pl.concat(found))) == EXPECTED
    rest = pl.concat(batch.rows for batch in source.read("contacts", cursors[0], UNTIL))
    assert rest[KEY].to_list()[: len(ROWS) - 3] == pl.concat(found)[KEY].to_list()[3:]
