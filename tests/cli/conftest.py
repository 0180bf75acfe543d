"""The command line over a refreshed site."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import structlog

from admin.cli import main
from admin.commands import guard
from tests.flows.site import Site, built_world, light_site, loaded_sqlite

__all__ = ["built_world", "light_site", "loaded_sqlite"]


@dataclass(frozen=True)
class Answer:
    """What a command left with and what it printed."""

    code: int
    out: str
    err: str


Kanon = Callable[..., Answer]


@pytest.fixture
def kanon(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Kanon]:
    """Runs a command in this process, in a wide terminal."""
    monkeypatch.setenv("COLUMNS", "250")
    # A console keeps the width of the moment it was made, which was inside whichever test came first.
    monkeypatch.setattr(guard.out, "width", 250)
    monkeypatch.setattr(guard.err, "width", 250)
    handlers = list(logging.getLogger().handlers)

    def run(*arguments: str) -> Answer:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(arguments)
        printed = capsys.readouterr()
        return Answer(int(left.value.code or 0), printed.out, printed.err)

    yield run
    # A command sets up the log on the stderr of its test, which is about to be closed.
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers


@pytest.fixture
def at_home(light_site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A refreshed site that every command finds."""
    monkeypatch.setenv("KANON_HOME", str(light_site.folder))
    monkeypatch.setenv("KANON_DATABASE", light_site.house.settings.database_url)
    return light_site
