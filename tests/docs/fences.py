"""The fenced examples of the documentation: where they stand, what kind they are, how they are run."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import structlog

from admin.cli import app
from admin.commands.guard import guarded

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")])
README = ROOT / "README.md"
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Fence:
    """One fenced block; `info` is what follows the opening fence, such as `yaml connection=erp`."""

    page: Path
    line: int
    info: str
    text: str

    @property
    def kind(self) -> str:
        """The language and, if there is one, the first word without its value: `yaml file`."""
        return " ".join(word.split("=")[0] for word in self.info.split()[:2])

    @property
    def value(self) -> str:
        """What stands after the `=` of the second word."""
        return self.info.partition("=")[2]

    @property
    def name(self) -> str:
        """Page and line, for messages and test ids."""
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"


def fences(page: Path) -> list[Fence]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Fence(page, text.count("\n", 0, found.start()) + 1, found[1].strip(), found[2])
        for found in FENCE.finditer(text)
    ]


def all_fences(*kinds: str) -> list[Fence]:
    """The blocks of these kinds on all pages; every block without a kind."""
    return [f for page in PAGES for f in fences(page) if not kinds or f.kind in kinds]


def environment() -> dict[str, str]:
    """What a reader's shell has: no setting of ours but the language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KANON_")}
    return kept | {"KANON_LANGUAGE": "en", "COLUMNS": "80"}


def run_shell(text: str, folder: Path) -> str:
    """What the lines print, run one after another in `folder`; the first that fails ends the test.

    `kanon` runs in this process, where its libraries are loaded already; everything else in bash.
    """
    variables, printed = environment(), []
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ["export"]:
            name, _, value = words[1].partition("=")
            variables[name] = value
        elif words[:1] == ["kanon"]:
            printed.append(run_kanon(words[1:], folder, variables))
        else:
            command = ["bash", "-euc", line]
            done = subprocess.run(
                command, cwd=folder, env=variables, capture_output=True, text=True, timeout=60
            )
            assert done.returncode == 0, f"exit {done.returncode}: {line}\n{done.stderr}"
            printed.append(done.stdout)
    return "".join(printed)


def run_kanon(words: list[str], folder: Path, variables: Mapping[str, str]) -> str:
    """What a command prints; it must end with exit code 0."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, variables, clear=True),
        chdir(folder),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = guarded(lambda: app(words))
    structlog.reset_defaults()  # its log went to `err`
    assert code == 0, f"exit {code}: kanon {shlex.join(words)}\n{out.getvalue()}\n{err.getvalue()}"
    return out.getvalue()


def follow(examples: Iterable[Fence], folder: Path) -> Mapping[str, str]:
    """Do in `folder` what a reader of these blocks does: write the files, run the commands; outputs by name."""
    outputs: dict[str, str] = {}
    for fence in examples:
        if fence.kind.endswith(" file"):
            file = folder / fence.value
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(fence.text, encoding="utf-8")
        elif fence.kind == "bash run":
            outputs[fence.name] = run_shell(fence.text, folder)
    return outputs
