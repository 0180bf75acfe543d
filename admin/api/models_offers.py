"""What the API answers about prices, stock and customers' codes of goods."""

from __future__ import annotations

from pydantic import BaseModel, Field

from schemas.offers import GoodCode, GoodOffer, GoodPrice, GoodStock

_GOOD = "26d83337c15a37ad632f7cbd846892db"
_ROW = {"good_id": _GOOD, "connection": "ebs"}
PRICE = {
    **_ROW, "id": "5d6e0c2e7a4f4c5f8f0b1a2c3d4e5f60", "stream": "pricing_attributes", "key": "92001",
    "kind": "Прайс-лист завода", "characteristic": None, "amount": "61250.5", "currency": "RUB", "unit": "168",
    "min_quantity": None, "vat": None, "valid_from": "2026-11-01T00:00:00Z", "valid_to": None, "per": "168",
    "per_amount": 61250.5, "theoretical": False,
}  # fmt: skip
LOT = {
    **_ROW, "id": "0c1d2e3f405162738495a6b7c8d9eaf0", "stream": "on_hand", "key": "60012",
    "name": "Круг 40 45 ГОСТ 2590-2006", "item_class": "steel_round", "characteristic": None,
    "warehouse": "ГОТПРОД", "quantity": "0.35", "reserved": None, "unit": "168", "lot": "П-00013", "length": 1.4,
    "received_on": "2026-02-03T00:00:00Z", "manager": "Петрова И. А.", "measure": "166", "measured": 350.0,
    "short": True, "short_under": 2.0, "illiquid_from": "2026-02-03T00:00:00Z",
}  # fmt: skip
CODE = {
    **_ROW, "id": "9f8e7d6c5b4a39281706f5e4d3c2b1a0", "stream": "customer_item_xrefs", "key": "80001/1001/204",
    "party_connection": "ebs", "party_stream": "parties", "party_key": "100006", "code": "МТР-1074",
    "code_key": "мтр-1074", "name": "КРУГ 40 СТ45", "company_id": "299b87eb0c1d4e2f8a7b6c5d4e3f2a1b",
    "company": "АО «Трубоэнергокрепёж»",
}  # fmt: skip
COMPARED = {
    "id": "11aa22bb33cc44dd55ee66ff77889900", "good_id": _GOOD, "name": "Круг 40 45 ГОСТ 2590-2006",
    "item_class": "steel_round", "currency": "RUB", "per": "168", "vat": None, "lists": 2, "cheapest": 61250.5,
    "dearest": 64000.0, "cheapest_connection": "ebs", "cheapest_kind": "Прайс-лист завода", "spread": 4,
    "prices": [PRICE],
}  # fmt: skip
SHARE = {
    "manager": "Петрова И. А.", "measure": "166", "lots": 17, "total": 81310.0, "short": 350.0,
    "old": 12400.0, "illiquid": 12750.0, "share": 0.1568,
}  # fmt: skip


class PriceRow(GoodPrice):
    """A price of a good in one price list."""


class LotRow(GoodStock):
    """Stock of a good in one place, whole or as one lot."""


class CodeRow(GoodCode):
    """What a customer calls a good."""

    company_id: str | None = Field(
        None, description="Counterparty, where the customer is one of the base"
    )
    company: str | None = Field(None, description="Its name")


class Compared(GoodOffer):
    """Prices of a good in several price lists, in one currency and per one unit."""

    prices: list[PriceRow] = Field(description="One of each price list, the cheapest first")


class ComparedPage(BaseModel):
    """A page of goods that several price lists have."""

    items: list[Compared]
    next: str | None = Field(
        None, description="Pass as `cursor` for the next page; null on the last one"
    )


class LotPage(BaseModel):
    """A page of lots."""

    items: list[LotRow]
    next: str | None = Field(
        None, description="Pass as `cursor` for the next page; null on the last one"
    )


class ManagerShare(BaseModel):
    """All lots of one manager in one measure, and how much of them is illiquid."""

    manager: str | None = Field(description="Who is to sell them; null for nobody")
    measure: str | None = Field(description="OKEI code; kilograms where masses are known")
    lots: int = Field(description="How many lots")
    total: float = Field(description="How much, in the measure")
    short: float = Field(description="Of it short lengths")
    old: float = Field(description="Of it old lots that are no short lengths")
    illiquid: float = Field(description="Both together")
    share: float | None = Field(description="Illiquid by total")


class Shares(BaseModel):
    """The shares of all managers, the greatest first."""

    items: list[ManagerShare]
