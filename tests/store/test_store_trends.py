"""Two weeks by day, ages of what waits, and how far subscribers were told, counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from schemas.decisions import Author, Judgement
from store import Store, consumers, decisions, runs, webhooks
from store.tables import change, decision, review_day, review_desk
from store.views import trends
from store.views.trends import Trends

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def told(store: Store) -> Trends:
    with store.read() as reader:
        return trends.trends(reader, NOW)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def changes(writer: Any, *rows: tuple[int, str, float]) -> None:
    """Changes (position, op, days ago) of companies."""
    for pos, op, days in rows:
        row = {"pos": pos, "entity": "legal_entity", "golden_id": f"g{pos}", "op": op, "version": 1}
        writer.execute(insert(change).values(**row, at=ago(days)))
    writer.next("change", max(pos for pos, *_ in rows))


def test_an_empty_base_has_two_weeks_of_zeros_and_no_share(store: Store) -> None:
    found = told(store)
    assert [one.day for one in found.days] == [ago(n).date() for n in range(13, -1, -1)]
    assert {(d.received, d.quarantined, d.merged, d.answered, d.waiting) for d in found.days} == {
        (0, 0, 0, 0, None)
    }
    assert (found.delivered, list(found.followers), dict(found.today)) == (None, [], {})
    assert set(found.ages.values()) == {0}


def test_runs_merges_and_waiting_pairs_are_of_their_days(store: Store) -> None:
    with store.write() as writer:
        for days in (20, 1, 1, 0):
            run = runs.start(writer, "sync", "erp", now=ago(days))
            runs.count(writer, run, "extract", "erp", "p", received=10, quarantined=1)
            runs.count(writer, run, "map", "erp", "p", read=9, quarantined=2)
        changes(writer, (1, "merged", 20), (2, "merged", 1), (3, "created", 1), (4, "merged", 0))
        writer.execute(insert(review_day).values(day=20261122, waiting=7, put_off=1))
    before, today = told(store).days[-2:]
    assert (before.received, before.quarantined, before.merged, before.waiting) == (20, 6, 1, 7)
    assert (today.received, today.quarantined, today.merged, today.waiting) == (10, 3, 1, None)


def test_answers_are_acts_of_people_and_today_is_told_by_person(store: Store) -> None:
    said = [
        ("same", Author("anna")),
        ("different", Author("boris")),
        ("same", Author("anna", "batch")),
    ]
    with store.write() as writer:
        for number, (kind, author) in enumerate(said):
            pair = ((f"erp/p/{number}",), (f"erp/p/{number}b",))
            decisions.decide(writer, [Judgement("same", *pair, verdict=kind)], author)
            made = ago(0 if number != 1 else 1)
            writer.execute(
                decision.update().values(created_at=made).where(decision.c.id == number + 1)
            )
    found = told(store)
    assert dict(found.today) == {"anna": 1}
    assert [one.answered for one in found.days[-2:]] == [1, 1]


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(0.5, "day"), (1.5, "three_days"), (4, "week"), (8, "older"), (300, "older")],
)
def test_waiting_pairs_stand_in_the_bucket_of_their_age(
    store: Store, days: float, bucket: str
) -> None:
    since = int(ago(days).timestamp()) * 1_000_000
    row = {
        "id": 1, "entity": "party", "rule": "R1", "severity": "low", "reason": "x", "sources": "",
        "pattern": "", "assignee": "", "value": 1, "worth": 1, "since": since, "seq": 1, "lane": "wait",
        **{f"{s}_{n}": s for s in ("left", "right") for n in ("connection", "stream", "key")},
    }  # fmt: skip
    with store.write() as writer:
        writer.execute(insert(review_desk).values(**row))
        writer.execute(insert(review_desk).values(**{**row, "id": 2, "lane": "later"}))
    assert {name for name, n in told(store).ages.items() if n} == {bucket}


def test_a_share_is_of_what_came_within_a_week_and_the_furthest_behind_comes_first(
    store: Store,
) -> None:
    with store.write() as writer:
        changes(writer, (1, "created", 30), *((n, "created", 8 - n) for n in range(2, 6)))
        consumers.add(writer, "crm", 5, "boss")
        consumers.add(writer, "bi", 0, "boss")
        hook = webhooks.add(writer, "site", "https://site.example/", "s", "boss", None, 3)
        webhooks.failed(writer, hook, 4, "answered", 502, ago(-1), ago(0))
    found = told(store)
    behind, site, crm = found.followers
    assert (behind.name, behind.behind, behind.share, behind.waits_since) == ("bi", 5, 0.0, ago(30))
    assert (site.kind, site.behind, site.share, site.waits_since) == ("webhook", 2, 0.5, ago(4))
    assert (site.attempts, site.error, site.error_status) == (1, "answered", 502)
    assert (crm.behind, crm.share, crm.waits_since) == (0, 1.0, None)
    assert found.delivered == pytest.approx(0.5)


def test_the_first_of_a_time_is_found_over_gaps(store: Store) -> None:
    with store.write() as writer:
        changes(
            writer, (3, "created", 9), (10, "created", 5), (40, "created", 2), (41, "created", 1)
        )
    with store.read() as reader:
        for days, wanted in ((10, 0), (6, 4), (3, 11), (1.5, 41), (0.5, 42)):
            found = trends._first_since(reader, change.c.pos, change.c.at, ago(days))
            assert found == wanted
