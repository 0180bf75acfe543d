"""Each behaviour is broken by a connector made to break it, and by the honest one never."""

from __future__ import annotations

import pytest

from schemas.errors import KanonError
from tests.conformance.broken import BROKEN
from tests.conformance.kit import BEHAVIOURS


def test_every_behaviour_has_a_connector_that_breaks_it() -> None:
    assert set(BROKEN) == set(BEHAVIOURS)


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_broken_connector_is_caught(name: str) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception, KanonError)):
        BEHAVIOURS[name].run(BROKEN[name]())
