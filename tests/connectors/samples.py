"""Where the real data lie, for tests that read them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def samples(*parts: str) -> Path:
    """A folder or file of the samples; the test skips if they are not on this machine."""
    default = Path(__file__).parents[2].parent / "shared" / "samples"
    root = Path(os.environ.get("KANON_SAMPLES", default))
    found = root.joinpath(*parts)
    if not found.exists():
        pytest.skip(f"no samples: {'/'.join(parts)} (set KANON_SAMPLES)")
    return found
