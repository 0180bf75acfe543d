"""The state of sources is read in as many statements for thirty of them as for one."""

from __future__ import annotations

import pytest

from schemas.reasons import REASONS
from schemas.records import REJECTS
from store import Store, attention, quarantine, runs
from store.views import sources
from tests.admin.companies import frame
from tests.admin.test_admin_plans import listening


def _ran(store: Store, name: str, times: int, refused: int) -> None:
    ru, en = REASONS["kpp_format"]
    row = {"reason": "kpp_format", "field": "KPP", "value": "1", "message_ru": ru, "message_en": en}
    rejects = frame([{**row, "key": f"k{n}"} for n in range(refused)], REJECTS)
    for _ in range(times):
        with store.write() as writer:
            run_id = runs.start(writer, "sync", name)
            quarantine.put(writer, quarantine.Place("map", name, "parties"), rejects, run_id=run_id)


def test_the_statements_do_not_grow_with_the_sources(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ran(store, "erp", times=45, refused=3)
    _ran(store, "shop", times=2, refused=0)
    with store.write() as writer:
        attention.pause(writer, "shop", "переезд", "anna")
    names = ["erp", "never", "shop"]
    with store.read() as reader:
        with listening(monkeypatch) as sent:
            found = sources.states(reader, names)
        with listening(monkeypatch) as of_many:
            sources.states(reader, [*names, *(f"s{n}" for n in range(30))])
        alone = [sources.state(reader, name) for name in names]
    assert len(sent) == len(of_many) <= 5
    assert found == alone
    assert [(len(one.runs), one.quarantined) for one in found] == [(40, 3), (0, 0), (2, 0)]
    assert [one.pause.reason if one.pause else None for one in found] == [None, None, "переезд"]
    ids = [row["id"] for row in found[0].runs]
    assert ids == sorted(ids)
