"""The cleaning functions a mapping may name, collected from the modules of this package.

A module offers its functions in a dict `FUNCTIONS`; two modules may not offer the same name.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from mappings.functions.function import Function
from schemas.errors import Bug


def _collect() -> Mapping[str, Function]:
    found: dict[str, Function] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        offered = getattr(importlib.import_module(f"{__name__}.{module}"), "FUNCTIONS", {})
        twice = sorted(found.keys() & offered.keys())
        if twice:
            raise Bug(
                f"Функция очистки {twice[0]} определена дважды: переименуйте одну из них.",
                f"The cleaning function {twice[0]} is defined twice: rename one of them.",
                detail=f"second in {module}",
            )
        found.update(offered)
    return MappingProxyType(dict(sorted(found.items())))


FUNCTIONS: Mapping[str, Function] = _collect()
