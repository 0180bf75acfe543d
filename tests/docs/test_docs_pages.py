"""Pages hold together: links lead somewhere, images exist, twins agree, nothing points outside."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from admin.pages.service import _HELP
from connectors.registry import build, kinds
from schemas import errors
from simulators.ebs import build_ebs
from simulators.world import World
from tests.docs.fences import PAGES, README, ROOT, Fence, all_fences, fences

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
ADDRESS = re.compile(r"[a-z]+://[^\s`'\")<>]+")
RUSSIAN = ROOT / "README.ru.md"


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return re.sub(
        r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", link):
            continue  # addresses are looked at below
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link}"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{page.name}: {link}"


_MADE_UP = (".example", ".local")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_address_leads_out_of_the_machine(page: Path) -> None:
    for address in ADDRESS.findall(page.read_text(encoding="utf-8")):
        parts = urlsplit(address)
        host = parts.hostname or ""
        # A bot of Telegram lives at Telegram; the address is a setting.
        made_up = host in ("host", "localhost", "api.telegram.org") or host.endswith(_MADE_UP)
        local = host.startswith("127.") or parts.scheme in ("sqlite", "postgresql", "file")
        assert made_up or local, f"{page.name}: {address}"


def test_every_page_can_be_reached_from_readme() -> None:
    reached, waiting = set(), [README]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.exists():
            continue
        reached.add(page)
        links = [link.partition("#")[0] for link in LINK.findall(prose(page))]
        waiting += [(page.parent / link).resolve() for link in links if link and ":" not in link]
    assert set(PAGES) - reached == set()


def test_images_are_pictures_of_a_reasonable_size() -> None:
    shown = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in LINK.findall(prose(page))
        if link.endswith(".png")
    }
    assert shown == set((ROOT / "docs" / "images").glob("*.png"))
    for image in shown:
        head = image.read_bytes()
        assert head.startswith(b"\x89PNG"), image.name
        assert 10_000 < len(head) < 600_000, image.name


def test_the_russian_readme_has_the_same_examples() -> None:
    def examples(page: Path) -> list[tuple[str, str]]:
        return [(f.info, _without_comments(f.text)) for f in fences(page)]

    assert examples(RUSSIAN) == examples(README)
    sections = [len(re.findall(r"^## ", prose(page), re.MULTILINE)) for page in (README, RUSSIAN)]
    assert sections[0] == sections[1]


def _without_comments(text: str) -> str:
    return re.sub(r" +# .*$", "", text, flags=re.MULTILINE)


def test_every_kind_of_error_has_its_cure_in_operations() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for kind in errors.KanonError.__subclasses__():
        assert f"| `{kind.__name__}` | {kind.exit_code} |" in page, kind.__name__


def test_every_metric_is_named_in_operations() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for metric in _HELP:
        assert f"`{metric}`" in page, metric


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_has_a_page_with_an_example_and_its_limits(kind: str) -> None:
    page = ROOT / "docs" / "connectors" / f"{kind}.md"
    assert "Limits" in page.read_text(encoding="utf-8")
    examples = [f for f in fences(page) if f.kind == "yaml connection"]
    assert any(f"kind: {kind}" in f.text for f in examples), page.name


@pytest.mark.parametrize("fence", all_fences("python run"), ids=lambda f: f.name)
def test_a_python_example_runs(fence: Fence, tmp_path: Path) -> None:
    ebs = build_ebs(World(1, 30), tmp_path / "ebs.sqlite")
    settings = {"url": ebs.url, "orgs": list(ebs.orgs), "zone": ebs.zone}
    names = {"folder": tmp_path / "demo", "source": build("ebs", "erp", settings)}
    exec(compile(fence.text, fence.name, "exec"), names)  # noqa: S102  our own page
