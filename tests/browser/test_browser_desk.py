"""Finding and mending by keyboard in a real browser, and that all of it works without scripts too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.admin.conftest import Recorded
from tests.admin.seed import Seeded
from tests.browser.test_browser_pages import watched

Site = tuple[str, Seeded, Recorded]


@pytest.mark.timeout(120)
def test_what_fits_is_chosen_by_arrows_in_either_layout(browser: Browser, site: Site) -> None:
    with watched(browser, site[0]) as opened:
        page = opened.page
        opened.open("/runs")
        page.keyboard.press("/")
        box = page.locator("#seek")
        expect(box).to_be_focused()
        expect(box).to_have_attribute("role", "combobox")
        page.keyboard.type("dtrnjh", delay=15)
        options = page.locator("#suggestions [role=option]")
        expect(options).to_have_count(5)
        expect(box).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("ArrowUp")
        expect(options.last).to_have_attribute("aria-selected", "true")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        assert opened.faults("light", 1440) == {}
        page.keyboard.press("Escape")
        expect(page.locator("#suggestions")).to_be_hidden()
        page.keyboard.type("7", delay=15)
        page.keyboard.press("Backspace")
        expect(options).to_have_count(5)
        page.keyboard.press("ArrowDown")
        target = options.first.get_attribute("href")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{opened.origin}{target}")


@pytest.mark.timeout(120)
def test_a_value_is_checked_while_typed_and_saved_by_enter(browser: Browser, site: Site) -> None:
    origin, seeded, actions = site
    with watched(browser, origin) as opened:
        page = opened.page
        opened.open(f"/parties/{seeded.party_id}")
        page.locator("#field-name .edit").click()
        expect(page.locator("#value")).to_be_focused()
        page.locator("#value").fill("bad")
        expect(page.locator("#checked")).to_contain_text("так нельзя")
        page.locator("#value").fill("ООО «Вега»")
        expect(page.locator("#checked")).to_contain_text("Подходит")
        page.locator("#value").press("Enter")
        page.locator(".note.ok button").wait_for()
        assert actions.typed[-1].value == "ООО «Вега»"
        assert opened.console == []


@pytest.mark.timeout(120)
def test_without_scripts_the_box_searches_and_the_form_saves(browser: Browser, site: Site) -> None:
    origin, seeded, actions = site
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{origin}/runs")
    page.locator("#seek").fill("dtrnjh")
    page.locator("#seek").press("Enter")
    expect(page.locator("h1")).to_have_text("Поиск")
    page.goto(f"{origin}/values/edit?id={seeded.party_id}&field=inn")
    page.locator("#value").fill("bad")
    page.locator("#value").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("так нельзя")
    before = len(actions.typed)
    page.locator("#value").fill("7700000016")
    page.locator("#value").press("Enter")
    expect(page.locator(".note.ok")).to_contain_text("Сохранено")
    assert len(actions.typed) == before + 1
    context.close()
