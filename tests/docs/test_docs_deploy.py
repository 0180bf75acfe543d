"""The files to begin with: units and services start commands that exist and know their settings."""

from __future__ import annotations

import configparser
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import Settings
from tests.docs.fences import ROOT
from tests.docs.test_docs_examples import check_command

FOLDER = ROOT / "docs" / "deploy"
UNITS = sorted(FOLDER.glob("*.service"))
KNOWN = ("kanon", "dask", "prefect")


def services() -> dict[str, Any]:
    told = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = told["services"]
    return found


def check(command: str, where: str) -> None:
    words = shlex.split(command)
    assert Path(words[0]).name in KNOWN, where
    assert (Path(sys.executable).parent / Path(words[0]).name).exists(), where
    check_command([Path(words[0]).name, *words[1:]], where)


@pytest.mark.parametrize("unit", UNITS, ids=lambda u: u.name)
def test_a_unit_starts_a_real_command(unit: Path) -> None:
    told = configparser.ConfigParser(interpolation=None, strict=True)
    told.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names have capitals
    told.read_string(unit.read_text(encoding="utf-8"))
    check(told["Service"]["ExecStart"], unit.name)


def test_every_service_starts_a_real_command_and_waits_for_known_ones() -> None:
    found = services()
    for name, service in found.items():
        if "command" in service:
            check(service["command"], name)
        assert set(service.get("depends_on", ())) <= set(found), name


def test_every_setting_told_to_a_service_is_one() -> None:
    known = {f"KANON_{name.upper()}" for name in Settings.model_fields}
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"^ +(KANON_\w+):", text, re.MULTILINE)) <= known
    (made,) = re.findall(r"KANON_HOME=(\S+)", (FOLDER / "Containerfile").read_text())
    volumes = [service.get("volumes", []) for service in services().values()]
    assert any(f"hub:{made}" in mounted for mounted in volumes)
