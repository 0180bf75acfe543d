"""What the API answers about goods."""

from __future__ import annotations

from pydantic import BaseModel, Field

from admin.api.models_offers import CODE, LOT, PRICE, CodeRow, LotRow, PriceRow
from schemas.goods import Good, GoodMember

_ID = "26d83337c15a37ad632f7cbd846892db"
GOOD = {
    "id": _ID, "name": "Лист г/к 10×1500×6000 Ст3сп5 ГОСТ 14637-89", "item_class": "steel_sheet",
    "status": "complete", "confidence": 0.98, "rule": "attributes",
    "attributes": ["t=10", "w=1500", "l=6000", "grade=Ст3сп5", "standard=ГОСТ 14637-89", "state=г/к"],
    "standard": "ГОСТ 14637-89", "grade": "Ст3сп5", "unit": "168", "code": "НФ-00000001",
    "article": None, "manufacturer": None, "barcode": None, "records": 1, "sources": ["ebs"],
    "doubt": None, "near_key": "steel_sheet|10", "version": 1,
}  # fmt: skip
MEMBER = {
    "id": _ID, "good_id": _ID, "connection": "ebs", "stream": "items", "key": "1000",
    "changed_at": "2026-11-20T09:00:00Z", "name": "лист гк 10*1500*6000 ст.3сп5 ГОСТ 14637-89",
    "code": "НФ-00000001", "article": None, "manufacturer": None, "barcode": None, "unit": "TNE",
    "okei": "168", "item_class": "steel_sheet", "status": "complete",
    "attributes": "t=10; w=1500; l=6000; standard=ГОСТ 14637-89; grade=Ст3сп5; state=г/к",
    "vector": "t=10; w=1500; l=6000; grade=Ст3сп5; state=г/к",
    "canonical": "Лист г/к 10×1500×6000 Ст3сп5 ГОСТ 14637-89",
    "item_key": "steel_sheet|10|1500|6000||||Ст3сп5|||г/к||", "near_key": "steel_sheet|10",
    "confidence": 0.98, "rest": "", "trouble": None,
}  # fmt: skip
GOOD_CARD = {**GOOD, "members": [MEMBER], "prices": [PRICE], "stock": [LOT], "codes": [CODE]}


class GoodRow(Good):
    """A good."""

    version: int = Field(description="Grows by one with every change")


class GoodCard(GoodRow):
    """A good with what each source says of it, what it costs, where it lies and what customers call it."""

    members: list[GoodMember]
    prices: list[PriceRow] = Field(description="Prices that hold or will, of every price list")
    stock: list[LotRow] = Field(description="Stock by warehouse and lot")
    codes: list[CodeRow] = Field(description="Customers' own codes")


class GoodPage(BaseModel):
    """A page of goods, by name."""

    items: list[GoodRow]
    next: str | None = Field(
        None, description="Pass as `cursor` for the next page; null on the last one"
    )
