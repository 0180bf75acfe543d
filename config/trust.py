"""The trust order: which source wins which field (handbook 8.3)."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from schemas.yaml_source import parse_yaml, read_yaml, validate


class Trust(BaseModel):
    """Per group of fields the sources in order of trust, most trusted first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int
    order: dict[str, list[str]]
    fields: dict[str, list[str]]

    def by_field(self) -> dict[str, list[str]]:
        """Field → sources in order of trust."""
        return {
            field: self.order[group]
            for group, fields in self.fields.items()
            for field in fields
            if group in self.order
        }


def load_trust(folder: Path) -> Trust:
    """The installation's trust.yaml, or the shipped order."""
    own = folder / "trust.yaml"
    if own.exists():
        return validate(read_yaml(own), Trust)
    shipped = resources.files("config").joinpath("trust.yaml").read_text(encoding="utf-8")
    return validate(parse_yaml(shipped, "config/trust.yaml"), Trust)
