"""Every behaviour over every connector, as far as its case does not say that it is impossible."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.base import Source
from connectors.registry import kinds
from tests.conformance.case import Case
from tests.conformance.kit import BEHAVIOURS, all_cases, connector_cases

ASKED = [
    pytest.param(case, name, id=f"{case.name}-{name}")
    for case in all_cases()
    for name in BEHAVIOURS
    if case.asks(name)
]


@pytest.mark.parametrize(("case", "name"), ASKED)
def test_connector_keeps(case: Case, name: str, tmp_path: Path) -> None:
    BEHAVIOURS[name].run(case.make(tmp_path))


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_exceptions_are_real_behaviours_with_a_reason(case: Case, tmp_path: Path) -> None:
    excused = {**case.impossible, **case.not_yet}
    assert set(excused) <= set(BEHAVIOURS)
    assert all(excused.values())
    assert isinstance(case.make(tmp_path).source(), Source)


@pytest.mark.parametrize("kind", kinds())
def test_every_registered_kind_is_put_through_the_kit(kind: str) -> None:
    assert kind in {case.kind for case in connector_cases()}
