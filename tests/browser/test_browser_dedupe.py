"""The report of `kanon dedupe` in a browser: alone, accessible, on any screen, in light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request

from admin.cli import app
from tests.support.messy_table import write_messy_workbook

AXE = Path(__file__).parent / "vendor" / "axe.min.js"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("dedupe")
    file = write_messy_workbook(folder / "Клиенты.xlsx")
    app(["dedupe", str(file), "--report", str(folder / "report.html"), "--json"])
    return (folder / "report.html").as_uri()


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        bypass_csp=True, color_scheme=request.param, viewport={"width": 1280, "height": 900}
    )
    yield context.new_page()
    context.close()


def test_it_is_accessible_and_asks_for_nothing(page: Page, report: str) -> None:
    asked: list[Request] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(report)
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found["violations"]] == []
    assert [one.url for one in asked if not one.url.startswith("data:")] == [report]
    assert said == []


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_it_fits_the_screen(page: Page, report: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(report)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_tables_fit_a_desktop_without_scrolling(page: Page, report: str) -> None:
    page.goto(report)
    cut = "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).length"
    assert page.evaluate(cut) == 0


def test_hostile_cells_are_texts(page: Page, report: str) -> None:
    page.goto(report)
    assert "<b>СПб</b>" in page.inner_text("main")
    assert page.locator("main script, main img").count() == 0
