"""The functions a mapping may name in `via`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import polars as pl

from mappings.columns import COMBINERS, Combiner

Function = Callable[[pl.Expr], pl.Expr]

# Raised whenever any cleaning function may answer differently: records mapped before are then older.
RULES_VERSION = 8


@dataclass(frozen=True)
class Registry:
    """Cleaning functions of one column and combiners of several, by name, and their common version."""

    functions: Mapping[str, Function]
    combiners: Mapping[str, Combiner] = field(default_factory=lambda: COMBINERS)
    version: int = RULES_VERSION

    def names(self) -> list[str]:
        """Every name `via` may use, sorted."""
        return sorted({*self.functions, *self.combiners})


@cache
def shipped() -> Registry:
    """The functions that come with Kanon."""
    functions: Mapping[str, Function] = importlib.import_module("mappings.functions").FUNCTIONS
    return Registry(functions)
