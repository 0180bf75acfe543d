"""Where the browser of the tests is."""

from __future__ import annotations

import shutil


def chromium() -> str | None:
    """The path of Debian's Chromium; its shell without windows first, which opens a page at a third of the cost."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")
