"""What customers ordered, as the systems that keep orders tell it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.canonical.base import Canonical, text_field

OrderStage = Literal["open", "closed", "cancelled"]
OrderPosting = Literal["posted", "draft"]


class CustomerOrder(Canonical):
    """One order of a counterparty; open is one that is posted, neither done nor cancelled (handbook 4.2)."""

    number: str | None = text_field("Номер", "Number people know it by")
    ordered_at: datetime | None = text_field("Дата", "When it was made")
    party_key: str | None = text_field("Контрагент", "Party record of the same connection")
    stage: OrderStage | None = text_field("Стадия", "Open, closed or cancelled")
    posting: OrderPosting | None = text_field(
        "Проведение", "Posted, or a draft that does not count"
    )
    status: str | None = text_field("Статус", "Its status, as the source writes it")
    amount: str | None = text_field("Сумма", "Exact decimal, of the whole order")
    currency: str | None = text_field("Валюта", "ISO 4217")
    manager: str | None = text_field("Менеджер", "Who leads it")
