"""What is said of prices and stock of goods: money, units, the least price, how old a lot is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from admin.words.formats import Formats
from admin.words.goods import unit
from mappings.nomenclature.mass import KILOGRAM, METRE, PIECE, TONNE, converted
from store.views.paging import Row

_SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "CNY": "¥"}
_SHOWN = (TONNE, METRE, PIECE)
_WEIGHTS = {TONNE, KILOGRAM}
_NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Priced:
    """A price as a card shows it: the row, what it is per other units, whether it is the least now."""

    row: Row
    others: Sequence[tuple[str, float]]
    theoretical: bool
    cheapest: bool
    later: bool


def money(fmt: Formats, amount: float | str | None, currency: str | None) -> str:
    """An amount with the sign of its currency, to kopecks."""
    if amount is None:
        return fmt.number(None)
    return f"{fmt.money(float(amount))}{_NBSP}{sign(currency)}".strip()


def per(fmt: Formats, amount: float | str | None, currency: str | None, code: str | None) -> str:
    """An amount for one unit: «60 000 ₽/т»."""
    of = unit(fmt.language, code)
    return f"{money(fmt, amount, currency)}/{of}" if of else money(fmt, amount, currency)


def quantity(fmt: Formats, amount: float | str | None, code: str | None) -> str:
    """A quantity with its unit."""
    if amount is None:
        return fmt.number(None)
    return f"{fmt.number(float(amount))}{_NBSP}{unit(fmt.language, code)}".strip(_NBSP)


def others(row: Row, item_class: str | None, told: Mapping[str, str]) -> list[tuple[str, float]]:
    """The same price per tonne, metre and piece, where they can be told (OKEI code, amount)."""
    own, amount = row["unit"], Decimal(row["amount"])
    found = []
    for code in _SHOWN if own else ():
        # Of two ways the one with the larger number, whose six decimals are the more exact.
        there, back = (
            converted(Decimal(1), a, b, item_class or "", told)
            for a, b in ((code, own), (own, code))
        )
        if there and back and code != own:
            found.append((code, float(amount * there if there > back else amount / back)))
    return found


def priced(
    rows: Sequence[Row], item_class: str | None, told: Mapping[str, str], now: datetime
) -> list[Priced]:
    """Prices as a card shows them; those that begin later are not compared."""
    least: dict[Any, float] = {}
    lists: dict[Any, set[Any]] = {}
    for row in rows:
        if _compared(row, now):
            group = _group(row)
            least[group] = min(row["per_amount"], least.get(group, row["per_amount"]))
            lists.setdefault(group, set()).add((row["connection"], row["kind"]))
    return [
        Priced(
            row,
            others(row, item_class, told),
            row["unit"] not in _WEIGHTS | {None},
            _compared(row, now)
            and len(lists[_group(row)]) > 1
            and row["per_amount"] == least[_group(row)],
            bool(row["valid_from"] and row["valid_from"] > now),
        )
        for row in rows
    ]


def sign(currency: str | None) -> str:
    """The sign of a currency, else its code."""
    return _SIGNS.get(currency or "", currency or "")


def side_by_side(offers: Sequence[Row], prices: Sequence[Row]) -> dict[str, list[Row]]:
    """The prices of each comparison by its id: the least of every price list, the cheapest first."""
    found: dict[tuple[Any, ...], dict[Any, Row]] = {}
    for row in prices:
        if (row["per_amount"] or 0) > 0:
            lists = found.setdefault((row["good_id"], *_group(row)), {})
            kept = lists.setdefault((row["connection"], row["kind"]), row)
            if _first(row) < _first(kept):
                lists[row["connection"], row["kind"]] = row
    told = {}
    for one in offers:
        group = (one["good_id"], one["currency"], one["per"], one["vat"] == "excluded")
        if group in found:
            told[one["id"]] = sorted(
                found[group].values(), key=lambda row: (row["per_amount"], row["id"])
            )
    return told


def _first(row: Row) -> tuple[float, float, str]:
    """Of one price list the price from the least quantity counts, then the least."""
    return float(row["min_quantity"] or 0), row["per_amount"], row["id"]


def _group(row: Row) -> tuple[Any, ...]:
    return row["currency"], row["per"], row["vat"] == "excluded"


def _compared(row: Row, now: datetime) -> bool:
    held = (row["valid_from"] is None or row["valid_from"] <= now) and (
        row["valid_to"] is None or row["valid_to"] > now
    )
    return bool(held and row["currency"] and row["per"] and (row["per_amount"] or 0) > 0)


def age_days(received: datetime | None, now: datetime) -> int | None:
    """Whole days since a lot was received; None where nobody says when."""
    return None if received is None else max(0, (now - received).days)
