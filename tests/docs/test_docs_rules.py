"""The page about rules can be followed from an empty folder, and says what then is so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from dedup.model import LEVELS, default_model
from tests.docs.fences import ROOT, environment, fences, follow, run_kanon

PAGE = ROOT / "docs" / "rules.md"


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, str]]:
    """The folder the page was followed in, and what each block printed."""
    folder = tmp_path_factory.mktemp("rules")
    return folder, follow(fences(PAGE), folder)


def test_the_page_does_what_it_says(followed: tuple[Path, Mapping[str, str]]) -> None:
    first, second, third, fourth = followed[1].values()
    assert "It ships with the program." in first
    assert "Split off or come back" not in second
    assert "Split off: 1" in second
    assert "Rule set strict-1 is in force." in second
    assert "Activated by anna" in second
    assert "too many joins by phone" in second
    assert "Merge: 1" in third
    assert f"Rule set {default_model().version} is in force." in third
    assert "New questions in the queue: 1" in fourth
    assert "Nobody has answered yet." in fourth


def test_show_as_json_is_a_file_that_is_accepted(
    followed: tuple[Path, Mapping[str, str]],
) -> None:
    folder, _ = followed
    told = json.loads(run_kanon(["rules", "show", "--json"], folder, environment()))
    assert {field: list(levels) for field, levels in told["weights"].items()} == {
        field: list(levels) for field, levels in LEVELS.items()
    }
    told |= {"version": "mine", "auto": 0.9999999}
    (folder / "mine.json").write_text(json.dumps(told), encoding="utf-8")
    seen = json.loads(run_kanon(["rules", "diff", "mine.json", "--json"], folder, environment()))
    assert [row["records"] for row in seen["split"]] == [1]
    assert {row["what"] for row in seen["counts"]} >= {"companies", "review pairs"}


def test_activating_later_leaves_matching_to_the_next_refresh(
    followed: tuple[Path, Mapping[str, str]],
) -> None:
    folder, _ = followed

    def companies() -> int:
        found = run_kanon(["rules", "diff", "strict.yaml", "--json"], folder, environment())
        told = {row["what"]: row for row in json.loads(found)["counts"]}
        return int(told["companies"]["before"])

    before = companies()
    line = ["rules", "activate", "strict.yaml", "--later", "--json"]
    said = json.loads(run_kanon(line, folder, environment()))
    assert said == {"version": "strict-1", "written": True}
    assert json.loads(run_kanon(line, folder, environment()))["written"] is False
    assert companies() == before + 1, "what the rules in force will make of it"
    run_kanon(["refresh"], folder, environment())
    assert companies() == before + 1
    run_kanon(["rules", "back"], folder, environment())
    assert companies() == before
