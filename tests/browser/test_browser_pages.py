"""Every page in both languages and themes, narrow and wide: accessible, whole, offline, quiet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.admin.conftest import Recorded
from tests.admin.goods_seed import GOOD
from tests.admin.seed import CALL, Seeded

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
Site = tuple[str, Seeded, Recorded]
_ONEC = "onec/Catalog_Контрагенты/"
PAGES = {
    "overview": "/",
    "sources": "/sources",
    "source": "/sources/erp?stream=parties&since=2026-11-01",
    "failed source": "/sources/onec",
    "source never run": "/sources/shop",
    "alerts": "/alerts",
    "runs": "/runs",
    "loads": "/migrations",
    "act of a migration": "/migrations/1",
    "act": "/runs/{good_run}/act",
    "calls": "/calls",
    "calls in figures": "/calls/report?from=2026-11-01&to=2026-11-30",
    "call": f"/calls/{CALL}",
    "calls missed": "/calls/missed",
    "call by one click": "/calls/requests/kanon-1",
    "employees": "/employees",
    "employee": "/employees/ad/1",
    "enquiries": "/enquiries",
    "hand over": "/enquiries/hand-over?owner=anna",
    "topics": "/enquiries/topics",
    "routing": "/enquiries/routing",
    "routing proposed": "/enquiries/routing/new",
    "routing draft": "/enquiries/routing/1",
    "goods": "/goods",
    "goods doubted": "/goods?status=doubtful",
    "dictionary": "/goods/dictionary",
    "dictionary typed": "/goods/dictionary/new",
    "dictionary draft": "/goods/dictionary/2",
    "good": f"/goods/{GOOD}",
    "lots": "/goods/lots",
    "prices": "/goods/prices",
    "run": "/runs/{good_run}",
    "failed run": "/runs/{bad_run}",
    "quarantine": "/quarantine",
    "quarantine group": "/quarantine?reason=inn_checksum&connection=erp&stream=parties",
    "quarantine row": "/quarantine/1?batch=0f1e2d3c4b5a&fixed=1&failed=0",
    "quarantine row put off": "/quarantine/29",
    "quarantine alike": "/quarantine/alike?reason=inn_checksum&connection=erp&stream=parties&column=TAX_REFERENCE&how=trim",
    "quarantine letter": "/quarantine/letter?reason=inn_checksum&connection=erp&stream=parties",
    "corrections": "/quarantine/corrections?batch=0f1e2d3c4b5a",
    "reviews": "/reviews",
    "reviews of a reason": "/reviews?reason=name_and_contacts",
    "reviews not found": "/reviews?reason=none",
    "review assign": "/reviews/assignment?reason=name_and_contacts",
    "review assign none": "/reviews/assignment?reason=none",
    "review pair": f"/reviews/pair?left={quote('erp/parties/5')}&right={quote(_ONEC + '0006')}",
    "review pair unweighed": f"/reviews/pair?left={quote('erp/parties/7')}&right={quote(_ONEC + '0008')}",
    "parties": "/parties",
    "parties found": "/parties?q=вектор",
    "parties not found": "/parties?q=нетакого",
    "party": "/parties/{party_id}",
    "party sources": "/parties/{party_id}?tab=sources",
    "party units": "/parties/{party_id}?tab=units",
    "party calls": "/parties/{party_id}?tab=calls",
    "party enquiries": "/parties/{party_id}?tab=enquiries",
    "party orders": "/parties/{party_id}?tab=orders",
    "party history": "/parties/{party_id}?tab=history",
    "found by layout": "/find?q=dtrnjh",
    "found by kind": "/find?q=7701",
    "found nothing": "/find?q=нетакого",
    "party told": "/parties/{party_id}?set=name&decision=7",
    "contacts": "/contacts",
    "contact": "/contacts/00000000-0000-4000-8000-000002000001",
    "units": "/units?kpp=77",
    "value": "/values/edit?id={party_id}&field=name",
    "value of few": "/values/edit?id={party_id}&field=status",
    "rules": "/rules",
    "rules proposed": "/rules/new",
    "rules draft": "/rules/drafts/1",
    "rules compared": "/rules/compare?old=0&new=0",
    "workbook": "/exports/2",
    "feed": "/feed",
    "subscribers": "/subscribers",
    "journal": "/journal",
    "journal entry": "/journal/1",
    "reference": "/api",
    "account": "/account",
    "users": "/users",
    "patterns": "/-/patterns",
    "no such page": "/nowhere",
}
EMPTY = (
    "/",
    "/sources",
    "/runs",
    "/calls",
    "/calls/report",
    "/calls/missed",
    "/employees",
    "/enquiries",
    "/quarantine",
    "/quarantine/corrections",
    "/reviews",
    "/parties",
    "/items",
    "/goods",
    "/rules",
    "/feed",
    "/subscribers",
    "/journal",
    "/users",
)
WIDE = 1440
# A theme changes colours alone and a width everything but them: each look is asked for what it can break,
# by axe.run of everything, of colours, of everything else, or not at all.
_ALL = "{resultTypes: ['violations']}"
_COLOURS = "{resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block']}"
_OTHERS = "{resultTypes: ['violations'], rules: {'color-contrast': {enabled: false}}}"
LOOKS: dict[tuple[str, int], str | None] = {
    ("light", WIDE): _ALL,
    ("dark", WIDE): _COLOURS,
    ("light", 768): None,
    ("light", 320): _OTHERS,
    ("dark", 320): None,
}
# Another language brings other words: they may not fit, and no colour changes.
OF_WORDS: dict[tuple[str, int], str | None] = {
    ("light", WIDE): None,
    ("light", 768): None,
    ("light", 320): _OTHERS,
}
_WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (e) => window.violations.push(e.violatedDirective + ' ' + e.blockedURI));
"""
# Text outside inputs whose box is narrower than its content although nothing scrolls there.
_CLIPPED = """
() => [...document.querySelectorAll('h1,h2,h3,a,button,.badge,th,label')]
  .filter((e) => e.offsetParent && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === 'hidden' && !e.closest('.hidden'))
  .map((e) => e.textContent.trim().slice(0, 40))
"""
_CUT = """
() => [...document.querySelectorAll('.scroll')]
  .filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent.trim().slice(0, 40))
"""
_BORDERS = """
() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = (c) => { const [r, g, b] = c.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255, 255]; };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  return [...document.querySelectorAll('input:not([type=hidden]), select, button:not(.quiet), a.button:not(.quiet)')]
    .filter((e) => e.offsetParent && !e.closest('.choice') && !e.disabled)
    .map((e) => { const s = getComputedStyle(e); return [e.outerHTML.slice(0, 60), Math.max(ratio(rgb(s.borderTopColor), ground(e.parentElement)), ratio(rgb(s.backgroundColor), ground(e.parentElement)))]; })
    .filter(([, r]) => r < 3);
}
"""


