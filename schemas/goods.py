"""A good: what all sources together call one product, and what each of them says of it.

Assembled from canonical items and from what people decided of them (handbook 7). Two sizes are two goods.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from schemas.canonical.base import many_field, text_field
from schemas.entities import dtype_of

GoodStatus = Literal["complete", "partial", "unparsed"]
GOOD_STATUSES: tuple[GoodStatus, ...] = ("complete", "partial", "unparsed")
GoodRule = Literal["article", "barcode", "guid", "attributes", "person", "alone"]


class Good(BaseModel):
    """One product, however many sources sell or buy it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(title="Ид", description="Id of the good, drawn from its first record")
    name: str = Field(
        title="Наименование",
        description="Canonical if all was understood; else a source's own name, code or key",
    )
    item_class: str | None = text_field("Класс", "Class of goods; empty where none is known")
    status: GoodStatus = Field(
        title="Разбор", description="Complete: all of its name was understood; partial; or unparsed"
    )
    confidence: float = Field(title="Уверенность", description="How surely the name was read, to 1")
    rule: GoodRule = Field(title="Правило", description="What its records are one good by")
    attributes: list[str] = many_field("Признаки", "One each: d=40")
    standard: str | None = text_field("Стандарт", "Standard of its sizes or of its making")
    grade: str | None = text_field("Марка", "Grade of the material")
    unit: str | None = text_field(
        "Единица", "OKEI code: a source's; where none names a unit, the usual one of the class"
    )
    code: str | None = text_field("Код", "Code in the most trusted source")
    article: str | None = text_field("Артикул", "Manufacturer's article")
    manufacturer: str | None = text_field("Изготовитель", "Manufacturer")
    barcode: str | None = text_field("Штрихкод", "EAN/GTIN")
    records: int = Field(title="Записей", description="How many records of sources it is made of")
    sources: list[str] = many_field("Источники", "Connections that have it")
    doubt: str | None = text_field(
        "Непонятое", "What of it was not understood; alike for alike names"
    )
    near_key: str | None = text_field("Близкие", "Same for goods worth comparing")


class GoodMember(BaseModel):
    """A source's record of a good: its own words, and what was read out of its name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(title="Ид", description="Drawn from the record; leads to its good for ever")
    good_id: str = Field(title="Товар", description="Good it is of")
    connection: str = Field(title="Источник", description="Connection")
    stream: str = Field(title="Поток", description="Stream")
    key: str = Field(title="Ключ", description="Key in the source")
    changed_at: datetime | None = text_field("Изменено", "When the source changed it")
    name: str | None = text_field("Наименование", "As the source writes it")
    code: str | None = text_field("Код", "Code in the source")
    article: str | None = text_field("Артикул", "Manufacturer's article")
    manufacturer: str | None = text_field("Изготовитель", "Manufacturer")
    barcode: str | None = text_field("Штрихкод", "EAN/GTIN")
    unit: str | None = text_field("Единица", "As the source writes it")
    okei: str | None = text_field("Код ОКЕИ", "OKEI code")
    item_class: str | None = text_field("Класс", "Class read from the name")
    status: GoodStatus = Field(title="Разбор", description="Complete, partial or unparsed")
    attributes: str | None = text_field("Признаки", "d=40; grade=45")
    vector: str | None = text_field("Различающие", "Attributes whose difference makes two goods")
    canonical: str | None = text_field("Каноническое", "Name made of the attributes")
    item_key: str | None = text_field("Ключ товара", "Same for one good only")
    near_key: str | None = text_field("Близкие", "Same for goods worth comparing")
    confidence: float = Field(title="Уверенность", description="How surely the name was read, to 1")
    rest: str | None = text_field("Остаток", "What of the name was not understood")
    trouble: str | None = text_field("Беда", "Why nothing sure can be said of the name")


class GoodGroup(BaseModel):
    """How many goods are of a class, or share what was not understood."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(title="Ид", description="Kind and value")
    kind: Literal["class", "doubt"] = Field(title="Вид", description="Class or doubt")
    value: str = Field(title="Значение", description="Class, or the doubt")
    goods: int = Field(title="Товаров", description="How many goods")
    example: str | None = text_field("Пример", "Name of one of them")


# A person's word on two records: they are one good, or the first is not the good of the second.
SAME, DIFFERENT = "same", "different"
GOOD_ACT: MappingProxyType[str, pl.DataType] = MappingProxyType(
    {
        "id": pl.Int64(),
        "verdict": pl.String(),
        "left": pl.String(),
        "right": pl.String(),
        "author": pl.String(),
        "at": pl.Datetime("us", "UTC"),
        "withdrawn_by": pl.String(),
        "withdrawn_at": pl.Datetime("us", "UTC"),
    }
)


def record_id(ref: str) -> str:
    """The id of a record (connection/stream/key) in the catalogue, as `schemas.content.derived_id` draws it."""
    return hashlib.sha256("\x1f".join(ref.split("/", 2)).encode()).hexdigest()[:32]


@cache
def good_columns(model: type[BaseModel] = Good) -> dict[str, pl.DataType]:
    """Column name → Polars type of a good, of a member or of a group."""
    return {name: dtype_of(field.annotation) for name, field in model.model_fields.items()}
