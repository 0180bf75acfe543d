"""Preview of a mapping and the schema its file has for editors."""

from __future__ import annotations

import json

import polars as pl

from mappings.json_schema import mapping_schema, mapping_schema_text
from mappings.load import read_mapping
from mappings.preview import preview, preview_table

ROWS = pl.DataFrame(
    {
        "_key": ["1", "2", "3"],
        "NAME": ["ООО Вектор", "Б", "В"],
        "TAX": ["277007327", "7707083894", None],
        "TYPE": ["O", "O", "G"],
    }
)
MAPPING = read_mapping(
    "stream: s\ntarget: party\nversion: 1\nkeep: {TYPE: [O]}\n"
    "fields:\n  name: NAME\n  inn: {from: [INN, TAX], via: [first_of, strip, inn]}\n",
    "s.yaml",
)


def test_each_field_shows_its_source_functions_and_result() -> None:
    repaired, refused, ignored = preview(MAPPING, ROWS)
    inn = next(field for field in repaired.fields if field.field == "inn")
    assert inn.source == {"INN": None, "TAX": "277007327"}
    assert inn.functions == ("first_of", "strip", "inn")
    assert (inn.result, inn.reason, inn.issues) == ("0277007327", None, ("lost_zero",))
    assert (repaired.ending, refused.ending, ignored.ending) == ("record", "rejected", "ignored")
    assert refused.reason == "inn_checksum"
    assert ignored.reason == "keep:TYPE"


def test_fields_that_follow_from_others_are_shown_without_a_source() -> None:
    derived = next(f for f in preview(MAPPING, ROWS, limit=1)[0].fields if f.field == "name_core")
    assert (derived.source, derived.functions, derived.result) == ({}, (), "вектор")


def test_a_preview_is_also_a_table_and_reads_no_more_than_asked() -> None:
    table = preview_table(preview(MAPPING, ROWS, limit=2))
    assert table["key"].unique().sort().to_list() == ["1", "2"]
    row = table.filter(field="inn", key="2").row(0, named=True)
    assert (row["source"], row["reason"]) == ("TAX=7707083894", "inn_checksum")
    assert row["functions"] == "first_of → strip → inn"
    assert preview_table([]).height == 0


def test_the_schema_knows_targets_fields_and_functions() -> None:
    schema = mapping_schema()
    assert "party" in schema["properties"]["target"]["enum"]
    assert "inn" in schema["properties"]["fields"]["propertyNames"]["enum"]
    one_or_more = schema["$defs"]["FieldSpec"]["properties"]["via"]["anyOf"]
    assert {"inn", "first_of"} <= set(one_or_more[0]["enum"])
    assert json.loads(mapping_schema_text()) == schema