class Watched:
    """A page that notes everything it should not do."""

    def __init__(self, context: BrowserContext, origin: str, language: str) -> None:
        self.origin = origin
        self.looks = LOOKS if language == "ru" else OF_WORDS
        self.page: Page = context.new_page()
        self.page.add_init_script(_WATCH)
        self.foreign: list[str] = []
        self.console: list[str] = []
        self.page.on("request", lambda r: self._request(r.url))
        self.page.on("pageerror", lambda e: self.console.append(str(e)))
        self.page.on("console", lambda m: self._said(m.type, m.text))

    def _request(self, url: str) -> None:
        if not url.startswith((self.origin, "data:")):
            self.foreign.append(url)

    def _said(self, kind: str, text: str) -> None:
        # The browser itself reports the status of the error pages we open on purpose.
        if kind == "error" and "404" not in text:
            self.console.append(text)

    def open(self, path: str) -> None:
        """Shows a page in the state its looks begin from."""
        self.page.goto(self.origin + path)
        self.page.evaluate("document.fonts.ready.then(() => true)")

    def faults(self, theme: str, width: int, rules: str | None = _ALL) -> dict[str, Any]:
        """Everything wrong with the open page in this look, by kind; kinds without faults are left out."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        axe = self.page.evaluate(f"axe.run(document, {rules})")["violations"] if rules else []
        size = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        cut = self.page.evaluate(_CUT) if width == WIDE else []
        found = {
            "axe": [(v["id"], v["nodes"][0]["html"][:120]) for v in axe],
            "wider than the screen": size if size[0] > size[1] else [],
            "tables cut": cut,
            "clipped": self.page.evaluate(_CLIPPED),
            "faint borders": self.page.evaluate(_BORDERS),
            "content policy": self.page.evaluate("window.violations"),
            "foreign requests": list(self.foreign),
            "console": list(self.console),
        }
        return {kind: faults for kind, faults in found.items() if faults}


def _profile(browser: Browser) -> BrowserContext:
    context = browser.new_context(viewport={"width": WIDE, "height": 900}, reduced_motion="reduce")
    # Sent once and read by every page shown in it: half a megabyte of rules.
    context.add_init_script(path=AXE)
    return context


def _reads(context: BrowserContext, origin: str, language: str) -> None:
    view = {"name": "kanon_view", "value": f"{language}.light.normal.on", "url": origin}
    context.clear_cookies()
    context.add_cookies([view])


@contextmanager
def watched(browser: Browser, origin: str, language: str = "ru") -> Iterator[Watched]:
    """A fresh browser profile that reads pages in a language."""
    context = _profile(browser)
    _reads(context, origin, language)
    yield Watched(context, origin, language)
    context.close()


@pytest.fixture(scope="module")
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile that has the styles, fonts and scripts of the site already, as a person's has."""
    context = _profile(browser)
    yield context
    context.close()


