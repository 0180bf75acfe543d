"""Canonical records, identities and golden records are written by difference."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from schemas.errors import Bug
from store import Store, Written, canonical, golden, identity
from tests.support.records import canonical_records, golden_records

_IDENTITIES = {
    "entity": "legal_entity",
    "state": "active",
    "survivor_id": None,
    "founder": "erp/s/1",
}
_PAIR = {
    "rule": "inn_conflict",
    "severity": "review",
    "left_connection": "erp",
    "left_stream": "s",
    "left_key": "1",
    "right_connection": "onec",
    "right_stream": "s",
    "right_key": "2",
    "reason": "ИНН расходятся",
    "score": 0.5,
}


def identities(*rows: dict[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [{**_IDENTITIES, **row} for row in rows], schema_overrides={"survivor_id": pl.String}
    )


def _links(*rows: tuple[str, str]) -> pl.DataFrame:
    told = {"connection": "erp", "stream": "s", "unit_id": None, "rule": "inn"}
    return pl.DataFrame(
        [{**told, "key": k, "golden_id": g} for k, g in rows],
        schema_overrides={"unit_id": pl.String},
    )


def test_canonical_second_save_writes_nothing_not_even_a_stamp(store: Store) -> None:
    records = canonical_records("party", [{"key": "1", "name": "а"}, {"key": "2", "name": "б"}])
    with store.write() as writer:
        assert canonical.save(writer, "party", records) == Written(2, 0, 0)
    with store.write() as writer:
        assert canonical.save(writer, "party", records) == Written(0, 0, 2)
        assert writer.next("seq", 0) == canonical.newest(writer, "party") == 1


def test_canonical_changes_are_found_by_their_stamp(store: Store) -> None:
    first = canonical_records("party", [{"key": "1", "name": "а"}, {"key": "2", "name": "б"}])
    later = canonical_records("party", [{"key": "1", "name": "в"}, {"key": "3", "name": "г"}])
    with store.write() as writer:
        canonical.save(writer, "party", first)
        seen = canonical.newest(writer, "party")
    with store.write() as writer:
        assert canonical.save(writer, "party", later) == Written(1, 1, 0)
    with store.read() as reader:
        assert canonical.load(reader, "party", ["key", "name"], seen).rows() == [
            ("1", "в"),
            ("3", "г"),
        ]
        whole = canonical.load(reader, "party")
        assert canonical.load(reader, "party", stream="other").is_empty()
    assert_frame_equal(
        whole.filter(pl.col("key") != "2").drop("seq"), later.select(whole.drop("seq").columns)
    )


def test_canonical_records_a_mapping_now_refuses_are_removed(store: Store) -> None:
    records = canonical_records("party", [{"key": "1"}, {"key": "2"}])
    with store.write() as writer:
        canonical.save(writer, "party", records)
        assert canonical.remove(writer, "party", records.head(1)) == 1
        assert canonical.load(writer, "party", ["key"]).rows() == [("2",)]


def test_links_that_are_gone_are_dropped_only_when_the_whole_is_given(store: Store) -> None:
    with store.write() as writer:
        assert identity.save_links(writer, "party", _links(("1", "a"), ("2", "a"))) == Written(
            2, 0, 0
        )
        assert identity.save_links(writer, "party", _links(("1", "a"))) == Written(0, 0, 1)
        assert identity.links(writer).height == 2
        assert identity.save_links(writer, "party", _links(("1", "b")), whole=True) == Written(
            0, 1, 0
        )
        identity.save_links(writer, "item", _links(("9", "x")), whole=True)
        assert identity.links(writer, "party").select("key", "golden_id").rows() == [("1", "b")]
        assert identity.links(writer, since_seq=2).select("key").rows() == [("9",)]


def test_an_id_resolves_through_any_number_of_merges(store: Store) -> None:
    rows: list[dict[str, str | None]] = [
        {"id": "a", "state": "merged", "survivor_id": "b"},
        {"id": "b", "state": "merged", "survivor_id": "c"},
        {"id": "c"},
    ]
    with store.write() as writer:
        identity.save(writer, identities(*rows))
        assert [identity.resolve(writer, i) for i in ("a", "b", "c", "?")] == ["c", "c", "c", None]
        identity.save(writer, identities({"id": "c", "state": "merged", "survivor_id": "a"}))
        with pytest.raises(Bug, match="circle"):
            identity.resolve(writer, "a")


def test_a_pair_keeps_what_a_person_decided(store: Store) -> None:
    pair = pl.DataFrame([_PAIR])
    with store.write() as writer:
        assert identity.save_pairs(writer, "party", pair) == Written(1, 0, 0)
        decided = pair.with_columns(pl.lit("different").alias("state"))
        assert identity.save_pairs(writer, "party", decided) == Written(0, 1, 0)
        assert identity.save_pairs(writer, "party", pair, whole=True) == Written(0, 0, 1)
        assert identity.pairs(writer, "party")["state"].to_list() == ["different"]


def test_open_pairs_that_no_longer_conflict_go(store: Store) -> None:
    pair = pl.DataFrame([_PAIR])
    other = pair.with_columns(pl.lit("7").alias("right_key"))
    with store.write() as writer:
        identity.save_pairs(writer, "party", pair)
        identity.save_pairs(writer, "party", other, whole=True)
        assert identity.pairs(writer)["right_key"].to_list() == ["7"]


def test_golden_versions_count_changes(store: Store) -> None:
    first = golden_records("legal_entity", [{"id": "a", "name": "А"}, {"id": "b", "name": "Б"}])
    later = golden_records("legal_entity", [{"id": "a", "name": "АА"}, {"id": "b", "name": "Б"}])
    with store.write() as writer:
        assert golden.save(writer, "legal_entity", first) == Written(2, 0, 0)
        assert golden.save(writer, "legal_entity", first) == Written(0, 0, 2)
        assert golden.save(writer, "legal_entity", later, whole=True) == Written(0, 1, 1)
        assert_frame_equal(golden.load(writer, "legal_entity"), later)
        versions = golden.load(writer, "legal_entity", ["id", "version"])
        assert versions.rows() == [("a", 2), ("b", 1)]


def test_absent_records_end_as_merged_or_retired_and_may_return(store: Store) -> None:
    """Their last content stays; a record that comes back is active again."""
    every = golden_records("legal_entity", [{"id": i, "name": i} for i in "abc"])
    with store.write() as writer:
        identity.save(
            writer,
            identities(
                {"id": "a"}, {"id": "b", "state": "merged", "survivor_id": "a"}, {"id": "c"}
            ),
        )
        golden.save(writer, "legal_entity", every)
        assert golden.save(writer, "legal_entity", every.head(1), whole=True) == Written(0, 2, 1)
        states = golden.load(writer, "legal_entity", ["id", "state", "name", "version"])
        assert states.rows() == [
            ("a", "active", "a", 1),
            ("b", "merged", "b", 2),
            ("c", "retired", "c", 2),
        ]
        assert golden.save(writer, "legal_entity", every.head(1), whole=True).touched == 0
        assert golden.load(writer, "legal_entity", ["id"], active=True).rows() == [("a",)]
        golden.save(writer, "legal_entity", every, whole=True)
        assert golden.load(writer, "legal_entity", ["state"], active=True).height == 3
