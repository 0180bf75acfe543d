"""The page about migration can be followed from an empty folder, and does what it says."""

from __future__ import annotations

from pathlib import Path

from config.migration import load_plan
from tests.docs.fences import ROOT, fences, follow


def test_the_walk_through_a_migration_can_be_followed(tmp_path: Path) -> None:
    outputs = follow(fences(ROOT / "docs" / "migration.md"), tmp_path)
    plan = load_plan(tmp_path / "plan.yaml")
    assert [table.name for table in plan.carried] == ["clients", "contacts"]
    printed = "".join(outputs.values())
    assert "2 proposed to carry" in printed
    assert "Nothing changed since the profile." in printed
    assert printed.count("done") >= 4
    assert "It agrees." in printed
    assert "It was a rehearsal: nothing was kept." in printed
    assert "is withdrawn." in printed
