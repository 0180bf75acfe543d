"""Which finisher completes which canonical entity."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from mappings.call_event import finish_call_event
from mappings.call_leg import finish_call_leg
from mappings.contacts import finish_address, finish_contact_point
from mappings.employee import finish_employee, finish_named
from mappings.finish import Finisher, Finishes, Finishing
from mappings.message import finish_message
from mappings.party import finish_party, party_passes
from mappings.person import finish_person

# Sizes that a spreadsheet took for dates, and errors of formulas in both languages.
_MONTH = "янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_ONLY_DATE = (
    rf"(?i)^\s*(?:[0-9]{{1,2}}[ .-](?:{_MONTH})|(?:{_MONTH})[ .-][0-9]{{2,4}}"
    rf"|[0-9]{{1,2}}[ .-](?:{_MONTH})[ .-][0-9]{{2,4}}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9:.]+Z?)\s*$"
)
_FORMULA_ERROR = (
    r"(?i)#(?:ref!|n/a|name\?|value!|div/0!|null!|num!"
    r"|ссылка!|н/д|имя\?|знач!|дел/0!|пусто!|число!)"
)


def finish_item(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame; an item without a name is refused, and one whose name is only a number, a date,
    or what a broken formula left."""
    name = pl.col("name")
    frame = ask.refuse(frame, "name", "item_name_missing", name.is_null() | _says_nothing(name))
    frame = ask.refuse(frame, "name", "item_name_error", name.str.contains(_FORMULA_ERROR))
    nothing_said = ~name.str.contains(r"\p{L}") | name.str.contains(_ONLY_DATE)
    return ask.refuse(frame, "name", "item_name_number", nothing_said)


def _of_no_item() -> pl.Expr:
    """Where nothing names the item; a cell of signs only, such as «=» of a broken formula, names none."""
    key = pl.col("item_key").str.replace("^[^:]*:", "")  # behind the stream it is of
    return _says_nothing(key).fill_null(value=True)


def _says_nothing(text: pl.Expr) -> pl.Expr:
    """Where there is text without one letter or digit."""
    return ~text.str.contains(r"[\p{L}\p{N}]")


def finish_item_price(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame; a price of no item, or without an amount, is refused."""
    frame = ask.refuse(frame, "item_key", "item_missing", _of_no_item())
    return ask.refuse(frame, "amount", "amount_missing", pl.col("amount").is_null())


def finish_item_stock(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame; stock of no item, without a quantity, or whose lot or place is no name is refused.

    Sources do sell what has not arrived: a quantity below zero is kept and noted.
    """
    frame = ask.refuse(frame, "item_key", "item_missing", _of_no_item())
    for name in ("lot", "warehouse", "warehouse_name"):
        frame = ask.refuse(frame, name, "stock_name_unreadable", _says_nothing(pl.col(name)))
    frame = ask.refuse(frame, "quantity", "quantity_missing", pl.col("quantity").is_null())
    return ask.note(frame, "quantity", "negative", pl.col("quantity").str.starts_with("-"))


def finish_item_code(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame; a code of no item, of nobody, or an empty one is refused."""
    frame = ask.refuse(frame, "item_key", "item_missing", _of_no_item())
    frame = ask.refuse(frame, "party_key", "customer_missing", pl.col("party_key").is_null())
    return ask.refuse(frame, "code", "customer_code_missing", pl.col("code").is_null())


def finish_customer_order(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame; an order of nobody, or without a date, is refused."""
    frame = ask.refuse(frame, "party_key", "customer_missing", pl.col("party_key").is_null())
    return ask.refuse(frame, "ordered_at", "time_missing", pl.col("ordered_at").is_null())


def finish_contract(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame; a contract of nobody is refused."""
    return ask.refuse(frame, "party_key", "customer_missing", pl.col("party_key").is_null())


FINISHERS: Mapping[str, Finisher] = MappingProxyType(
    {
        "party": finish_party,
        "person": finish_person,
        "contact_point": finish_contact_point,
        "address": finish_address,
        "item": finish_item,
        "item_price": finish_item_price,
        "item_stock": finish_item_stock,
        "item_code": finish_item_code,
        "customer_order": finish_customer_order,
        "contract": finish_contract,
        "call_leg": finish_call_leg,
        "message": finish_message,
        "call_event": finish_call_event,
        "employee": finish_employee,
        "department": finish_named,
        "staff_group": finish_named,
    }
)
# Those that are nothing but passes: of a few rows they are worked out together with the fields.
PASSES: Mapping[str, Finishes] = MappingProxyType({"party": party_passes})
