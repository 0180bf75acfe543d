"""The page about names of goods shows what really happens."""

from __future__ import annotations

from pathlib import Path

from tests.docs.fences import ROOT, fences, follow


def test_the_example_can_be_followed_and_prints_what_is_shown(tmp_path: Path) -> None:
    found = fences(ROOT / "docs" / "nomenclature.md")
    printed = [text.split() for text in follow(found, tmp_path).values()]
    assert printed == [fence.text.split() for fence in found if fence.kind == "text output"]
    assert (tmp_path / "goods.html").stat().st_size > 10_000
