"""Corrections: kept beside the landing, applied by every mapping, overtaken by the source, taken back whole."""

from __future__ import annotations

import polars as pl
import pytest

from flows import correct as correcting
from flows.correct import carry, correct, withdraw
from flows.mend import anatomy, check, mend
from flows.mend_alike import Change, Group, mend_alike, try_alike
from flows.run import running
from schemas.errors import ConfigError, Conflict
from store import corrections, landing
from store.views import corrections as told
from tests.flows.site import COUNTERPARTIES, Site, everything_green, versions
from tests.flows.test_flows_remap import a_seat
from tests.flows.trouble import BAD_INN, ask_ebs, edit_onec, living_counterparties
from tests.support.state import state_of

GOOD_INN = "7707083893"


def refused(site: Site, many: int = 1, inn: str = BAD_INN) -> tuple[list[str], list[int]]:
    """Keys of so many 1C counterparties whose INN was spoilt, and their quarantine rows."""
    keys = living_counterparties(site)[:many]
    for key in keys:
        edit_onec(site, key, ИНН=inn)
    assert everything_green(site.refresh("onec"))
    waiting = site.waiting("onec").filter(pl.col("key").is_in(keys)).sort("key")
    return sorted(keys), waiting["id"].to_list()


def inn_of(site: Site, key: str) -> str | None:
    found: str | None = site.parties("onec", COUNTERPARTIES).filter(key=key)["inn"].item()
    return found


def fixed(site: Site, row: int, **values: str) -> str:
    """The batch of a correction that made a row pass."""
    seen = anatomy(site.house, row)
    assert seen is not None
    verdict, done = mend(site.house, row, values, seen.seen, "anna", "по выписке")
    assert verdict.passes
    assert done is not None
    assert (done.written, done.passed, done.refused, done.waiting) == (1, 1, 0, False)
    return done.batch


def states(site: Site) -> list[str]:
    with site.store.read() as reader:
        return [row["state"] for row in told.listing(reader, {}, told.NEWEST, None, 50).rows]


def test_a_correction_stands_beside_the_landing_through_every_later_mapping(site: Site) -> None:
    (key,), (row,) = refused(site)
    seen = anatomy(site.house, row)
    assert seen is not None
    assert [field.name for field in seen.fields if field.fault] == ["ИНН"]
    assert [(s.field, s.columns, s.functions) for s in seen.steps] == [("inn", ("ИНН",), ("inn",))]
    assert [fault.reason for fault in check(site.house, row, {"ИНН": BAD_INN}).faults] == [
        "inn_checksum"
    ]
    assert check(site.house, row, {"ИНН": GOOD_INN}).passes
    fixed(site, row, ИНН=GOOD_INN)
    assert inn_of(site, key) == GOOD_INN
    assert site.waiting("onec").filter(key=key).is_empty()
    with site.store.read() as reader:
        landed = landing.latest(site.store, reader, "onec", COUNTERPARTIES, [key])
    assert landed["ИНН"].to_list() == [BAD_INN]
    before = versions(site.store)
    assert everything_green(
        site.override("onec", COUNTERPARTIES, {"title": "Иначе"}).refresh("onec")
    )
    assert versions(site.store)["canonical_party"] == before["canonical_party"]
    edit_onec(site, key, Комментарий="другое поле")
    assert everything_green(site.refresh("onec"))
    assert inn_of(site, key) == GOOD_INN
    assert states(site) == ["standing"]


def test_the_source_has_the_last_word(light_site: Site) -> None:
    (key,), (row,) = refused(light_site)
    fixed(light_site, row, ИНН=GOOD_INN)
    edit_onec(light_site, key, ИНН="7736050003")
    assert everything_green(light_site.refresh("onec"))
    assert inn_of(light_site, key) == "7736050003"
    assert states(light_site) == ["overtaken"]
    edit_onec(light_site, key, ИНН=BAD_INN)
    assert everything_green(light_site.refresh("onec"))
    assert light_site.waiting("onec").filter(key=key).height == 1


def test_taking_a_correction_back_brings_the_records_back_as_they_were(site: Site) -> None:
    (key,), (row,) = refused(site)
    before = state_of(site.store)["canonical_party"]
    batch = fixed(site, row, ИНН=GOOD_INN)
    assert not state_of(site.store)["canonical_party"].equals(before)
    done = withdraw(site.house, batch, "boris")
    assert (done.written, done.passed, done.refused) == (1, 0, 1)
    assert state_of(site.store)["canonical_party"].equals(before)
    assert site.waiting("onec").filter(key=key).height == 1
    assert withdraw(site.house, batch, "boris").written == 0


