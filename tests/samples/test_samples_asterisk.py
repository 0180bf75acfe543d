"""Real call logs, told by hand: two switches, one of them with bytes that are no text."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from config.telephony import Telephony
from connectors.asterisk import Asterisk, AsteriskSettings
from flows.calls.assemble import assembled, closed, put_together
from mappings.load import load_mapping
from schemas.entities import columns
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


# linked, number, employee, seconds of waiting and of talk, phones rung, why missed; read off the log by hand.
OFFICE = """
1706368044.0                89277489621    -   27  0 0 abandoned_in_ivr
1706369278.2                89277489621    -   27  0 0 abandoned_in_ivr
1706369476.4                89277489621    -   11  0 0 abandoned_in_ivr
1706369600.6                89277489621    -   60  0 2 no_answer
1706372196.12               89277489621    -   40  0 4 no_answer
1706401101.30               89908117900    -   23  0 4 no_answer
1706404398.48               89832613137    -   10  0 0 abandoned_in_ivr
1706407446.50               89093158441    301  6 17 2 -
1706412022.63               214943         301  5 23 2 -
1706412843.76               89009465363    -   11  0 0 abandoned_in_ivr
1706412883.78               89009465363    -   11  0 0 abandoned_in_ivr
1706412893.79               89033117654    301  4 80 2 -
1706413165.93               89009465363    301  5 43 2 -
1706415046.98               81055153460125 200  6 31 2 -
mainserverdss-1706420300.0  81010844344160 301  4 17 2 -
mainserverdss-1706421930.5  89190123742    301 10 34 2 -
mainserverdss-1706422609.10 89878383212    200  9 29 2 -
mainserverdss-1706422943.15 89878383212    301  2 19 2 -
mainserverdss-1706425268.20 89505248184    301  4 18 2 -
mainserverdss-1706427165.25 89971218276    301  3 58 2 -
mainserverdss-1706428232.30 89608097802    301  3 19 2 -
mainserverdss-1706428675.35 214928         301  4 39 2 -
mainserverdss-1706429828.40 89836043562    301  3 32 2 -
mainserverdss-1706430146.45 89996349833    301  3 61 2 -
mainserverdss-1706430495.50 89942920918    -    8  0 2 no_answer
mainserverdss-1706430532.55 89942920918    -    8  0 2 no_answer
mainserverdss-1706432056.60 89551071450    301  4 16 2 -
mainserverdss-1706434176.65 81014554882153 200  9 25 2 -
mainserverdss-1706434830.70 89542572827    301  4 34 2 -
mainserverdss-1706435813.75 89002420537    301  3 21 2 -
mainserverdss-1706436017.80 89050600492    301  3 24 2 -
mainserverdss-1706437649.85 89020226992    200  3 25 2 -
mainserverdss-1706438303.90 81057306326352 301  2 39 2 -
mainserverdss-1706438498.95 89141571445    301  3 30 2 -
mainserverdss-1706443058.100 89065034400   -    0  0 1 short
mainserverdss-1706445411.103 89555501188   200  3 66 1 -
"""
# linked, who answered, seconds of waiting and of talk.
COLLEAGUES = """
1690325492.2 6789 18 14
1690325531.5 -    31  0
1690325659.8 1234  4 13
1690327106.0 6789  7 18
1690327386.3 -    18  0
1690327415.6 6789  3  8
1690328151.0 6789  5  8
1690328361.3 6789  5  8
1690328739.0 6789  6  3
1690329224.3 -     4  0
1690329445.6 6789  2  2
1690329700.0 6789  3  3
1690352535.0 1234  3  2
1690352700.3 1234  2  2
"""


def table(text: str) -> list[tuple[str, ...]]:
    return sorted(tuple(line.split()) for line in text.strip().splitlines())


def shown(found: pl.DataFrame, *names: str) -> list[tuple[str, ...]]:
    told = found.select(pl.col(name).cast(pl.String).fill_null("-") for name in names)
    return sorted(told.rows())


def test_every_call_of_the_office_is_told_as_it_was() -> None:
    """Two phones rung at once, another office beyond a trunk, a menu that answers, Local channels."""
    found, _ = calls_of("mineevburyat_Master_masked.csv")
    names = ("linked", "number", "employee", "wait_s", "talk_s", "legs", "missed")
    assert shown(found, *names) == table(OFFICE)


def test_every_call_among_colleagues_is_told_as_it_was() -> None:
    found, _ = calls_of("kelysaina_Master.csv")
    assert shown(found, "linked", "operator", "wait_s", "talk_s") == table(COLLEAGUES)


def test_a_call_by_channel_events_alone_that_reached_only_a_machine() -> None:
    """A channel of a test, 18 s long, that was answered by an announcement through a Local channel."""
    folder = SAMPLES / "asterisk" / "testsuite"
    source = Asterisk("s", AsteriskSettings(cel=folder, cel_patterns=("CELMaster1.csv",)))
    [batch] = source.read("cel", None, datetime.now(UTC))
    assert (batch.rows.height, batch.rejects.height) == (16, 0)
    rows = batch.rows.with_columns(
        pl.lit(1, pl.Int64).alias("_landing_id"), pl.int_range(pl.len()).alias("_landing_row")
    )
    mapped = load_mapping("asterisk", "cel").apply(rows, connection="s")
    made = put_together(pl.DataFrame(schema=columns("call_leg")), mapped.records, Telephony())
    [call] = made.calls.to_dicts()
    assert (call["linked"], call["direction"], call["number"]) == ("1335310195.0", "inbound", None)
    assert (call["answered"], call["missed"], call["legs"]) == (False, "abandoned_in_ivr", 0)
    assert (call["wait_s"], call["talk_s"]) == (18, 0)


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
