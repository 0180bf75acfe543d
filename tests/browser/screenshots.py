"""Takes the pictures of the documentation: `python -m tests.browser.screenshots`, or `./run screenshots`.

A small demo is loaded into a temporary folder and served on loopback; nothing of it stays but the pictures.
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import polars as pl
import uvicorn
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from admin.commands.demo_config import write_config
from admin.wiring import site_of
from admin.words.preferences import COOKIE
from config.settings import Settings
from flows.house import House, open_house
from flows.sync import refresh
from simulators.demo import start_demo
from store import identity
from store.views import reviews
from tests.browser.conftest import ARGUMENTS
from tests.support.chromium import chromium

IMAGES = Path(__file__).parents[2] / "docs" / "images"
COMPANIES = 600
SIZE: ViewportSize = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Picture:
    """One page in one language."""

    name: str
    path: str
    language: str

    @property
    def file(self) -> Path:
        """Where the picture goes; English has no suffix."""
        suffix = "" if self.language == "en" else f".{self.language}"
        return IMAGES / f"{self.name}{suffix}.png"


@contextmanager
def loaded_house(folder: Path) -> Iterator[House]:
    """A house over the demo's sources, refreshed twice, the second time with changes in 1C."""
    with start_demo(folder / "sources", seed=2026, companies=COMPANIES) as world:
        write_config(folder, world)
        house = open_house(Settings(home=folder, database=""), create=True)
        try:
            for round_ in range(2):
                if round_:
                    world.change_onec(3)
                for outcome in refresh(house):
                    if outcome.error is not None:
                        raise outcome.error
            yield house
        finally:
            house.close()


@contextmanager
def served(house: House) -> Iterator[str]:
    """The address of the house's site on a free loopback port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(site_of(house, "demo"), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def best_known(house: House) -> str:
    """The company most sources know, with few enough records to fit on a page."""
    with house.store.read() as reader:
        links = identity.links(reader, "party")
    by = links.group_by("golden_id").agg(pl.col("connection").n_unique(), pl.len().alias("records"))
    few = by.filter(pl.col("records") <= 6)
    return str(
        few.sort(["connection", "records", "golden_id"], descending=[True, True, False])[
            "golden_id"
        ][0]
    )


def telling_pair(house: House) -> str:
    """The pair of the queue that shares most: the likeliest that is not sure."""
    with house.store.read() as reader:
        rows = reviews.listing(reader, {}, reviews.WORTH, None, 1_000).rows
    scored = [row for row in rows if row["score"] is not None]
    best = max(scored, key=lambda row: (row["score"], row["left_source"]))
    return urlencode({"left": best["left_source"], "right": best["right_source"]})


def pictures(company: str, pair: str) -> list[Picture]:
    """The pictures README shows, in both languages."""
    pages = {"overview": "/", "record": f"/parties/{company}", "pair": f"/reviews/pair?{pair}"}
    return [Picture(name, path, lang) for name, path in pages.items() for lang in ("en", "ru")]


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Write one picture."""
    context = browser.new_context(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
    view = f"{picture.language}.light.normal.on"
    context.add_cookies([{"name": COOKIE, "value": view, "url": address}])
    page = context.new_page()
    answer = page.goto(address + picture.path, wait_until="load")
    if answer is None or not answer.ok:
        raise SystemExit(f"{picture.path} was not answered")
    page.evaluate("document.querySelectorAll('details.why')[1]?.setAttribute('open', '')")
    page.screenshot(path=picture.file, animations="disabled", caret="hide")
    context.close()


def main() -> int:
    """Take all pictures; 2 without a Chromium."""
    browser_path = chromium()
    if browser_path is None:
        sys.stderr.write("No Chromium on this machine (apt: chromium).\n")
        return 2
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name in [name for name in os.environ if name.startswith("KANON_")]:
        del os.environ[name]
    with (
        tempfile.TemporaryDirectory(prefix="kanon-pictures-") as folder,
        loaded_house(Path(folder)) as house,
        served(house) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(ARGUMENTS))
        for picture in pictures(best_known(house), telling_pair(house)):
            take(browser, address, picture)
            sys.stdout.write(f"{picture.file.relative_to(IMAGES.parents[1])}\n")
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
