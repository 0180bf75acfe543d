"""Language, theme, density, keys and time zone, kept in one cookie and readable without a session.

Who has an account finds them again in every browser: they are kept with it, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request

from admin.words.language import Language, known

COOKIE = "kanon_view"
YEAR = 365 * 24 * 3600
# The time zones of Russia from west to east, by names that fit into a cookie.
ZONES: Mapping[str, str] = {
    "kaliningrad": "Europe/Kaliningrad",
    "moscow": "Europe/Moscow",
    "samara": "Europe/Samara",
    "yekaterinburg": "Asia/Yekaterinburg",
    "omsk": "Asia/Omsk",
    "krasnoyarsk": "Asia/Krasnoyarsk",
    "irkutsk": "Asia/Irkutsk",
    "yakutsk": "Asia/Yakutsk",
    "vladivostok": "Asia/Vladivostok",
    "magadan": "Asia/Magadan",
    "kamchatka": "Asia/Kamchatka",
    "utc": "UTC",
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "language": ("ru", "en"),
    "theme": ("auto", "light", "dark"),
    "density": ("normal", "compact"),
    "keys": ("on", "off"),
    "zone": ("site", *ZONES),
}


@dataclass(frozen=True, slots=True)
class Preferences:
    """How this browser likes the pages."""

    language: Language = "ru"
    theme: str = "auto"
    density: str = "normal"
    keys: str = "on"
    zone: str = "site"

    def dumps(self) -> str:
        """The cookie's value, such as `ru.dark.compact.on.omsk`."""
        return ".".join((self.language, self.theme, self.density, self.keys, self.zone))

    def with_choice(self, name: str, value: str) -> Preferences:
        """The same with one choice changed; unknown names and values change nothing."""
        if value not in CHOICES.get(name, ()):
            return self
        chosen: dict[str, Any] = {name: value}
        return replace(self, **chosen)


def loads(text: str | None) -> Preferences:
    """Preferences from a cookie; whatever is unknown falls back to the default."""
    found = Preferences()
    for name, value in zip(CHOICES, (text or "").split("."), strict=False):
        found = found.with_choice(name, value)
    return found


def of(request: Request) -> Preferences:
    """This request's preferences; `?lang=en` wins over the cookie for one page."""
    found = loads(request.cookies.get(COOKIE))
    asked = known(request.query_params.get("lang"))
    return found.with_choice("language", asked) if asked else found
