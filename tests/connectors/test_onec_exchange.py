"""Changes by an exchange plan: at least once, acknowledged only after the commit, nothing wiped unseen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Acknowledges
from connectors.onec import OneC, OneCSettings
from connectors.onec.answers import entries
from connectors.registry import validated
from schemas.errors import ConfigError, ContractBroken
from schemas.records import KEY, Batch, Cursor
from tests.connectors.onec_base import ITEMS, NODE, PARTIES, PASSWORD, USER, Base, feed, party

UNTIL = datetime(2026, 3, 1, tzinfo=UTC)
CHANGES = "changes"


def connector(base: Base, **more: Any) -> OneC:
    settings = {
        "url": "http://1c.test/base",
        "user": USER,
        "password": PASSWORD,
        "sets": {PARTIES: {}, ITEMS: {}},
        "exchange": {"plan": "Обмен", "node": "КАНОН", **more},
    }
    return OneC("base", validated(OneCSettings, "base", settings), base.transport())


def changed(*numbers: int, name: str = PARTIES) -> Base:
    base = Base({PARTIES: [], ITEMS: []})
    for number in numbers:
        base.put(name, party(number))
    return base


def read(base: Base, cursor: Cursor | None = None, **more: Any) -> list[Batch]:
    return list(connector(base, **more).read(CHANGES, cursor, UNTIL))


def keys(batches: list[Batch]) -> set[str]:
    return {key for batch in batches for key in batch.rows[KEY]}


def test_changes_come_by_catalogue_and_only_the_last_batch_has_the_message() -> None:
    base = changed(1, 2)
    base.put(ITEMS, party(3))
    batches = read(base)
    assert [batch.stream for batch in batches] == [PARTIES, ITEMS]
    assert [batch.cursor for batch in batches] == [None, Cursor({"message": 1})]
    stream = connector(base).discover()[-1]
    assert (stream.name, stream.carries) == (CHANGES, (PARTIES, ITEMS))


def test_nothing_changed_gives_no_batch() -> None:
    assert read(changed()) == []


def test_unacknowledged_changes_come_again() -> None:
    base = changed(1)
    assert keys(read(base)) == keys(read(base)) != set()
    assert base.received == 0


def test_acknowledging_is_repeatable_and_ends_the_message() -> None:
    base = changed(1)
    source = connector(base)
    assert isinstance(source, Acknowledges)
    cursor = read(base)[-1].cursor
    assert cursor is not None
    source.acknowledge(CHANGES, cursor)
    source.acknowledge(CHANGES, cursor)
    assert base.received == 1
    assert read(base, cursor) == []


def test_a_committed_message_is_acknowledged_before_anything_is_asked() -> None:
    """Killed between commit and acknowledgement; a change made since must not join the old message."""
    base = changed(1)
    cursor = read(base)[-1].cursor
    late = base.put(PARTIES, party(2))
    base.asked.clear()
    batches = read(base, cursor)
    assert keys(batches) == {late}
    posted = [call for call in base.asked if call.startswith("POST")]
    assert posted == ["POST NotifyChangesReceived", "POST SelectChanges"]
    assert batches[-1].cursor == Cursor({"message": 2})


@given(steps=st.lists(st.sampled_from(["change", "read", "commit", "acknowledge"]), max_size=25))
@settings(max_examples=60, deadline=None)
def test_no_order_of_crashes_loses_a_change(steps: list[str]) -> None:
    """`read` without `commit` is a crash before it, `commit` without `acknowledge` a crash after."""
    base = changed()
    source = connector(base)
    stored: set[str] = set()
    cursor: Cursor | None = None
    held: list[Batch] = []
    made: set[str] = set()
    for number, step in enumerate([*steps, "read", "commit", "read", "commit"]):
        match step:
            case "change":
                made.add(base.put(PARTIES, party(number)))
            case "read":
                held = list(source.read(CHANGES, cursor, UNTIL))
            case "commit" if held:
                stored |= keys(held)
                cursor, held = held[-1].cursor, []
            case "acknowledge" if cursor is not None:
                source.acknowledge(CHANGES, cursor)
    assert stored == made


def test_a_base_restored_from_a_copy_is_noticed() -> None:
    base = changed(1)
    with pytest.raises(ContractBroken, match="disagree"):
        read(base, Cursor({"message": 5}))


def test_somebody_else_acknowledging_is_noticed() -> None:
    base = changed(1)
    base.received = 9
    with pytest.raises(ContractBroken, match="disagree"):
        read(base, Cursor({"message": 5}))


def test_objects_nobody_asked_for_are_rejected_aloud_or_ignored_by_setting() -> None:
    base = changed(1)
    base.put("Document_Прочее", party(2))
    batches = read(base)
    rejects = [row for batch in batches for row in batch.rejects.iter_rows(named=True)]
    assert [(row["reason"], row["value"]) for row in rejects] == [
        ("stream_unexpected", "Document_Прочее")
    ]
    assert batches[-1].cursor is not None
    ignored = read(base, ignore=["Document_Прочее"])
    assert sum(batch.rejects.height for batch in ignored) == 0


def test_a_wrong_node_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(ConfigError, match="no node"):
        read(changed(1), node="НЕТ")
    with pytest.raises(ConfigError, match="base itself"):
        read(changed(1), node="БАЗА")


def test_a_tombstone_is_a_deletion() -> None:
    place = f"http://h/odata/standard.odata/{PARTIES}(guid'{NODE}')"
    tomb = '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="{}"/>'
    answer = feed([]).replace("</feed>", tomb.format(place) + "</feed>")
    assert list(entries(answer.encode(), "x")) == [
        (PARTIES, {"Ref_Key": NODE, "DeletionMark": "true"})
    ]
    with pytest.raises(ContractBroken, match="cannot be read"):
        list(entries(answer.replace(place, "?").encode(), "x"))
