"""The quarantine by keyboard: a row chosen, put off, opened and mended without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.admin.conftest import Recorded
from tests.admin.mending import GOOD
from tests.admin.seed import Seeded
from tests.browser.test_browser_pages import watched

GROUP = "/quarantine?reason=inn_checksum&connection=erp&stream=parties"


@pytest.mark.timeout(120)
def test_a_row_is_put_off_and_another_mended_by_keys(
    browser: Browser, site: tuple[str, Seeded, Recorded]
) -> None:
    origin, _, actions = site
    actions.asked.clear()
    with watched(browser, origin) as seen:
        page = seen.page
        page.goto(origin + GROUP)
        page.wait_for_timeout(300)
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("x")
        expect(page.locator("tr.picked input[name=id]")).to_be_checked()
        page.keyboard.press("i")
        expect(page.locator("#why-off")).to_be_focused()
        page.keyboard.type("ждём выписку")
        page.get_by_role("button", name="Отложить", exact=True).click()
        expect(page.get_by_text("Отложена 1 запись.")).to_be_visible()
        page.goto(f"{origin}/quarantine/1")
        page.keyboard.press("f")
        page.keyboard.type(GOOD)
        expect(page.get_by_text("С такими значениями запись проходит.")).to_be_visible()
        page.keyboard.press("Enter")
        page.wait_for_url("**/quarantine/2?**")
        assert seen.console == []
        assert page.evaluate("window.violations") == []
    (off, mended) = actions.asked
    assert off[0] == "put off"
    assert off[2] == "ждём выписку"
    assert mended[:2] == ("mend", 1)
    assert GOOD in str(mended[2])
