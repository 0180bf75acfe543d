"""Pages that repeat what the code says are written by the code, and fail here when they are stale."""

from __future__ import annotations

import sys

import pytest

from admin.cli import app
from admin.commands.guard import EXIT_CODES
from flows.house import House
from store import identity
from tests.docs import settings_page, story_page
from tests.docs.fences import ROOT
from tests.docs.generated import settle

DOCS = ROOT / "docs"


def test_configuration_names_every_setting() -> None:
    page = DOCS / "configuration.md"
    settle(page, "environment", settings_page.environment_table())
    settle(page, "connection", settings_page.connection_table())
    settle(page, "directory", settings_page.directory_table())
    settle(page, "kinds", settings_page.kinds_text())


def test_cli_shows_the_help_of_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    # The help names the program it was started as.
    monkeypatch.setattr(sys, "argv", ["kanon"])
    text = app.generate_docs(output_format="markdown", heading_level=2)
    # The page's own title and first words say the same.
    commands = text[text.index("\n### ") :]
    for name in app:
        assert name.startswith("-") or f"### kanon {name}\n" in commands, name
    settle(DOCS / "cli.md", "commands", commands)
    page = " ".join((DOCS / "cli.md").read_text(encoding="utf-8").split())
    for code in " ".join(EXIT_CODES.removeprefix("Exit codes: ").rstrip(".").split()).split(", "):
        assert "| {} | {} |".format(*code.split(" ", 1)) in page, (
            f"cli.md does not tell exit code {code}"
        )


def test_concepts_tell_a_company_of_the_demo(demo_house: House) -> None:
    page = DOCS / "concepts.md"
    with demo_house.store.read() as reader:
        story = story_page.Story(demo_house, reader)
        for rule in identity.links(reader)["rule"].unique():
            assert f"`{rule}`" in page.read_text(encoding="utf-8"), f"rule {rule} is not explained"
        settle(page, "sources", story.sources())
        settle(page, "cleaned", story.cleaned())
        settle(page, "golden", story.golden())
        settle(page, "events", story.events())
        settle(page, "balance", story_page.balance(reader))
        settle(page, "refused", story_page.refused(reader))
