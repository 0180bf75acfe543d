"""Which kinds of system can be connected, and how to build one from its settings.

A kind lives in one package that exposes `KIND`; adding one is adding a line to `PACKAGES`. Packages are
imported only when their kind is asked for, so a site without Oracle never loads its driver.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from connectors.base import Source
from schemas.errors import Bug, ConfigError
from schemas.unfit import why

PACKAGES: Mapping[str, str] = MappingProxyType(
    {
        "ebs": "connectors.ebs",
        "onec": "connectors.onec",
        "commerceml": "connectors.commerceml",
        "files": "connectors.files",
        "database": "connectors.database",
        "asterisk": "connectors.asterisk",
        "avaya": "connectors.avaya",
        "ipoffice": "connectors.avaya.ipoffice",
        "aacc": "connectors.aacc",
        "ad": "connectors.ad",
        "exchange": "connectors.exchange",
        "telegram": "connectors.telegram",
    }
)


class Settings(BaseModel):
    """Base of every connector's settings: unknown names are refused, secrets are `SecretStr`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


S = TypeVar("S", bound=Settings)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of system: its settings model, and what makes a connector of name and settings.

    `make` is called with an instance of `settings`; it opens nothing.
    """

    name: str
    title_ru: str
    title_en: str
    settings: type[Settings]
    make: Callable[[str, Any], Source]


class SettingsUnfit(ConfigError):
    """Settings of a connection that its connector refuses; `place` is where the first of the faults stands."""

    def __init__(self, place: tuple[str | int, ...], ru: str, en: str) -> None:
        super().__init__(ru, en)
        self.place = place


def kinds() -> list[str]:
    """The names of all kinds, sorted."""
    return sorted(PACKAGES)


def kind(name: str) -> Kind:
    """The kind called `name`; ConfigError lists the known ones if there is none."""
    package = PACKAGES.get(name)
    if package is None:
        known = ", ".join(kinds())
        raise ConfigError(
            f"Вид источника «{name}» неизвестен. Укажите один из: {known}.",
            f"Unknown kind of source '{name}'. Use one of: {known}.",
        )
    found = getattr(import_module(package), "KIND", None)
    if not isinstance(found, Kind):
        raise Bug(
            f"Пакет {package} не объявляет KIND.",
            f"Package {package} declares no KIND.",
        )
    return found


def build(kind_name: str, name: str, settings: Mapping[str, Any]) -> Source:
    """A connector called `name`; ConfigError names every setting that is missing, wrong or unknown."""
    chosen = kind(kind_name)
    return chosen.make(name, validated(chosen.settings, name, settings))


def validated(model: type[S], name: str, settings: Mapping[str, Any]) -> S:
    """The settings as `model`; ConfigError instead of pydantic's, without any value in it."""
    try:
        return model.model_validate(dict(settings))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise SettingsUnfit(
            faults[0]["loc"],
            f"Подключение «{name}»: "
            + "; ".join(_fault_ru(fault, model) for fault in faults)
            + ".",
            f"Connection '{name}': " + "; ".join(_fault_en(fault, model) for fault in faults) + ".",
        ) from None


def _place(fault: ErrorDetails) -> str:
    return ".".join(str(part) for part in fault["loc"]) or "settings"


def _expected(fault: ErrorDetails) -> str:
    return str(fault.get("ctx", {}).get("expected", "")).replace(" or ", ", ").replace("'", "")


def _fault_ru(fault: ErrorDetails, model: type[BaseModel]) -> str:
    place = _place(fault)
    match fault["type"]:
        case "missing":
            return f"не задана настройка «{place}»"
        case "extra_forbidden":
            return f"неизвестная настройка «{place}», известны: {', '.join(model.model_fields)}"
        case "literal_error" | "enum":
            return f"настройка «{place}» может быть одной из: {_expected(fault)}"
        case _:
            return f"настройка «{place}» не подходит ({why(fault, model)[0]})"


def _fault_en(fault: ErrorDetails, model: type[BaseModel]) -> str:
    place = _place(fault)
    match fault["type"]:
        case "missing":
            return f"setting '{place}' is missing"
        case "extra_forbidden":
            return f"unknown setting '{place}', known are: {', '.join(model.model_fields)}"
        case "literal_error" | "enum":
            return f"setting '{place}' must be one of: {_expected(fault)}"
        case _:
            return f"setting '{place}' does not fit ({why(fault, model)[1]})"
