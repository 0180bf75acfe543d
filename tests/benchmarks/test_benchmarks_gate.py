"""The rows that people type in the benchmark of the gate, and what is measured over them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import gate, soak


def test_typed_rows_are_the_same_every_time_and_of_every_kind() -> None:
    rows = gate.typed(400, 40)
    assert rows == gate.typed(400, 40)
    assert [row["name"] is not None for row in rows].count(True) > 30
    whole, bare, named, _ = (rows[kind::4] for kind in range(4))
    assert any(row["inn"] for row in whole)
    assert not any(row["inn"] or row["ogrn"] or row["kpp"] for row in bare)
    assert any(row["legal_address"] for row in bare)
    assert not any(row["legal_address"] or row["emails"] for row in named)


def test_a_base_is_loaded_once_and_asked_over_http_by_one_and_by_many(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gate.run(300, 8, tmp_path)
    soak.run(300, stewards=2, readers=4, seconds=4, processes=2, think=0.05, home=tmp_path)
    told = capsys.readouterr().out.splitlines()
    pages = {line.split("  ")[0] for line in told if re.match(r"[a-zI ]+?  +\d", line)}
    assert pages >= {"overview", "list", "queue", "card", "pair", "answer"}
    assert re.match(r"[1-9]\d* pairs answered.* 0 errors", told[-1])
    steps = ["clean", "near", "in process", "rapidfuzz scan", "over HTTP"]
    for step in steps:
        lines = [line for line in told if line.startswith(step)]
        assert len(lines) == 1, step
        assert all(float(line[len(step) :].split()[1]) > 0 for line in lines)
