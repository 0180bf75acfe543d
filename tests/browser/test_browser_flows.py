"""What a person does: keys in a Russian layout, search as you type, replay, the theme, no JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.admin.conftest import Recorded
from tests.admin.seed import Seeded

Site = tuple[str, Seeded, Recorded]


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(base_url=site[0], viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(browser: Browser, site: Site) -> Iterator[Page]:
    """A browser without JavaScript."""
    context = browser.new_context(base_url=site[0], java_script_enabled=False)
    yield context.new_page()
    context.close()


def _press(page: Page, key: str, code: str) -> None:
    """A key as a Russian layout sends it: the physical place with a Cyrillic letter."""
    script = "([key, code]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, code, bubbles: true, cancelable: true}))"
    page.evaluate(script, [key, code])


def test_the_slash_place_focuses_search_in_either_layout(page: Page) -> None:
    page.goto("/parties")
    _press(page, ".", "Slash")
    expect(page.locator("#seek")).to_be_focused()


def test_j_and_k_walk_the_rows_in_a_russian_layout(page: Page) -> None:
    page.goto("/parties")
    _press(page, "о", "KeyJ")
    _press(page, "о", "KeyJ")
    second = page.locator("tbody tr").nth(1).locator("a").first
    expect(second).to_be_focused()
    _press(page, "л", "KeyK")
    expect(page.locator("tbody tr").first.locator("a").first).to_be_focused()


def test_letters_typed_into_a_field_are_not_shortcuts(page: Page) -> None:
    page.goto("/parties")
    page.locator("#filter-q").focus()
    _press(page, "о", "KeyJ")
    assert page.locator("tr.picked").count() == 0


def test_shortcuts_can_be_switched_off(page: Page) -> None:
    page.goto("/parties")
    page.get_by_text("Вид", exact=True).first.click()
    with page.expect_navigation():
        page.locator("button[name=keys][value=off]").click()
    _press(page, "о", "KeyJ")
    assert page.locator("tr.picked").count() == 0


def test_a_click_does_what_it_says_and_breaks_nothing(page: Page) -> None:
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto("/parties")
    page.locator("h1").click()
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.locator("details.options summary").click()
    expect(page.locator(".sheet")).to_be_visible()
    page.locator("button[data-keys]").click()
    expect(page.locator("dialog#keys")).to_be_visible()
    page.locator("dialog [data-close]").click()
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.locator("h1").click()
    expect(page.locator(".sheet")).to_be_hidden()
    assert broken == []


def test_the_question_mark_shows_the_keys(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()


def test_typing_narrows_the_list_and_the_address_keeps_it(page: Page) -> None:
    page.goto("/parties")
    page.locator("#filter-q").press_sequentially("УРАЛНАСОС 2")
    expect(page.locator("tbody tr td:first-child").first).to_contain_text("Уралнасос 2")
    page.wait_for_url("**/parties?q=*")
    assert page.locator("#filter-q").input_value() == "УРАЛНАСОС 2"


def test_the_one_search_box_goes_straight_to_the_only_company(page: Page, site: Site) -> None:
    page.goto("/")
    page.locator("#seek").fill("1027700000001")
    page.locator("#seek").press("Enter")
    page.wait_for_url(f"**/parties/{site[1].party_id}")


def test_the_theme_is_remembered(page: Page) -> None:
    page.goto("/")
    page.get_by_text("Вид", exact=True).first.click()
    page.locator("button[name=theme][value=dark]").click()
    page.goto("/runs")
    assert (
        page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        == "rgb(15, 19, 24)"
    )


def test_replay_works_without_javascript(plain: Page, site: Site) -> None:
    plain.goto("/quarantine?reason=phone_invalid&connection=erp&stream=parties")
    before = len(site[2].replayed)
    plain.get_by_role("button", name="Повторить всю группу").click()
    expect(plain.get_by_text("прошло 4, снова отказ 0")).to_be_visible()
    assert len(site[2].replayed) - before == 4


def test_language_and_paging_work_without_javascript(plain: Page) -> None:
    plain.goto("/parties")
    first = plain.locator("tbody tr a").first.text_content()
    plain.get_by_role("link", name="Дальше").click()
    assert plain.locator("tbody tr a").first.text_content() != first
    plain.get_by_role("link", name="Назад").click()
    assert plain.locator("tbody tr a").first.text_content() == first
    plain.locator("summary").first.click()
    plain.locator("button[value=en]").click()
    expect(plain.locator("h1")).to_have_text("Counterparties")


def test_a_server_that_fell_silent_is_told_and_nothing_is_lost(page: Page) -> None:
    page.goto("/parties")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.locator("#filter-q").press_sequentially("вектор")
    expect(page.locator(".toast")).to_contain_text("Ничего не потеряно")
    assert page.locator("#filter-q").input_value() == "вектор"
