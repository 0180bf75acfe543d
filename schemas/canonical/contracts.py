"""Contracts of counterparties with units of ours, as the systems that keep them tell."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.canonical.base import Canonical, text_field

ContractStage = Literal["open", "closed"]


class Contract(Canonical):
    """One contract of a counterparty; closed ones bind nobody any more (handbook 4.2, 8.2)."""

    number: str | None = text_field("Номер договора", "Number people know it by")
    signed_at: datetime | None = text_field("Дата договора", "When it was made")
    party_key: str | None = text_field("Контрагент", "Party record of the same connection")
    our_unit: str | None = text_field("Наша организация", "Organisation of ours that holds it")
    stage: ContractStage | None = text_field("Стадия", "Open or closed")
    amount: str | None = text_field("Сумма договора", "Exact decimal, of the whole contract")
    currency: str | None = text_field("Валюта", "ISO 4217; roubles where nothing is told")
