"""Every message id of the interface, gathered from templates and code: what a catalogue must hold."""

from __future__ import annotations

from pathlib import Path

from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).parents[1]
_METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
_KEYWORDS = {"_": None, "gettext": None, "N_": None, "word": None, "ngettext": (1, 2)}
Message = str | tuple[str, str]


def messages() -> dict[Message, list[str]]:
    """Message id, or (singular, plural), → the places that use it."""
    found: dict[Message, list[str]] = {}
    options = {
        "templates/**.html": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}
    }
    rows = extract_from_dir(str(ROOT), _METHODS, options, keywords=_KEYWORDS)
    for name, line, message, *_ in rows:
        key: Message = message if isinstance(message, str) else (message[0], message[1])
        found.setdefault(key, []).append(f"{name}:{line}")
    return found
