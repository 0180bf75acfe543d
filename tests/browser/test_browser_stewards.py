"""Stewards' pages in a real browser: twenty pairs by keys, fields chosen by keys, and every page in every look."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from admin.wiring import HouseActions
from flows.judge import judge
from store import Store, desk
from store.views import reviews
from tests.browser.conftest import served
from tests.browser.steward_run import answered, filled
from tests.browser.test_browser_pages import in_every_look, watched
from tests.flows.judged import Judged, inn, judged_over, ref

PAIRS = 20


@pytest.fixture
def hub(sqlite_store: Store, tmp_path: Path) -> Judged:
    return judged_over(sqlite_store, tmp_path)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.timeout(300)
def test_twenty_pairs_by_keys_in_a_russian_layout_none_lost_doubled_or_unseen(
    page: Page, hub: Judged
) -> None:
    filled(hub, PAIRS)
    waiting = {keys for _, keys in hub.waiting()}
    assert len(waiting) == PAIRS
    with served(hub.store, HouseActions(hub.house)) as address:
        page.goto(f"{address}/reviews")
        page.get_by_role("link", name="Сравнить").first.click()
        page.wait_for_url("**/reviews/pair?*")
        done = answered(page, 2 * PAIRS)
        expect(page.get_by_text("Разбирать нечего")).to_be_visible()
    ledger = hub.ledger().sort("decision_id")
    decided = [(left[0], right[0]) for left, right in ledger.select("left", "right").iter_rows()]
    assert [frozenset(pair) for pair in decided] == [frozenset(pair) for pair in done.seen]
    assert len(set(done.seen)) == len(done.seen) == PAIRS
    deadline = time.monotonic() + 60
    while hub.waiting() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not hub.waiting()


def _alike(hub: Judged) -> None:
    told = {"legal_form": "ООО", "region": "77", "name_core": "ромашка"}
    hub.put(
        {"key": "a", **told, "name": "ООО «Ромашка»", "inn": inn(1), "legal_address": "г Тула, ул Мира, д 1"},
        {"key": "b", **told, "name": "Ромашка, ООО (склад)", "legal_address": "Тула, улица Мира, 10"},
        {"key": "c", "name": "ООО Лютик", "name_core": "лютик", "inn": inn(2)},
        {"key": "d", "name": "Лютик", "name_core": "лютик", "legal_form": "ООО"},
    )  # fmt: skip


def test_fields_are_chosen_by_keys_and_the_choice_is_kept(page: Page, hub: Judged) -> None:
    _alike(hub)
    pair = f"/reviews/pair?left={quote(ref('a'))}&right={quote(ref('b'))}"
    with served(hub.store, HouseActions(hub.house)) as address:
        page.goto(address + pair)
        chosen = page.locator("input[name='pick.name']:checked")
        before = chosen.input_value()
        place = 2 if before == ref("a") else 1
        script = "([key, code]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, code, bubbles: true, cancelable: true}))"
        page.evaluate(script, ["о", "KeyJ"])
        page.evaluate(script, [str(place), f"Digit{place}"])
        assert chosen.input_value() != before
        page.wait_for_timeout(400)
        with page.expect_navigation():
            page.evaluate(script, ["н", "KeyY"])
    assert sorted(hub.ledger()["kind"].to_list()) == ["same", "value"]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_of_stewards_is_accessible_whole_and_quiet(
    browser: Browser, hub: Judged, language: str
) -> None:
    _alike(hub)
    paths = _told(hub)
    actions = HouseActions(hub.house, second=True)
    with served(hub.store, actions) as address, watched(browser, address, language) as page:
        # Words make the difference: the other language needs the pages with the most of them.
        shown = paths if language == "ru" else paths[-3:]
        faults = {path: found for path in shown if (found := in_every_look(page, path))}
    assert faults == {}


def _told(hub: Judged) -> list[str]:
    """A proposal, a company of two records, a pair put off: the addresses of pages with something on them."""
    hub.put({"key": "e", "name": "ООО «Ромашка»", "inn": inn(1)})
    _propose(hub)
    with hub.store.write() as writer:
        desk.put_off(writer, ref("c"), ref("d"), "anna")
    company = hub.of("a")
    pair = f"/reviews/pair?left={quote(ref('a'))}&right={quote(ref('b'))}"
    return [
        "/reviews?lane=later", "/reviews/unsure", "/reviews/second", "/reviews/groups",
        "/reviews/statistics", "/reviews/acts/1", "/reviews/bulk?verdict=different&rule=R8",
        f"/clusters/{company}", f"/clusters/{company}/parting?ref={quote(ref('e'))}", pair,
    ]  # fmt: skip


def _propose(hub: Judged) -> None:
    hub.put({"key": "b", "name": "Ромашка, ООО (склад)", "name_core": "ромашка", "claimed_inn": "7700000099", "legal_address": "Тула, улица Мира, 10"})  # fmt: skip
    with hub.store.read() as reader:
        one, other = (reviews.record(reader, ref(key)) for key in ("a", "b"))
    seen = reviews.stamp(one or {}, other or {})
    done = judge(hub.house, ref("a"), ref("b"), "same", "anna", "звонила", seen, second=True)
    assert done.proposal
