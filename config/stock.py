"""Which lots are illiquid stock: `stock.yaml`."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from schemas.yaml_source import parse_yaml, read_yaml, validate


class Stock(BaseModel):
    """Thresholds of short lengths, in metres, and of old lots, in days."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1)
    old_days: int = Field(365, ge=1, le=36_500, description="A lot received longer ago is old")
    short_length: float = Field(3, ge=0, description="Metres under which a piece is a short length")
    short_lengths: dict[str, float] = Field(
        default_factory=dict, description="The same for classes of goods"
    )


@cache
def shipped_stock() -> Stock:
    """The thresholds that ship with the program."""
    text = resources.files("config").joinpath("stock.yaml").read_text(encoding="utf-8")
    return validate(parse_yaml(text, "config/stock.yaml"), Stock)


def load_stock(folder: Path) -> Stock:
    """The installation's stock.yaml, or the shipped thresholds; ConfigError names file, line and cure."""
    own = folder / "stock.yaml"
    return validate(read_yaml(own), Stock) if own.exists() else shipped_stock()
