"""One search box: digits look up requisites and phones by prefix, `@` an e-mail, the rest a name.

Names are found by trigrams in `search_text`: FTS5 on SQLite, pg_trgm on PostgreSQL, the same text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl
from sqlalchemy import (
    ColumnElement,
    Select,
    column,
    func,
    literal_column,
    select,
    union,
)
from sqlalchemy import table as sa_table

from store.engine import Reader
from store.prefixes import starts_with
from store.tables import golden

_NOISE = r"[^\w@.+-]+"
_SEARCHED_COLUMNS = {
    "legal_entity": ("name", "full_name", "inn", "ogrn"),
    "item": ("code", "article", "name", "manufacturer", "barcode"),
    "contact": ("name",),
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


def named(reader: Reader, entity: str, text: str) -> Select[Any]:
    """The first living records of an entity whose text holds every word of `text`."""
    table = golden[entity]
    words = normal(text).split()
    long = [] if reader.is_postgres else [word for word in words if len(word) >= _TRIGRAM]
    rest = [table.c.search_text.contains(w, autoescape=True) for w in words if w not in long]
    found = select(table).where(table.c.state == "active", *rest).limit(_CANDIDATES)
    if not long:
        return found
    # Walked from the index of trigrams, so that a common word costs no more than the candidates asked for.
    index = sa_table(f"fts_{table.name}", column(f"fts_{table.name}"), column("rowid"))
    all_of_them = " ".join('"' + word.replace('"', '""') + '"' for word in long)
    same: ColumnElement[bool] = literal_column(f"{table.name}.rowid") == index.c.rowid
    walked = found.select_from(index.join(table, same))
    return walked.where(index.c[index.name].op("MATCH")(all_of_them))


def _by_name(reader: Reader, entity: str, text: str, limit: int) -> Select[Any]:
    found = named(reader, entity, text).subquery()
    return (
        select(*_shown(found)).order_by(func.length(found.c.search_text), found.c.id).limit(limit)
    )


def _shown(table: Any) -> list[ColumnElement[Any]]:
    names = [n for n in ("id", "name", "inn", "ogrn", "region", "code", "article") if n in table.c]
    return [table.c[name] for name in names]


def _first(
    key: ColumnElement[Any], value: ColumnElement[Any], prefix: str, *more: ColumnElement[bool]
) -> Select[Any]:
    """The first candidates whose value begins so; a select of its own, for the index on the value."""
    found = select(key.label("id"), value.label("value")).where(starts_with(value, prefix), *more)
    first = found.order_by(value, key).limit(_CANDIDATES).subquery()
    return select(first.c.id)


def _owners(prefix: str) -> list[Select[Any]]:
    """Companies with a phone or e-mail that begins so, theirs or of a person who acts for them."""
    point, person = golden["contact_point"].c, golden["contact"].c
    own = (point.state == "active", point.owner == "legal_entity")
    through = (point.state == "active", person.state == "active", point.owner == "contact")
    return [
        _first(point.owner_id, point.value, prefix, *own),
        _first(person.legal_entity_id, point.value, prefix, *through, person.id == point.owner_id),
    ]


def _living(entity: str, candidates: Sequence[Select[Any]], limit: int) -> Select[Any]:
    table = golden[entity]
    ids = union(*candidates).subquery()
    wanted = select(*_shown(table)).join(ids, ids.c.id == table.c.id)
    return wanted.where(table.c.state == "active").order_by(table.c.id).limit(limit)


def _by_number(entity: str, digits: str, limit: int) -> Select[Any]:
    table = golden[entity]
    active = table.c.state == "active"
    found = [_first(table.c.id, table.c[name], digits, active) for name in _NUMBERS[entity]]
    if entity == "legal_entity":
        unit = golden["unit"].c
        found.append(_first(unit.legal_entity_id, unit.kpp, digits, unit.state == "active"))
        phone = "+7" + digits[1:] if digits[0] == "8" else "+" + digits
        for prefix in sorted({phone, "+7" + digits}):
            found += _owners(prefix)
    return _living(entity, found, limit)


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
        return reader.frame(_living(entity, _owners(typed.lower()), limit))
    return reader.frame(_by_name(reader, entity, typed, limit))
