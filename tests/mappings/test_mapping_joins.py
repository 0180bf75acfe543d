"""Columns of other streams: which partner is taken, and which records a changed partner touches."""

from __future__ import annotations

import polars as pl

from mappings.load import read_mapping

ITEMS = read_mapping(
    """
stream: items
target: item
version: 1
key: ID
skip: {group.STATE: [X]}
joins:
  - stream: names
    as: ru
    on: {ITEM: ID}
    keep: {LANG: [RU]}
    skip: {STATE: [D]}
    latest: AT
  - stream: groups
    as: group
    on: {GROUP: ru.GROUP}
fields:
  name: [ru.NAME, NAME]
  category: group.TITLE
""",
    "items.yaml",
)
NAMES = pl.DataFrame(
    {
        "_key": ["1", "2", "3", "4", "5"],
        "_deleted": [False, False, False, False, True],
        "ITEM": [1, 1, 1, 2, 3],
        "LANG": ["RU", "RU", "US", "RU", "RU"],
        "STATE": [None, None, None, "D", None],
        "AT": ["2026-01-01", "2026-02-01", "2026-03-01", "2026-01-01", "2026-01-01"],
        "NAME": ["труба старая", "труба", "pipe", "лист", "балка"],
        "GROUP": ["g", "g", "g", "g", "g"],
    }
)
GROUPS = pl.DataFrame({"_key": ["g"], "GROUP": ["g"], "TITLE": ["Прокат"], "STATE": ["A"]})
ROWS = pl.DataFrame({"_key": ["1", "2", "3"], "ID": [1.0, 2.0, 3.0], "NAME": ["a", "b", "c"]})


def test_the_latest_living_partner_that_passes_the_filters_is_taken() -> None:
    records = ITEMS.apply(ROWS, "erp", {"ru": NAMES, "group": GROUPS}).records
    assert records["name"].to_list() == ["труба", "b", "c"]
    assert records["category"].to_list() == ["Прокат", None, None]


def test_the_order_of_partners_and_records_changes_nothing() -> None:
    joined = {"ru": NAMES.reverse(), "group": GROUPS}
    forward = ITEMS.apply(ROWS, "erp", {"ru": NAMES, "group": GROUPS}).records
    backward = ITEMS.apply(ROWS.reverse(), "erp", joined).records
    assert backward.sort("key").equals(forward)


def test_a_stream_that_was_not_given_brings_nothing() -> None:
    assert ITEMS.apply(ROWS, "erp").records["name"].to_list() == ["a", "b", "c"]


def test_filters_may_ask_a_partner() -> None:
    closed = GROUPS.with_columns(STATE=pl.lit("X"))
    mapped = ITEMS.apply(ROWS, "erp", {"ru": NAMES, "group": closed})
    assert mapped.ignored.rows() == [("1", "skip:group.STATE")]


def test_a_mapping_says_which_columns_of_which_streams_it_wants() -> None:
    wanted = {join.alias: (join.stream, set(join.columns)) for join in ITEMS.joins}
    assert wanted["ru"] == ("names", {"ITEM", "NAME", "GROUP", "LANG", "STATE", "AT"})
    assert wanted["group"] == ("groups", {"GROUP", "TITLE", "STATE"})


def test_a_changed_partner_touches_the_records_that_read_it_through_any_chain() -> None:
    joined = {"ru": NAMES, "group": GROUPS}
    touched = ITEMS.touched_by(ROWS, joined, {"groups": pl.Series(["g"])})
    assert touched["_key"].to_list() == ["1", "3"]
    gone = ITEMS.touched_by(ROWS, joined, {"names": pl.Series(["5"])})
    assert gone["_key"].to_list() == ["3"]
    assert ITEMS.touched_by(ROWS, joined, {"others": pl.Series(["g"])}).is_empty()
