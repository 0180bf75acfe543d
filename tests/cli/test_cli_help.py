"""Every command says what it does, and leaves with the code the help names."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from cyclopts import App

from admin.cli import app
from admin.commands.guard import EXIT_CODES, guarded
from schemas import errors
from tests.cli.conftest import Kanon


def commands(of: App, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of all commands."""
    for name in of:
        if not name.startswith("-"):
            yield (*path, name)
            yield from commands(of[name], (*path, name))


@pytest.mark.parametrize("path", list(commands(app)), ids=" ".join)
def test_every_command_says_what_it_does(kanon: Kanon, path: tuple[str, ...]) -> None:
    answer = kanon(*path, "--help")
    assert answer.code == 0
    usage, _, rest = answer.out.partition("\n")
    assert " ".join(path) in usage
    sentence = next(line for line in rest.splitlines() if line.strip())
    assert len(sentence) > 20, "a sentence right after the usage"
    assert sentence.strip().endswith(".")


def test_the_help_names_every_command_with_a_sentence(kanon: Kanon) -> None:
    answer = kanon("--help")
    assert answer.code == 0
    for name in app:
        if not name.startswith("-"):
            assert re.search(rf"^.?\s*{name}\s+\S.{{15,}}\.", answer.out, re.MULTILINE), name


def test_an_unknown_command_is_refused(kanon: Kanon) -> None:
    assert kanon("frobnicate").code != 0


def all_kinds(
    kind: type[errors.KanonError] = errors.KanonError,
) -> Iterator[type[errors.KanonError]]:
    for found in kind.__subclasses__():
        yield found
        yield from all_kinds(found)


@pytest.mark.parametrize("kind", list(all_kinds()))
def test_the_exit_code_of_each_error_is_documented(
    kind: type[errors.KanonError], capsys: pytest.CaptureFixture[str]
) -> None:
    documented = {int(code) for code in re.findall(r"(\d+) \w", EXIT_CODES)}

    def fails() -> int:
        error = kind.__new__(kind)
        errors.KanonError.__init__(error, "Беда в [/x]. Сделайте так.", "Trouble in [/x].")
        raise error

    assert guarded(fails) == kind.exit_code
    assert kind.exit_code in documented
    assert "Беда в [/x]. Сделайте так." in capsys.readouterr().err
