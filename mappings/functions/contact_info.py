"""Cleaning functions for КонтактнаяИнформация of 1C: a JSON list of contact rows in one cell (handbook 4.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from mappings.functions.addresses import address
from mappings.functions.emails import emails
from mappings.functions.function import Function
from mappings.functions.phones import phones
from schemas.outcome import EVIDENCE, REASON, VALUE, outcome

BROKEN = "contact_info_unreadable"
_ROWS = pl.List(
    pl.Struct(
        dict.fromkeys(
            ("Тип", "Вид", "Представление", "АдресЭП", "НомерТелефона", "Значение"), pl.String
        )
    )
)
_LEGAL, _ACTUAL = "(?i)юр(?:идич|адрес)|legal", "(?i)факт|доставк|actual|delivery"


def _decode(cells: pl.Series) -> pl.Series:
    """The contact rows of each cell; null for a cell that is no list of objects.

    The decoder refuses a whole column for one bad cell, so a refused column is halved until the bad
    cells stand alone.
    """
    try:
        return cells.str.json_decode(_ROWS)
    except pl.exceptions.ComputeError:
        if len(cells) == 1:
            return pl.Series(cells.name, [None], dtype=_ROWS)
        middle = len(cells) // 2
        return pl.concat([_decode(cells.slice(0, middle)), _decode(cells.slice(middle))])


def _decoded(cells: pl.Series) -> pl.Series:
    return _decode(cells.replace("", None))


def _rows(cell: pl.Expr) -> pl.Expr:
    return cell.map_batches(_decoded, return_dtype=_ROWS, is_elementwise=True)


def _field(name: str) -> pl.Expr:
    return pl.element().struct.field(name).replace("", None)


def _of_kind(rows: pl.Expr, kinds: list[str], *fields: str) -> pl.Expr:
    wanted = rows.list.eval(
        pl.coalesce(*(_field(name) for name in fields)).filter(
            pl.element().struct.field("Тип").is_in(kinds)
        )
    )
    return wanted.list.drop_nulls()


def _broken(cell: pl.Expr, rows: pl.Expr) -> pl.Expr:
    return pl.when(rows.is_null() & cell.is_not_null() & (cell != "")).then(pl.lit(BROKEN))


def _answer(cell: pl.Expr, rows: pl.Expr, found: pl.Expr) -> pl.Expr:
    part = found.struct
    evidence = pl.coalesce(_broken(cell, rows), part.field(EVIDENCE))
    return outcome(part.field(VALUE), part.field(REASON), evidence)


def _many(
    cell: pl.Expr, kinds: list[str], fields: tuple[str, ...], clean: Callable[[pl.Expr], pl.Expr]
) -> pl.Expr:
    rows = _rows(cell)
    joined = _of_kind(rows, kinds, *fields).list.join("; ").replace("", None)
    return _answer(cell, rows, clean(joined))


def contact_info_phones(cell: pl.Expr) -> pl.Expr:
    """Outcome with the telephones, as `phones` gives them; evidence if the cell cannot be read.

    >>> import polars as pl
    >>> cell = '[{"Тип": "Телефон", "Представление": "8 (3519) 24-40-09"}, {"Тип": "Факс", "Представление": "1"}]'
    >>> pl.select(contact_info_phones(pl.lit(cell))).item()["value"]
    ['+73519244009']
    """
    return _many(cell, ["Телефон"], ("Представление", "НомерТелефона"), phones)


def contact_info_emails(cell: pl.Expr) -> pl.Expr:
    """Outcome with the e-mail addresses, as `emails` gives them; evidence if the cell cannot be read.

    >>> import polars as pl
    >>> cell = '[{"Тип": "АдресЭлектроннойПочты", "Представление": "Snab@Example.ru"}]'
    >>> pl.select(contact_info_emails(pl.lit(cell))).item()["value"]
    ['snab@example.ru']
    """
    return _many(cell, ["АдресЭлектроннойПочты"], ("АдресЭП", "Представление"), emails)


def _address(cell: pl.Expr, said: str, other: str, position: int) -> pl.Expr:
    """The address whose kind says so, else the one at `position` of those whose kind says nothing.

    The kind is a reference in the standard interface, and what it stands for is the customer's own.
    """
    rows = _rows(cell)
    is_address = pl.element().struct.field("Тип") == "Адрес"
    kind = pl.element().struct.field("Вид").fill_null("")
    text = pl.coalesce(_field("Представление"), _field("Значение"))
    named = rows.list.eval(text.filter(is_address & kind.str.contains(said))).list.drop_nulls()
    silent = is_address & ~kind.str.contains(f"{said}|{other}")
    unnamed = rows.list.eval(text.filter(silent)).list.drop_nulls()
    found = pl.coalesce(named.list.first(), unnamed.list.get(position, null_on_oob=True))
    return _answer(cell, rows, address(found))


def contact_info_legal_address(cell: pl.Expr) -> pl.Expr:
    """Outcome with the legal address: of the kind «юридический», else the first of unknown kind.

    >>> import polars as pl
    >>> cell = '[{"Тип": "Адрес", "Представление": "г. Тула, ул. Лесная, 1"}]'
    >>> pl.select(contact_info_legal_address(pl.lit(cell))).item()["value"]
    'г. Тула, ул. Лесная, 1'
    """
    return _address(cell, _LEGAL, _ACTUAL, 0)


def contact_info_actual_address(cell: pl.Expr) -> pl.Expr:
    """Outcome with the actual address: of the kind «фактический», else the second of unknown kind.

    >>> import polars as pl
    >>> cell = '[{"Тип": "Адрес", "Вид": "ФактАдрес", "Представление": "г. Тула, ул. Лесная, 1"}]'
    >>> pl.select(contact_info_actual_address(pl.lit(cell))).item()["value"]
    'г. Тула, ул. Лесная, 1'
    """
    return _address(cell, _ACTUAL, _LEGAL, 1)


FUNCTIONS: Mapping[str, Function] = {
    "contact_info_phones": contact_info_phones,
    "contact_info_emails": contact_info_emails,
    "contact_info_legal_address": contact_info_legal_address,
    "contact_info_actual_address": contact_info_actual_address,
}
