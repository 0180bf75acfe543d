"""Which browser on which system: the two words of a user agent by which people know their own."""

from __future__ import annotations

# The first that fits: browsers also bear the names of those they descend from.
_BROWSERS = (
    ("YaBrowser/", "Yandex"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
_LONGEST = 40


def agent_name(agent: str) -> str:
    """Such as «Chrome, Windows»; the beginning of what is not known, empty if nothing was told."""
    found = [
        next((name for sign, name in known if sign in agent), "") for known in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(name for name in found if name) or agent[:_LONGEST]
