"""The page about `kanon dedupe` shows what really happens."""

from __future__ import annotations

import csv
from pathlib import Path

from flows.dedupe_columns import FIELDS, INN_KPP
from tests.docs.fences import ROOT, fences, follow

PAGE = ROOT / "docs" / "dedupe.md"


def test_the_example_can_be_followed_and_prints_what_is_shown(tmp_path: Path) -> None:
    found = fences(PAGE)
    (printed,) = follow(found, tmp_path).values()
    (shown,) = (fence.text for fence in found if fence.kind == "text output")
    assert _plain(printed) == _plain(shown)
    with (tmp_path / "clients.dedupe.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert len({row["entity_id"] for row in rows}) == 3
    assert (tmp_path / "report.html").stat().st_size > 10_000


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def test_the_page_names_every_field() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for field in (*FIELDS, INN_KPP):
        assert f"| `{field}` |" in text, field
