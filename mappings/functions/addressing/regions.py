"""Constituent entities of the Russian Federation: codes, names, capitals and big cities."""

from __future__ import annotations

from importlib.resources import files

import yaml

from schemas.legal_forms import SAFE_LOADER


def _load() -> dict[str, dict[str, list[str]]]:
    text = (files("mappings.functions.addressing") / "regions.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, list[str]]] = yaml.load(text, Loader=SAFE_LOADER)  # noqa: S506  a safe one
    return loaded


def plain(name: str) -> str:
    """Lower case without ё: how names are looked up."""
    return name.lower().replace("ё", "е")


_REGIONS = _load()
CODES: tuple[str, ...] = tuple(sorted(_REGIONS))
CITIES: tuple[str, ...] = tuple(city for code in CODES for city in _REGIONS[code]["cities"])
REGION_OF_NAME: dict[str, str] = {plain(n): code for code in CODES for n in _REGIONS[code]["names"]}
REGION_OF_CITY: dict[str, str] = {
    plain(c): code for code in CODES for c in _REGIONS[code]["cities"]
}
