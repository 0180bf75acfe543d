"""Real call logs, told by hand: two switches, one of them with bytes that are no text."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from config.telephony import Telephony
from connectors.asterisk import Asterisk, AsteriskSettings
from flows.calls.assemble import assembled, closed
from mappings.load import load_mapping
from tests.samples.real_house import SAMPLES, need_samples

pytestmark = need_samples


def calls_of(name: str) -> tuple[pl.DataFrame, int]:
    """The calls of a log, and how many lines were refused."""
    source = Asterisk("s", AsteriskSettings(path=SAMPLES / "asterisk" / name))
    batches = list(source.read("cdr", None, datetime.now(UTC)))
    rows = pl.concat([batch.rows for batch in batches]).with_columns(
        pl.lit(1, pl.Int64).alias("_landing_id"), pl.int_range(pl.len()).alias("_landing_row")
    )
    mapped = load_mapping("asterisk", "cdr").apply(rows, connection="s")
    assert mapped.rejects.is_empty()
    refused = sum(batch.rejects.height for batch in batches)
    return closed(assembled(mapped.records, Telephony())), refused


def test_a_small_office_s_two_days() -> None:
    found, refused = calls_of("mineevburyat_Master_masked.csv")
    assert refused == 0
    assert found.height == 36
    assert set(found["direction"]) == {"inbound"}
    assert found["did"].n_unique() == 2
    assert found["answered"].sum() == 24
    assert found["missed"].value_counts().sort("missed").rows() == [
        (None, 24), ("abandoned_in_ivr", 6), ("no_answer", 5), ("short", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("linked", "employee", "wait", "talk", "legs"),
    [
        # Two phones rung at once, the first one taken.
        ("1706407446.50", "301", 6, 17, 2),
        # Taken at the other office, which is known from what was dialled there; a name that is no text.
        ("1706415046.98", "200", 6, 31, 2),
        ("mainserverdss-1706445411.103", "200", 3, 66, 1),
    ],
)
def test_who_took_a_call_and_how_long_it_was(
    linked: str, employee: str, wait: int, talk: int, legs: int
) -> None:
    found, _ = calls_of("mineevburyat_Master_masked.csv")
    row = found.row(by_predicate=pl.col("linked") == linked, named=True)
    told = (row["employee"], row["wait_s"], row["talk_s"], row["legs"])
    assert told == (employee, wait, talk, legs)


def test_a_missed_call_of_the_office_was_taken_five_minutes_later() -> None:
    found, _ = calls_of("mineevburyat_Master_masked.csv")
    missed = found.row(by_predicate=pl.col("linked") == "1706412843.76", named=True)
    taken = found.row(by_predicate=pl.col("linked") == "1706413165.93", named=True)
    assert (missed["closed_by"], missed["closed_after_s"]) == (taken["id"], 311)


def test_a_log_in_the_custom_order_of_calls_among_colleagues() -> None:
    found, refused = calls_of("kelysaina_Master.csv")
    assert refused == 0
    assert found.height == 14
    assert set(found["direction"]) == {"internal"}
    first = found.row(by_predicate=pl.col("linked") == "1690325492.2", named=True)
    assert (first["operator"], first["wait_s"], first["talk_s"]) == ("6789", 18, 14)


@pytest.mark.parametrize(("name", "refused"), [("cdr_good.csv", 0), ("cdr_buggy.csv", 1)])
def test_a_spoilt_line_is_refused_and_a_sound_one_is_not(name: str, refused: int) -> None:
    source = Asterisk("s", AsteriskSettings(path=SAMPLES / "asterisk" / "testsuite" / name))
    [batch] = source.read("cdr", None, datetime.now(UTC))
    assert batch.rejects.height == refused
