"""A steward at the keyboard, in a Russian layout, over a real hub: nothing lost, doubled or unseen."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from admin.wiring import HouseActions
from tests.browser.conftest import served
from tests.flows.judged import Judged, inn
from tests.support.filled import HubOf

NAMES = ("Ромашка", "Лютик", "Вектор", "Альтаир", "Гранит", "Северсталькомплект")
PAIRS = len(NAMES)
Desk = tuple[str, Judged]


def known(hub: Judged) -> None:
    """Pairs alike that no rule may join."""
    alike = {"legal_form": "ООО", "region": "77"}
    hub.put(
        *({"key": f"a{n:02}", **alike, "name": f"ООО {name}", "name_core": name.lower(), "inn": inn(n + 1)} for n, name in enumerate(NAMES)),
        *({"key": f"b{n:02}", **alike, "name": name, "name_core": name.lower()} for n, name in enumerate(NAMES)),
    )  # fmt: skip
    assert len(hub.waiting()) == PAIRS


@pytest.fixture
def desk(sqlite_hub_of: HubOf) -> Iterator[Desk]:
    """A hub with pairs alike, and its address."""
    hub = sqlite_hub_of(known)
    with served(hub.store, HouseActions(hub.house)) as address:
        yield address, hub


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    context = browser.new_context(base_url=desk[0], viewport={"width": 1440, "height": 900})
    found = context.new_page()
    found.goto("/reviews")
    found.get_by_role("link", name="Сравнить").first.click()
    found.wait_for_url("**/reviews/pair?*")
    yield found
    context.close()


def _press(page: Page, code: str, letter: str, *, held: bool = False) -> None:
    """A key of a Russian layout, once the page has been on the screen for a moment."""
    page.wait_for_load_state()
    page.wait_for_timeout(400)
    script = "([key, code, repeat]) => document.dispatchEvent(new KeyboardEvent('keydown', {key, code, repeat, bubbles: true, cancelable: true}))"
    page.evaluate(script, [letter, code, held])


def _answer(page: Page, code: str, letter: str) -> None:
    before = page.url
    _press(page, code, letter)
    page.wait_for_url(lambda url: url != before)


def _settled(hub: Judged) -> None:
    deadline = time.monotonic() + 60
    while hub.waiting() and time.monotonic() < deadline:
        time.sleep(0.2)
    hub.settle()


def test_a_queue_is_answered_by_keys_alone(page: Page, desk: Desk) -> None:
    hub = desk[1]
    for n in range(PAIRS):
        _answer(page, *(("KeyY", "н"), ("KeyN", "т"), ("KeyU", "г"))[n % 3])
    expect(page.get_by_text("Разбирать нечего")).to_be_visible()
    _settled(hub)
    told = hub.ledger()["verdict"].value_counts().rows()
    assert dict(told) == {"same": PAIRS // 3, "different": PAIRS // 3, "unsure": PAIRS // 3}
    assert len(hub.together()) == 2 * PAIRS - PAIRS // 3
    assert not hub.waiting()


def test_a_held_key_and_one_pressed_too_soon_decide_nothing(page: Page, desk: Desk) -> None:
    before = page.url
    _press(page, "KeyY", "н", held=True)
    page.add_init_script(
        "addEventListener('load', () => document.dispatchEvent(new KeyboardEvent('keydown', {key: 'н', code: 'KeyY', bubbles: true})))"
    )
    page.reload()
    time.sleep(0.5)
    assert page.url == before
    assert desk[1].ledger().is_empty()


def test_an_answer_is_taken_back_by_a_key_and_the_pair_is_there_again(
    page: Page, desk: Desk
) -> None:
    first = page.url
    _answer(page, "KeyN", "т")
    _answer(page, "KeyZ", "я")
    expect(page.get_by_text("Ответ отменён")).to_be_visible()
    assert page.url.startswith(first.partition("&reason")[0])
    desk[1].settle()
    assert len(desk[1].waiting()) == PAIRS


def test_what_another_steward_changed_is_not_decided_unseen(page: Page, desk: Desk) -> None:
    left = page.locator("form.decide input[name=left]").input_value()
    desk[1].put({"key": left.rpartition("/")[2], "name": "ООО Лютик", "inn": inn(99)})
    _answer_refused(page)
    assert desk[1].ledger().is_empty()


def _answer_refused(page: Page) -> None:
    _press(page, "KeyY", "н")
    expect(page.get_by_text("Ничего не решено")).to_be_visible()


def test_a_double_click_is_one_decision(page: Page, desk: Desk) -> None:
    page.get_by_role("button", name="Одна компания").dblclick()
    expect(page.get_by_text("Решено: одна компания")).to_be_visible()
    assert desk[1].ledger().height == 1


def test_answers_work_without_javascript(browser: Browser, desk: Desk) -> None:
    context = browser.new_context(base_url=desk[0], java_script_enabled=False)
    page = context.new_page()
    page.goto("/reviews")
    page.get_by_role("link", name="Сравнить").first.click()
    page.get_by_role("button", name="Разные компании").click()
    page.get_by_role("button", name="Отменить").click()
    expect(page.get_by_text("Ответ отменён")).to_be_visible()
    context.close()
    assert desk[1].ledger()["withdrawn_by"].null_count() == 0
