"""The plan of a migration: which tables of a legacy base are carried, by what, and in what order.

It is a file for git: `kanon migrate profile` proposes it, people mend it, every run keeps its text.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from schemas.yaml_source import parse_yaml, read_yaml, validate


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Part):
    """One column as the profile found it. `means` is the field its heading names, if any."""

    fill: float = Field(ge=0, le=1, description="Share of rows with a value")
    distinct: int = Field(ge=0, description="Different values among the rows looked at")
    means: str | None = None


class Reference(_Part):
    """A column that names a record of another table. `orphans`: share of values it names in vain."""

    column: str
    table: str
    orphans: float | None = Field(None, ge=0, le=1)
    declared: bool = Field(False, description="By the source itself; otherwise guessed by values")


class Table(_Part):
    """One legacy table and what becomes of it."""

    name: str
    carry: bool
    why: str = Field("", description="Why it is carried or left")
    target: str | None = Field(None, description="Entity its rows become")
    rows: int | None = Field(
        None, ge=0, description="Rows at the profile; none: not counted in time"
    )
    looked_at: int = Field(0, ge=0, description="Rows the profile rests on")
    key: tuple[str, ...] = ()
    last_use: date | None = None
    dated: str | None = Field(None, description="Column that gives the period of control sums")
    amounts: tuple[str, ...] = Field((), description="Columns added up in control sums")
    minutes: float | None = Field(None, gt=0, description="Longest it may take to load")
    references: tuple[Reference, ...] = ()
    columns: dict[str, Column] = Field(default_factory=dict)


class Breaker(_Part):
    """When the run stops before it does harm."""

    rows: int = Field(100, ge=1, description="Least number of refused rows before the share counts")
    share: float = Field(0.2, gt=0, le=1, description="Share of refused rows that stops the run")


class Plan(_Part):
    """A migration of one connection."""

    version: Literal[1] = 1
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")
    connection: str
    profiled: date | None = None
    breaker: Breaker = Breaker()
    tables: tuple[Table, ...] = Field(min_length=1)

    @property
    def carried(self) -> tuple[Table, ...]:
        """The tables to load."""
        return tuple(table for table in self.tables if table.carry)

    def table(self, name: str) -> Table | None:
        """The table of that name."""
        return next((table for table in self.tables if table.name == name), None)


def load_plan(file: Path) -> Plan:
    """The plan of a file; ConfigError names file, line and cure."""
    return _checked(validate(source := read_yaml(file), Plan), source)


def read_plan(text: str) -> Plan:
    """The plan of a text a run has kept."""
    return _checked(validate(source := parse_yaml(text, "plan.yaml"), Plan), source)


def _checked(plan: Plan, source: Any) -> Plan:
    names = [table.name for table in plan.tables]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise source.error(
                ("tables", at, "name"),
                f"таблица «{name}» названа дважды: оставьте одну.",
                f"the table '{name}' is named twice: keep one.",
            )
    if not plan.carried:
        raise source.error(
            ("tables",),
            "не переносится ни одна таблица: поставьте carry: true.",
            "no table is carried: set carry: true.",
        )
    return plan


class _Flow(dict[str, Any]):
    """A mapping written on one line."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(
    _Flow,
    lambda dumper, data: dumper.represent_mapping(
        "tag:yaml.org,2002:map", data.items(), flow_style=True
    ),
)


def dumped(plan: Plan) -> str:
    """The plan as YAML to be read and kept in git: what is not set is left out, a column is a line."""
    body = plan.model_dump(mode="python", exclude_defaults=False)
    body["breaker"] = _Flow(body["breaker"])
    body["tables"] = [_table(table) for table in body["tables"]]
    return yaml.dump(
        body, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=None
    )  # fmt: skip


def _table(table: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in table.items() if value not in (None, (), {}, "")}
    for name in ("key", "amounts"):
        if name in kept:
            kept[name] = list(kept[name])
    if "references" in kept:
        kept["references"] = [_Flow(_told(one)) for one in kept["references"]]
    if "columns" in kept:
        kept["columns"] = {name: _Flow(_told(one)) for name, one in kept["columns"].items()}
    return kept


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
