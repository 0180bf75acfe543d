"""Who works at this machine."""

from __future__ import annotations

import getpass
import os


def account() -> str:
    """The name of the account the process runs under; its number where it has no name, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"
