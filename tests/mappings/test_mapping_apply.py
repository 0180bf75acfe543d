"""What a compiled mapping does with rows: every row ends in one place, and always the same one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from mappings.load import read_mapping
from mappings.verdict import Mapped
from schemas.entities import columns
from schemas.errors import RecordRejected
from tests.support.examples import examples

PARTIES = read_mapping(
    """
stream: customers
target: party
version: 1
key: ID
keep: {TYPE: [ORG, PERSON]}
skip: {IsFolder: ["true"]}
fields:
  name: NAME
  inn: {from: [INN, TAX], via: [strip, inn]}
  kpp: {from: KPP, via: [kpp]}
  okpo: {from: OKPO, via: [okpo], invalid: drop}
  ogrn: {from: OGRN, via: [ogrn], invalid: keep}
  emails: {from: MAIL, via: [emails]}
  status: {from: STATUS, values: {A: active, I: inactive}, default: active}
  head_key: {from: HEAD, refers: groups}
""",
    "customers.yaml",
)


def rows(*records: dict[str, object]) -> pl.DataFrame:
    known = [{"TYPE": "ORG", "ID": str(n), **record} for n, record in enumerate(records)]
    names = list(dict.fromkeys(name for record in known for name in record))
    filled = [{name: record.get(name) for name in names} for record in known]
    frame = pl.DataFrame(filled, infer_schema_length=None)
    return frame.with_columns(
        _key=pl.col("ID").cast(pl.String),
        _landing_id=pl.lit(7, pl.Int64),
        _landing_row=pl.int_range(pl.len(), dtype=pl.Int64),
    )


def one(record: dict[str, object]) -> dict[str, object]:
    mapped = PARTIES.apply(rows(record), "erp")
    assert mapped.rejects.is_empty(), mapped.rejects.to_dicts()
    return mapped.records.row(0, named=True)


def fault(record: dict[str, object]) -> dict[str, object]:
    return PARTIES.apply(rows(record), "erp").rejects.row(0, named=True)


def test_a_record_has_the_columns_of_its_entity_and_a_hash() -> None:
    mapped = PARTIES.apply(rows({"NAME": "ООО Вектор", "INN": "7707083893"}), "erp")
    assert mapped.records.schema == pl.Schema({**columns("party"), "hash": pl.Int64()})
    record = mapped.records.row(0, named=True)
    assert (record["connection"], record["stream"], record["key"]) == ("erp", "customers", "0")
    assert (record["landing_id"], record["landing_row"]) == (7, 0)
    assert record["mapping_version"] == PARTIES.version


def test_the_first_column_that_is_not_blank_is_taken() -> None:
    assert one({"NAME": "А", "INN": "  ", "TAX": "7707083893"})["inn"] == "7707083893"


def test_a_repair_is_noted_on_the_record() -> None:
    record = one({"NAME": "А", "INN": "277007327"})
    assert record["inn"] == "0277007327"
    assert record["issues"] == ["inn:lost_zero"]


def test_a_refused_value_rejects_its_record_and_no_other() -> None:
    mapped = PARTIES.apply(
        rows({"NAME": "А", "INN": "7707083894"}, {"NAME": "Б", "INN": "7707083893"}), "erp"
    )
    assert mapped.records["key"].to_list() == ["1"]
    reject = mapped.rejects.row(0, named=True)
    assert (reject["key"], reject["reason"], reject["field"]) == ("0", "inn_checksum", "inn")
    assert (reject["landing_id"], reject["landing_row"]) == (7, 0)
    assert "ИНН" in reject["message_ru"]
    assert json.loads(reject["payload"])["INN"] == "7707083894"
    assert not json.loads(reject["payload"]).keys() & {"_key", "_landing_id"}


def test_several_faults_make_one_reject_that_lists_them() -> None:
    reject = fault({"NAME": "А", "KPP": "1", "INN": "7707083894"})
    assert reject["reason"] == "inn_checksum"
    assert reject["field"] == "inn, kpp"
    assert reject["value"] == "7707083894 | 1"


def test_a_bad_value_is_dropped_or_kept_where_the_mapping_says_so() -> None:
    record = one({"NAME": "А", "OKPO": "29111395", "OGRN": "1022500001328"})
    assert (record["okpo"], record["ogrn"]) == (None, "1022500001328")
    assert record["issues"] == ["ogrn:ogrn_checksum", "okpo:okpo_checksum"]


def test_values_are_translated_and_strange_ones_noted() -> None:
    assert one({"NAME": "А", "STATUS": "I"})["status"] == "inactive"
    assert one({"NAME": "А", "STATUS": None})["status"] == "active"
    strange = one({"NAME": "А", "STATUS": "Q"})
    assert strange["issues"] == ["status:unknown_value"]


def test_a_reference_names_its_stream() -> None:
    assert one({"NAME": "А", "HEAD": 5})["head_key"] == "groups:5"


def test_filters_ignore_records_and_say_by_which_rule() -> None:
    mapped = PARTIES.apply(
        rows({"TYPE": "GROUP", "NAME": "А"}, {"NAME": "Б", "IsFolder": "true"}, {"NAME": "В"}),
        "erp",
    )
    assert mapped.ignored.rows() == [("0", "keep:TYPE"), ("1", "skip:IsFolder")]
    assert mapped.records["key"].to_list() == ["2"]


@pytest.mark.parametrize("payload", [{"ID": None}, {"ID": "  "}])
def test_a_record_without_a_key_is_rejected(payload: dict[str, object]) -> None:
    reject = fault({"NAME": "А", **payload})
    assert reject["reason"] == "key_missing"
    assert reject["key"] in {"7:0", "  "}


def test_a_batch_without_the_key_column_is_rejected_record_by_record() -> None:
    frame = rows({"NAME": "А"}, {"NAME": "Б"}).drop("ID")
    assert PARTIES.apply(frame, "erp").rejects["reason"].to_list() == ["key_missing"] * 2


def test_a_column_the_payload_lacks_is_empty() -> None:
    assert one({"NAME": "А"})["kpp"] is None


def test_a_deleted_record_passes_unchecked() -> None:
    frame = rows({"INN": "7707083894"}, {"TYPE": None, "ID": None}).with_columns(
        _deleted=pl.lit(True), _key=pl.lit("k")
    )
    mapped = PARTIES.apply(frame, "erp")
    assert mapped.records["deleted"].to_list() == [True, True]
    assert mapped.records["inn"].to_list() == [None, None]
    assert mapped.records["status"].to_list() == ["deleted", "deleted"]


def test_a_deleted_record_of_another_kind_stays_ignored() -> None:
    frame = rows({"TYPE": "GROUP"}).with_columns(_deleted=pl.lit(True))
    assert PARTIES.apply(frame, "erp").ignored.height == 1


@pytest.mark.parametrize(
    "value", [7707083893, 7707083893.0, Decimal("7707083893.00"), "7707083893", " 7707083893 "]
)
def test_numbers_are_read_however_the_source_types_them(value: object) -> None:
    assert one({"NAME": "А", "INN": value})["inn"] == "7707083893"


def test_dates_and_nested_values_of_a_refused_record_stay_in_its_payload() -> None:
    record = {"NAME": "А", "INN": "1", "AT": datetime(2026, 1, 31, tzinfo=UTC), "LIST": ["x", "y"]}
    payload = json.loads(str(fault(record)["payload"]))
    assert payload["LIST"] == ["x", "y"]
    assert payload["AT"].startswith("2026-01-31")


def test_no_rows_give_three_empty_tables_of_the_same_shape() -> None:
    full = PARTIES.apply(rows({"NAME": "А"}), "erp")
    empty = PARTIES.apply(rows({"NAME": "А"}).clear(), "erp")
    assert empty.records.schema == full.records.schema
    assert (empty.records.height, empty.rejects.height, empty.ignored.height) == (0, 0, 0)


def test_one_typed_record_gives_what_a_batch_gives() -> None:
    typed = {"ID": "1", "TYPE": "ORG", "NAME": "ООО Вектор", "INN": "7707083893"}
    batch = PARTIES.apply(pl.DataFrame([typed]), "").records.row(0, named=True)
    assert PARTIES.apply_one(typed) == batch


def test_one_typed_record_is_refused_with_its_reason() -> None:
    refused = PARTIES.apply_one({"ID": "1", "TYPE": "ORG", "NAME": "А", "INN": "7707083894"})
    assert isinstance(refused, RecordRejected)
    assert (refused.reason, refused.field, refused.value) == ("inn_checksum", "inn", "7707083894")
    ignored = PARTIES.apply_one({"ID": "1", "TYPE": "GROUP"})
    assert isinstance(ignored, RecordRejected)
    assert (ignored.reason, ignored.field) == ("ignored", "TYPE")


def test_content_alone_makes_the_hash() -> None:
    frame = rows({"NAME": "А", "INN": "7707083893"})
    later = frame.with_columns(_landing_id=pl.lit(8, pl.Int64), UNREAD=pl.lit("x"))
    first, second = PARTIES.apply(frame, "a").records, PARTIES.apply(later, "b").records
    assert first["hash"].to_list() == second["hash"].to_list()
    renamed = PARTIES.apply(frame.with_columns(NAME=pl.lit("Б")), "a").records
    assert renamed["hash"].to_list() != first["hash"].to_list()


CELLS = st.sampled_from(
    [None, "", "7707083893", "7707083894", "277007327", "ООО Вектор", "x@y.ru", "A"]
)
RECORDS = st.fixed_dictionaries(
    dict.fromkeys(
        ("ID", "NAME", "INN", "TAX", "KPP", "OKPO", "OGRN", "MAIL", "STATUS", "HEAD"), CELLS
    )
    | {"TYPE": st.sampled_from(["ORG", "GROUP", None]), "_deleted": st.booleans()}
)


@settings(deadline=None, max_examples=examples(25))
@given(st.lists(RECORDS, min_size=1, max_size=12), st.integers(1, 12))
def test_nothing_is_lost_and_any_split_into_batches_gives_the_same(
    records: list[dict[str, object]], cut: int
) -> None:
    kinds = {name: pl.String for name in records[0] if name != "_deleted"}
    frame = pl.DataFrame(records, schema={**kinds, "_deleted": pl.Boolean}).with_columns(
        _key=pl.col("ID"),
        _landing_id=pl.lit(1, pl.Int64),
        _landing_row=pl.int_range(pl.len(), dtype=pl.Int64),
    )
    whole = PARTIES.apply(frame, "erp")
    assert whole.records.height + whole.rejects.height + whole.ignored.height == frame.height
    split = Mapped.together([PARTIES.apply(part, "erp") for part in frame.iter_slices(cut)])
    assert_frame_equal(whole.records, split.records)
    assert_frame_equal(whole.rejects, split.rejects)
    assert_frame_equal(whole.ignored, split.ignored)