@contextmanager
def shown(context: BrowserContext, origin: str, language: str = "ru") -> Iterator[Watched]:
    """A page of its own in a profile other pages were shown in; nothing but what may be cached is left of them."""
    _reads(context, origin, language)
    page = Watched(context, origin, language)
    try:
        yield page
    finally:
        page.page.close()


def in_every_look(page: Watched, path: str) -> dict[str, Any]:
    """What is wrong with a page, by theme and width."""
    page.open(path)
    looks = page.looks.items()
    faults = {f"{look[0]} {look[1]}": page.faults(*look, rules) for look, rules in looks}
    return {look: found for look, found in faults.items() if found}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_whole_offline_and_quiet(
    profile: BrowserContext, site: Site, name: str, language: str
) -> None:
    origin, seeded, _ = site
    with shown(profile, origin, language) as page:
        assert in_every_look(page, PAGES[name].format(**vars(seeded))) == {}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("path", EMPTY)
def test_every_empty_page_too(profile: BrowserContext, bare_site: str, path: str) -> None:
    with shown(profile, bare_site) as page:
        assert in_every_look(page, path) == {}


@pytest.mark.timeout(120)
def test_the_harness_sees_a_fault_when_there_is_one(browser: Browser, site: Site) -> None:
    with watched(browser, site[0]) as page:
        page.page.route(
            "**/runs", lambda route: route.fulfill(content_type="text/html", body=_BROKEN)
        )
        page.open("/runs")
        found = page.faults("light", 320, _OTHERS)
    assert {"axe", "wider than the screen", "faint borders", "console"} <= set(found)


_BROKEN = """<!doctype html><html><body><img src="/none.png"><p>x</p>
<svg width="900" height="9"></svg><input><button>.</button>
<style>input{border:1px solid #eee;background:#fff}</style><script>throw new Error('boom')</script></body></html>"""
