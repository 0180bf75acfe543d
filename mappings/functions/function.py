"""What a cleaning function is."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

Function = Callable[..., pl.Expr]
"""Takes one String expression; answers a plain expression or the struct of `schemas.outcome`."""
