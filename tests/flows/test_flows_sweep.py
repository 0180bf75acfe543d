"""A sweep calls deleted only what the source, asked once more, does not have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from connectors.base import Source
from connectors.ebs.source import EbsSource
from flows import extract
from flows.house import House
from flows.sweep import land_deletions
from schemas.errors import Unbalanced
from schemas.records import Batch, Cursor, Stream
from tests.flows.site import Site, everything_green
from tests.flows.trouble import ask_ebs, run_ebs

NEVER = "2099-01-01 00:00:00"  # later than the end of any window


@pytest.fixture
def paged_site(light_site: Site) -> Site:
    """A site that reads EBS in small pages, so that a lot happens between them."""
    settings = light_site.house.connection("ebs").settings
    return light_site.configure("ebs", settings={**settings, "page_size": 10})


def parties_by_change(site: Site) -> list[int]:
    """PARTY_ID of the parties, those changed last at the end."""
    known = set(site.parties("ebs", "parties")["key"].to_list())
    found = ask_ebs(site, "SELECT PARTY_ID FROM HZ_PARTIES ORDER BY LAST_UPDATE_DATE, PARTY_ID")
    return [key for (key,) in found if str(key) in known]


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> list[str]:
    """From now on `happens` between the first and the second page of the parties, once."""
    read, said = EbsSource.read, list[str]()

    def disturbed(
        source: EbsSource, stream: str, cursor: Cursor | None, until: datetime
    ) -> Iterator[Batch]:
        for batch in read(source, stream, cursor, until):
            yield batch
            if stream == "parties" and cursor is None and not said:
                said.append(stream)
                happens()

    monkeypatch.setattr(EbsSource, "read", disturbed)
    return said


def deleted(site: Site) -> list[str]:
    parties = site.parties("ebs", "parties")
    return parties.filter(parties["deleted"])["key"].to_list()


def edit(site: Site, key: int) -> None:
    run_ebs(site, "UPDATE HZ_PARTIES SET LAST_UPDATE_DATE = ? WHERE PARTY_ID = ?", NEVER, key)


def purge(site: Site, key: int) -> None:
    run_ebs(site, "DELETE FROM HZ_PARTIES WHERE PARTY_ID = ?", key)


def test_a_record_edited_during_the_sweep_is_not_deleted_and_a_purged_one_is(
    paged_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    *_, purged, edited = parties_by_change(paged_site)
    before = deleted(paged_site)
    purge(paged_site, purged)
    said = meanwhile(monkeypatch, lambda: edit(paged_site, edited))
    assert everything_green(paged_site.refresh("ebs", sweep=True))
    assert said, "nothing was edited during the sweep"
    assert set(deleted(paged_site)) - set(before) == {str(purged)}


class Unaskable:
    """A source that can only be read whole."""

    def __init__(self, source: Any) -> None:
        self.check, self.discover = source.check, source.discover
        self.clock, self.read = source.clock, source.read


@pytest.mark.parametrize("why", ["no fetch", "a key of several values"])
def test_a_source_that_cannot_be_asked_for_keys_is_read_again(
    paged_site: Site, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    *_, purged, moving = parties_by_change(paged_site)
    before = deleted(paged_site)
    purge(paged_site, purged)
    was = ask_ebs(paged_site, "SELECT LAST_UPDATE_DATE FROM HZ_PARTIES WHERE PARTY_ID = ?", moving)[
        0
    ][0]
    said = meanwhile(monkeypatch, lambda: edit(paged_site, moving))
    build, sweep = House.source, land_deletions

    def unaskable(house: House, name: str) -> Source:
        return Unaskable(build(house, name)) if why == "no fetch" else build(house, name)

    def settled_again(run: Any, source: Source, name: str, stream: Stream, present: Any) -> Any:
        if stream.name == "parties":
            run_ebs(
                paged_site,
                "UPDATE HZ_PARTIES SET LAST_UPDATE_DATE = ? WHERE PARTY_ID = ?",
                was,
                moving,
            )
            if why != "no fetch":
                stream = replace(stream, key=("PARTY_ID", "ORG_ID"))
                monkeypatch.setattr(EbsSource, "fetch", None)
        return sweep(run, source, name, stream, present)

    monkeypatch.setattr(House, "source", unaskable)
    monkeypatch.setattr(extract, "land_deletions", settled_again)
    assert everything_green(paged_site.refresh("ebs", sweep=True))
    assert said, "nothing was edited during the sweep"
    assert set(deleted(paged_site)) - set(before) == {str(purged)}


def test_many_edited_at_once_are_no_mass_deletion_but_many_purged_are(
    paged_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = parties_by_change(paged_site)[-40:]
    before = deleted(paged_site)

    def edit_many() -> None:
        for key in newest:
            edit(paged_site, key)

    with monkeypatch.context() as patched:
        said = meanwhile(patched, edit_many)
        assert everything_green(paged_site.refresh("ebs", sweep=True))
    assert said
    assert deleted(paged_site) == before
    for key in newest:
        purge(paged_site, key)
    outcome = paged_site.refresh("ebs", sweep=True)["ebs"]
    assert isinstance(outcome.error, Unbalanced)
    assert deleted(paged_site) == before
