"""One search box: digits look up requisites and phones by prefix, `@` an e-mail, the rest a name.

Names are found by trigrams in `search_text`: FTS5 on SQLite, pg_trgm on PostgreSQL, the same text.
"""

from __future__ import annotations

import re
from typing import Any

import polars as pl
from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    column,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy import table as sa_table

from store.engine import Reader
from store.paging import starts_with
from store.tables import golden

_NOISE = r"[^\w@.+-]+"
_SEARCHED_COLUMNS = {
    "legal_entity": ("name", "full_name", "inn", "ogrn"),
    "item": ("code", "article", "name", "manufacturer", "barcode"),
}
_NUMBERS = {"legal_entity": ("inn", "ogrn", "okpo"), "item": ("code", "article", "barcode")}
_FORMATTED_NUMBER = re.compile(r"[\d\s()+-]+")
# A name that fits half the table is ranked among this many candidates.
_CANDIDATES = 1000
_TRIGRAM = 3


def _normal(text: pl.Expr) -> pl.Expr:
    lower = text.str.to_lowercase().str.replace_all("ё", "е", literal=True)
    return lower.str.replace_all(_NOISE, " ").str.strip_chars()


def normal(text: str) -> str:
    """Text as it is compared: lower case, ё as е, signs between words as one space."""
    return str(pl.select(_normal(pl.lit(text))).item())


def search_text(entity: str) -> pl.Expr:
    """The normal text of the columns people search an entity by."""
    columns = [pl.col(name) for name in _SEARCHED_COLUMNS[entity]]
    return _normal(pl.concat_str(columns, separator=" ", ignore_nulls=True))


def _contains(reader: Reader, table: Table, word: str) -> ColumnElement[bool]:
    if reader.is_postgres or len(word) < _TRIGRAM:
        return table.c.search_text.contains(word, autoescape=True)
    index = sa_table(f"fts_{table.name}", column(f"fts_{table.name}"), column("rowid"))
    quoted = '"' + word.replace('"', '""') + '"'
    hits = select(index.c.rowid).where(index.c[index.name].op("MATCH")(quoted))
    return literal_column(f"{table.name}.rowid").in_(hits)


def _by_name(reader: Reader, entity: str, text: str, limit: int) -> Select[Any]:
    table = golden[entity]
    words = normal(text).split()
    fits = and_(true(), *(_contains(reader, table, word) for word in words))
    found = select(table).where(table.c.state == "active", fits).limit(_CANDIDATES).subquery()
    return (
        select(*_shown(found)).order_by(func.length(found.c.search_text), found.c.id).limit(limit)
    )


def _shown(table: Any) -> list[ColumnElement[Any]]:
    names = [n for n in ("id", "name", "inn", "ogrn", "region", "code", "article") if n in table.c]
    return [table.c[name] for name in names]


def _by_number(entity: str, digits: str, limit: int) -> Select[Any]:
    table = golden[entity]
    fits = [starts_with(table.c[name], digits) for name in _NUMBERS[entity]]
    if entity == "legal_entity":
        unit, point = golden["unit"], golden["contact_point"]
        phone = "+7" + digits[1:] if digits[0] == "8" else "+" + digits
        fits.append(
            table.c.id.in_(select(unit.c.legal_entity_id).where(starts_with(unit.c.kpp, digits)))
        )
        for prefix in {phone, "+7" + digits}:
            owners = select(point.c.owner_id).where(starts_with(point.c.value, prefix))
            fits.append(table.c.id.in_(owners))
    wanted = select(*_shown(table)).where(table.c.state == "active", or_(*fits))
    return wanted.order_by(table.c.id).limit(limit)


def _by_mail(entity: str, text: str, limit: int) -> Select[Any]:
    table, point = golden[entity], golden["contact_point"]
    owners = select(point.c.owner_id).where(starts_with(point.c.value, text.lower()))
    return select(*_shown(table)).where(table.c.id.in_(owners)).order_by(table.c.id).limit(limit)


def search(
    reader: Reader, text: str, limit: int = 20, entity: str = "legal_entity"
) -> pl.DataFrame:
    """Living records that fit `text`, best first: id, name and requisites; empty if nothing was typed."""
    typed = text.strip()
    if not normal(typed):
        return reader.frame(_by_name(reader, entity, "", 0))
    digits = re.sub(r"\D", "", typed)
    if len(digits) >= _TRIGRAM and _FORMATTED_NUMBER.fullmatch(typed):
        return reader.frame(_by_number(entity, digits, limit))
    if "@" in typed and entity == "legal_entity":
        return reader.frame(_by_mail(entity, typed, limit))
    return reader.frame(_by_name(reader, entity, typed, limit))
