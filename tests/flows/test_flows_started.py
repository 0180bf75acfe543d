"""A run keeps who started it and by which versions it worked; parts of a migration stay found by their mark."""

from __future__ import annotations

import pytest

from flows.house import House
from flows.started import started_by
from flows.sync import settle
from store import migrating, runs
from store.views.runs import origin
from tests.flows.judged import Judged
from tests.flows.site import Site
from tests.support.filled import HubOf


def one_company(judged: Judged) -> None:
    judged.put({"key": "a", "name": "ООО «Вега»", "inn": "7707083893"})


@pytest.fixture
def house(hub_of: HubOf) -> House:
    return hub_of(one_company).house


def told(house: House, run_id: int) -> dict[str, object]:
    with house.store.read() as reader:
        row = runs.get(reader, run_id)
        assert row is not None
        return origin(row._mapping)


def test_who_asked_and_which_rules_held_are_kept(house: House) -> None:
    with started_by("anna"):
        run_id = settle(house)
    found = told(house, run_id)
    assert found["by"] == "anna"
    assert set(found["versions"]) == {"rules"}  # type: ignore[call-overload]  # a mapping
    assert found["rest"] == {}


def test_the_hub_names_nobody_for_what_it_begins_itself(house: House) -> None:
    with started_by("anna"), started_by(""):
        run_id = settle(house)
    assert told(house, run_id)["by"] is None
    assert told(house, settle(house))["by"] is None


def test_a_part_of_a_migration_bears_its_mark_alone(house: House) -> None:
    with started_by("anna"):
        run_id = settle(house, parameters=migrating.told(7))
    with house.store.read() as reader:
        assert migrating.runs_of(reader, 7) == [run_id]
    assert told(house, run_id) == {"by": None, "versions": {}, "rest": {"migration": "7"}}


def test_a_source_is_read_by_the_mappings_of_its_streams(site: Site) -> None:
    with site.store.read() as reader:
        rows = runs.page(reader, flow="sync", connection="onec").to_dicts()
    versions = origin(rows[0])["versions"]
    mapping = site.house.mapping("onec", "Catalog_Контрагенты")
    assert versions["mapping Catalog_Контрагенты"] == mapping.version
