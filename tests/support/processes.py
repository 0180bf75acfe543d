"""Processes a test has started, and how they end."""

from __future__ import annotations

import subprocess

_GRACE_SECONDS = 15


def see_out(process: subprocess.Popen[bytes]) -> None:
    """Wait for a process told to end; one that does not go is killed: no test waits for it for ever."""
    try:
        process.wait(timeout=_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
