"""The day that a switch's log tells is the same day as its contact center tells it, as far as that goes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.registry import build
from flows.calls.assemble import Assembly, closed, put_together
from flows.calls.moments import named
from flows.calls.sessions import sessions
from mappings.load import load_mapping
from schemas.entities import columns
from simulators.telephony import working_day
from simulators.telephony.contact_center import TOLD, write_contact_center
from store.views.call_reports import Period, operators
from tests.flows.test_flows_call_sources import NUMBERS, RULES, by_log, with_queues
from tests.support.examples import examples
from tests.support.legs import canonical_events

SAME = (
    "linked", "direction", "number", "phone", "did", "operator", "employee", "answered", "missed",
    "wait_s", "talk_s", "started_at", "answered_at", "ended_at", "after_s",
)  # fmt: skip
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
DAY = Period(date(2026, 11, 20), date(2026, 11, 20), ZoneInfo("Europe/Moscow"))


def mapped(path: Path, stream: str, target: str) -> pl.DataFrame:
    """What a stream of the base becomes by its shipped mapping; nothing of it may be refused."""
    source = build("aacc", "s", {"url": f"sqlite:///{path}", "owner": "", "page_size": 7})
    found = [pl.DataFrame(schema=columns(target))]
    for batch in source.read(stream, None, UNTIL):
        rows = batch.rows.with_columns(
            pl.lit(1, pl.Int64).alias("_landing_id"), pl.int_range(pl.len()).alias("_landing_row")
        )
        made = load_mapping("aacc", stream).apply(rows, connection="s")
        assert made.rejects.is_empty()
        found.append(made.records.select(list(columns(target))))
    return pl.concat(found)


def told(made: Assembly, links: set[str]) -> list[tuple[object, ...]]:
    own = made.calls.filter(pl.col("linked").is_in(list(links)))
    return sorted(own.select(SAME).rows(), key=repr)


@settings(
    deadline=None,
    max_examples=examples(6),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), number=st.integers(13, 60))
def test_contacts_tell_the_same_calls_as_the_log(
    seed: int, number: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("w")
    day = working_day(NUMBERS, number, seed=seed)
    write_contact_center(day, folder / "aacc.db")
    legs = mapped(folder / "aacc.db", "contacts", "call_leg")
    made = put_together(legs, pl.DataFrame(schema=columns("call_event")), RULES)
    links = {call.linkedid for call in day.calls if call.kind in TOLD}
    assert set(made.calls["linked"]) == links
    log = with_queues(by_log, day, folder)
    assert told(Assembly(closed(made.calls), made.stages), links) == told(log, links)


def test_intervals_tell_the_same_working_time_as_the_queue_log(tmp_path: Path) -> None:
    day = working_day(NUMBERS, 60, seed=4)
    write_contact_center(day, tmp_path / "aacc.db")
    counted = sessions(named(mapped(tmp_path / "aacc.db", "agents", "call_event")))
    heard = sessions(named(canonical_events(day.notes)))
    nobody = pl.DataFrame(
        schema={
            "employee": pl.String, "kind": pl.String, "done": pl.Boolean, "calls": pl.Int64,
            "stages": pl.Int64, "seconds": pl.Int64,
        }
    )  # fmt: skip
    both = [
        dict(operators(nobody, some, DAY, UNTIL).select("agent", "duty_s").iter_rows())
        for some in (counted, heard)
    ]
    assert both[0] == both[1]
    assert len(both[0]) == 6
