"""What is known of a caller: his companies, the likeliest first, with their open orders and enquiries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl
import sqlalchemy as sa

from schemas.enquiries import OVER
from store.engine import Reader
from store.tables import STANDING_ENQUIRY, enquiry
from store.views.attaching import ranked
from store.views.calls import companies_of
from store.views.enquiries import of_company
from store.views.orders import open_orders
from store.views.paging import dicts

_E = enquiry.c
_SHOWN = 10
_ENQUIRY = ("id", "channel", "topic", "began_at", "owner", "unit", "deadline_at")
_REASONS = ("written", "orders", "enquiries", "talks")


def attached(reader: Reader, phone: str | None, now: datetime) -> list[dict[str, Any]]:
    """The companies of a number, each with `reasons`, open `orders` and standing `enquiries`; 10 of each at most.

    `company_id`, `company`, `people` and `bearers`, how many bear the number at all.
    """
    if not phone or not companies_of(reader, [phone]):
        return []
    found = ranked(reader, [phone], now)
    ids = found["company"].to_list()
    orders = open_orders(reader, ids)
    return [
        {
            "company_id": row["company"],
            "company": row["name"],
            "people": row["people"],
            "bearers": row["bearers"],
            "reasons": reasons(row),
            "orders": orders.filter(pl.col("company") == row["company"]).head(_SHOWN).to_dicts(),
            "enquiries": _standing(reader, row["company"], phone if row["bearers"] > 1 else None),
        }
        for row in found.to_dicts()
    ]


def reasons(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Why a company stands where it does: `code`, and a number or a moment."""
    told = [{"code": name, "count": row[name], "at": None} for name in _REASONS if row[name]]
    if row["last_at"] is not None:
        told.append({"code": "last_touch", "count": None, "at": row["last_at"]})
    return told


def _standing(reader: Reader, company: str, shared: str | None) -> list[dict[str, Any]]:
    """What stands of a company; what came of a shared number alone is no company's yet."""
    return [
        {name: row[name] for name in _ENQUIRY}
        for row in of_company(reader, company)
        if row["state"] not in OVER
        if shared is None or row["company_id"] or row["sender_phone"] != shared
    ][:_SHOWN]


def of_number(
    reader: Reader, phone: str | None, bearers: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Standing enquiries of a number that none of its `bearers` is shown with."""
    if not phone:
        return []
    wanted = sa.select(*(_E[name] for name in _ENQUIRY)).where(
        STANDING_ENQUIRY, _E.sender_phone == phone
    )
    shown = {row["id"] for one in bearers for row in one["enquiries"]}
    found = dicts(reader, wanted.order_by(_E.began_at.desc(), _E.id).limit(_SHOWN))
    return [row for row in found if row["id"] not in shown]
