"""The canonical entities: one model each, from which tables, column types and the API are derived.

A source's counterparty record states facts about a legal entity and about one of its units at once, so
canonical keeps them together in `Party`; golden splits them into `LegalEntity` and `Unit`
(design, "Identity has three levels"). Field titles are Russian, descriptions English: screens use both.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import polars as pl

from schemas.canonical.base import Canonical
from schemas.canonical.calls import CallEvent, CallLeg
from schemas.canonical.contracts import Contract
from schemas.canonical.items import Item, ItemCode, ItemPrice, ItemStock
from schemas.canonical.messages import Message
from schemas.canonical.orders import CustomerOrder
from schemas.canonical.parties import Address, ContactPoint, Party, Person
from schemas.canonical.staff import Department, Employee, StaffGroup

ENTITIES: MappingProxyType[str, type[Canonical]] = MappingProxyType(
    {
        "party": Party,
        "person": Person,
        "contact_point": ContactPoint,
        "address": Address,
        "item": Item,
        "item_price": ItemPrice,
        "item_stock": ItemStock,
        "item_code": ItemCode,
        "customer_order": CustomerOrder,
        "contract": Contract,
        "call_leg": CallLeg,
        "message": Message,
        "call_event": CallEvent,
        "employee": Employee,
        "department": Department,
        "staff_group": StaffGroup,
    }
)
ENVELOPE_FIELDS = tuple(Canonical.model_fields)

_DTYPES: dict[Any, pl.DataType] = {
    str: pl.String(),
    int: pl.Int64(),
    float: pl.Float64(),
    bool: pl.Boolean(),
    datetime: pl.Datetime("us", "UTC"),
    list[str]: pl.List(pl.String()),
}


def dtype_of(annotation: Any) -> pl.DataType:
    if get_origin(annotation) in (Union, UnionType):
        return dtype_of(next(a for a in get_args(annotation) if a is not type(None)))
    if get_origin(annotation) is Annotated:
        return dtype_of(get_args(annotation)[0])
    if get_origin(annotation) is Literal:
        return pl.String()
    return _DTYPES[annotation]


def columns(entity: str) -> dict[str, pl.DataType]:
    """Column name → Polars type of a canonical entity, envelope first; KeyError if unknown."""
    return dict(_columns(entity))


@cache
def _columns(entity: str) -> dict[str, pl.DataType]:
    return {name: dtype_of(f.annotation) for name, f in ENTITIES[entity].model_fields.items()}


def content_columns(entity: str) -> list[str]:
    """The columns that make two versions of a record differ: all but where and how it was read."""
    where = {
        "landing_id",
        "landing_row",
        "mapping_version",
        "changed_at",
        "connection",
        "stream",
        "key",
    }
    return [name for name in _columns(entity) if name not in where]
