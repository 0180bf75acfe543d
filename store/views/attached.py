"""What is known of a caller: his companies, the likeliest first, with their open orders and enquiries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from schemas.enquiries import OVER
from store.engine import Reader
from store.views.attaching import ranked
from store.views.calls import companies_of
from store.views.enquiries import of_company
from store.views.orders import open_orders

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
            "enquiries": _standing(reader, row["company"]),
        }
        for row in found.to_dicts()
    ]


def reasons(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Why a company stands where it does: `code`, and a number or a moment."""
    told = [{"code": name, "count": row[name], "at": None} for name in _REASONS if row[name]]
    if row["last_at"] is not None:
        told.append({"code": "last_touch", "count": None, "at": row["last_at"]})
    return told


def _standing(reader: Reader, company: str) -> list[dict[str, Any]]:
    return [
        {name: row[name] for name in _ENQUIRY}
        for row in of_company(reader, company)
        if row["state"] not in OVER
    ][:_SHOWN]
