"""`kanon demo` from beginning to end, as a person starts it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def demo(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KANON_")}
    command = [sys.executable, "-m", "admin.cli", "demo", "--no-serve", "--folder", str(folder)]
    environment = {**clean, "COLUMNS": "200", "KANON_LANGUAGE": "en"}
    return subprocess.run(
        [*command, *options], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=500
    )


@pytest.mark.timeout(600)
def test_the_demo_shows_balance_quarantine_agreement_and_both_refreshes(tmp_path: Path) -> None:
    done = demo(tmp_path / "demo", "--companies", "200")
    assert done.returncode == 0, done.stderr[-3000:]
    shown = done.stdout
    for connection in ("commerceml", "ebs", "files", "mail", "onec", "switch", "identity"):
        assert re.search(rf"{connection} #\d+", shown), connection
    sheets = re.findall(r"Δ *\n[^\n]*\n((?: +\S.*\n)+?) *\n", shown)
    assert len(sheets) >= 5
    assert {row.split()[-1] for sheet in sheets for row in sheet.splitlines()} == {"0"}
    assert "inn_checksum" in shown
    agreement = re.search(r"entities: precision (\d\.\d+), recall (\d\.\d+)", shown)
    assert agreement is not None
    assert float(agreement[1]) > 0.99
    assert float(agreement[2]) > 0.9
    again, changed = re.findall(r"rows written (\d+): landed (\d+), published (\d+)", shown)
    assert again == ("0", "0", "0")
    assert changed[1] == "3"
    assert (tmp_path / "demo" / "kanon.db").exists()


def test_the_demo_does_not_empty_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years of work", encoding="utf-8")
    done = demo(tmp_path)
    assert done.returncode == 2
    assert "--folder" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]