@pytest.mark.parametrize("how", ["killed", "a run goes on"])
def test_what_was_only_written_down_is_carried_out_by_the_next_run(
    light_site: Site, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    (key,), (row,) = refused(light_site)
    seen = anatomy(light_site.house, row)
    assert seen is not None
    with monkeypatch.context() as patched:
        patched.setattr(correcting, "WAITS", correcting.WAITS * 0)
        if how == "killed":
            patched.setattr(correcting, "carry", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                mend(light_site.house, row, {"ИНН": GOOD_INN}, seen.seen, "anna", None)
        else:
            with running(light_site.house, "sync", "onec"):
                _, done = mend(light_site.house, row, {"ИНН": GOOD_INN}, seen.seen, "anna", None)
            assert done is not None
            assert done.waiting
    assert light_site.waiting("onec").filter(key=key).height == 1
    assert everything_green(light_site.refresh("onec"))
    assert inn_of(light_site, key) == GOOD_INN
    assert light_site.waiting("onec").filter(key=key).is_empty()


def test_nothing_is_saved_that_would_not_pass_or_was_not_seen(light_site: Site) -> None:
    (key,), (row,) = refused(light_site)
    seen = anatomy(light_site.house, row)
    assert seen is not None
    verdict, done = mend(light_site.house, row, {"ИНН": "1"}, seen.seen, "anna", None)
    assert not verdict.passes
    assert done is None
    with pytest.raises(ConfigError):
        mend(light_site.house, row, {"ИНН": f" {BAD_INN}".strip()}, seen.seen, "anna", None)
    edit_onec(light_site, key, Комментарий="кто-то ещё работает с ней")
    assert everything_green(light_site.refresh("onec"))
    with pytest.raises(Conflict):
        mend(light_site.house, row, {"ИНН": GOOD_INN}, seen.seen, "anna", None)
    assert states(light_site) == []
    assert anatomy(light_site.house, 10**6) is None


def test_all_alike_are_tried_first_and_only_those_that_pass_are_kept(light_site: Site) -> None:
    parties = light_site.parties("onec", COUNTERPARTIES).filter(deleted=False)
    another = next(k for k in living_counterparties(light_site)[3:] if k in set(parties["key"]))
    edit_onec(light_site, another, ИНН="7707083895")
    keys, _ = refused(light_site, 3)
    group = Group("inn_checksum", "onec", COUNTERPARTIES)
    change = Change("ИНН", "table", f"{BAD_INN} = {GOOD_INN}\n7707083895=7707083896")
    tried = try_alike(light_site.house, group, change)
    assert (tried.altered, tried.passing) == (4, 3)
    assert {(one.before, one.after) for one in tried.samples if not one.reason} == {
        (BAD_INN, GOOD_INN)
    }
    with pytest.raises(Conflict):
        mend_alike(light_site.house, group, change, "seen otherwise", "anna", None)
    before = state_of(light_site.store)["canonical_party"]
    done = mend_alike(light_site.house, group, change, tried.stamp, "anna", None)
    assert (done.written, done.passed, done.refused) == (3, 3, 0)
    assert {inn_of(light_site, key) for key in keys} == {GOOD_INN}
    with pytest.raises(Conflict):
        mend_alike(light_site.house, group, change, tried.stamp, "anna", None)
    assert withdraw(light_site.house, done.batch, "anna").refused == 3
    assert state_of(light_site.store)["canonical_party"].equals(before)


def test_a_senseless_change_is_refused_in_words(light_site: Site) -> None:
    refused(light_site)
    for change in (
        Change("ИНН", "replace"),
        Change("ИНН", "table", "no equals sign"),
        Change("нет такого", "trim"),
        Change("ИНН", "eval"),
        Change("ИНН", "set", put="7" * 10_000),
        Change("ИНН", "replace", "\0", "x"),
    ):
        with pytest.raises(ConfigError):
            try_alike(light_site.house, Group("inn_checksum", "onec", COUNTERPARTIES), change)


def test_a_corrected_partner_sends_the_records_it_belongs_to_through_again(
    light_site: Site,
) -> None:
    party, _, location = a_seat(light_site)
    ((street,),) = ask_ebs(
        light_site, "SELECT ADDRESS1 FROM HZ_LOCATIONS WHERE LOCATION_ID = ?", location
    )
    had = light_site.parties("ebs", "parties").filter(key=party)["legal_address"].item()
    place = ("ebs", "locations", str(location), "ADDRESS1")
    edit = pl.DataFrame(
        [(*place, street, "ул. Исправленная, д. 5")], schema=corrections.EDIT, orient="row"
    )
    done = correct(light_site.house, edit, "anna", None)
    assert done.refused == 0
    has = light_site.parties("ebs", "parties").filter(key=party)["legal_address"].item()
    assert "Исправленная" in has
    with running(light_site.house, "sync", "ebs") as run:
        assert carry(run, "ebs") == (0, 0)
    withdraw(light_site.house, done.batch, "anna")
    assert light_site.parties("ebs", "parties").filter(key=party)["legal_address"].item() == had
