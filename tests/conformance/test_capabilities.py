"""The capability page of the documentation says what the kit tests."""

from __future__ import annotations

import os
from pathlib import Path

from tests.conformance.capabilities import table

PAGE = Path(__file__).parents[2] / "docs" / "connectors" / "capabilities.md"


def test_capability_page_is_up_to_date() -> None:
    if os.environ.get("KANON_WRITE_DOCS"):
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(table(), encoding="utf-8")
    assert PAGE.is_file(), "run with KANON_WRITE_DOCS=1 to write it"
    assert PAGE.read_text(encoding="utf-8") == table(), "stale: run with KANON_WRITE_DOCS=1"
