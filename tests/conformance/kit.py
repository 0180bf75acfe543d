"""Everything the kit runs: all behaviours and the cases of every connector.

A connector's cases live in `cases_<kind>.py` beside this file, in a list called CASES.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from tests.conformance import reference, reference_queue
from tests.conformance.behaviours_trouble import BEHAVIOURS
from tests.conformance.case import Case

__all__ = ["BEHAVIOURS", "all_cases", "connector_cases"]


def connector_cases() -> list[Case]:
    """The cases of real connectors, by file name."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("cases_*.py"))
    return [case for name in names for case in import_module(f"tests.conformance.{name}").CASES]


def all_cases() -> list[Case]:
    """The references first, then the connectors."""
    return [*reference.CASES, *reference_queue.CASES, *connector_cases()]
