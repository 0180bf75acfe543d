"""How many examples a law is tried on."""

from __future__ import annotations

from tests.support.engines import IS_THOROUGH


def examples(thorough: int) -> int:
    """`thorough` with KANON_TESTS=thorough, otherwise a quarter of it: every run draws others."""
    return thorough if IS_THOROUGH else max(2, thorough // 4)
