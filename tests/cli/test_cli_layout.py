"""`kanon layout`: what a person sees of a proposed layout."""

from __future__ import annotations

from pathlib import Path

from simulators.telephony import working_day
from simulators.telephony.communication_manager import lines, records
from tests.cli.conftest import Kanon


def test_the_layout_is_shown_with_its_evidence_and_the_settings(
    tmp_path: Path, kanon: Kanon
) -> None:
    file = tmp_path / "raw.log"
    day = working_day([f"8916000{n:04d}" for n in range(9)], 60)
    file.write_text("\n".join(lines(records(day), "customized")), encoding="utf-8")
    answer = kanon("layout", str(file))
    assert answer.code == 0
    assert "dialed-num" in answer.out
    assert "layout: customized" in answer.out


def test_a_file_without_calls_and_no_file_are_refused(tmp_path: Path, kanon: Kanon) -> None:
    assert kanon("layout", str(tmp_path / "none")).code == 2
    (tmp_path / "raw.log").write_text("nothing of a call\n", encoding="utf-8")
    assert kanon("layout", str(tmp_path / "raw.log")).code == 2
