"""Attributes of Active Directory: names of places, ids in DNs, state of an account (handbook 6.2)."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from mappings.functions.function import Function
from schemas.records import ENVELOPE

_INSTANT = ENVELOPE["_changed_at"]
_GUID = r"<GUID=([0-9A-Fa-f-]{36})>"
_SWITCHED_OFF = 2
# Ticks of 100 ns from 1601 to 1970; "never" is 0 or the greatest number there is.
_EPOCH_TICKS = 116_444_736_000_000_000
_NEVER = 9_223_372_036_854_775_807


def dn_unit(cell: pl.Expr) -> pl.Expr:
    """Where in the tree a DN stands: its organizational units from the top, with a slash between.

    >>> pl.select(dn_unit(pl.lit("CN=Анна,OU=Отдел 1,OU=Сбыт,DC=corp,DC=example"))).item()
    'Сбыт / Отдел 1'
    """
    parts = cell.str.extract_all(r"(?i)(?:^|,|;)OU=(?:[^,\\]|\\.)+").list.reverse()
    names = parts.list.eval(
        pl.element().str.replace(r"(?i)^[,;]?OU=", "").str.replace_all(r"\\(.)", "${1}")
    )
    path = names.list.join(" / ")
    return pl.when(path != "").then(path)


def dn_key(cell: pl.Expr) -> pl.Expr:
    """The key of the entry an extended DN names; null for a DN without it.

    >>> pl.select(dn_key(pl.lit("<GUID=0B6CD0D8-0b6f-4ee5-a1a2-7d5a7cbb7a50>;CN=Анна,DC=corp"))).item()
    '0b6cd0d8-0b6f-4ee5-a1a2-7d5a7cbb7a50'
    """
    return cell.str.extract(_GUID).str.to_lowercase()


def dn_keys(cell: pl.Expr) -> pl.Expr:
    """The keys of the entries that lines of extended DNs name, sorted.

    >>> pl.select(dn_keys(pl.lit("<GUID=0b6cd0d8-0b6f-4ee5-a1a2-7d5a7cbb7a50>;CN=Анна"))).item().to_list()
    ['0b6cd0d8-0b6f-4ee5-a1a2-7d5a7cbb7a50']
    """
    found = cell.str.extract_all(_GUID)
    return found.list.eval(pl.element().str.slice(6, 36).str.to_lowercase()).list.sort()


def account_state(cell: pl.Expr) -> pl.Expr:
    """`inactive` if userAccountControl has the bit of a disabled account, else `active`.

    >>> pl.select(account_state(pl.lit("514"))).item()
    'inactive'
    """
    bits = cell.cast(pl.Int64, strict=False)
    off = (bits // _SWITCHED_OFF) % 2 == 1
    return pl.when(off).then(pl.lit("inactive")).when(bits.is_not_null()).then(pl.lit("active"))


def filetime(cell: pl.Expr) -> pl.Expr:
    """An instant in UTC from Windows' ticks of 100 ns since 1601; null for "never".

    >>> pl.select(filetime(pl.lit("133801632000000000"))).item().isoformat()
    '2025-01-01T00:00:00+00:00'
    """
    ticks = cell.cast(pl.Int64, strict=False)
    real = pl.when((ticks > _EPOCH_TICKS) & (ticks < _NEVER)).then(ticks)
    return ((real - _EPOCH_TICKS) // 10).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def smtp_addresses(cell: pl.Expr) -> pl.Expr:
    """A cell of addresses with Exchange's prefixes taken off and what is no mail address left out.

    >>> pl.select(smtp_addresses(pl.lit("SMTP:anna@example.ru; X400:c=RU;a= ;p=Corp; sip:anna@example.ru"))).item()
    'anna@example.ru'
    """
    parts = cell.str.split("\n").list.eval(
        pl.element().str.replace_all(r"(?i)\b(?:x400|x500):.*$", "").str.split(";")
    )
    flat = parts.list.eval(pl.element().list.join("\n")).list.join("\n").str.split("\n")
    kept = flat.list.eval(
        pl.element().filter(~pl.element().str.strip_chars().str.contains(r"(?i)^(?:sip|eum|x\d+|ccmail|ms):"))
        .str.strip_chars().str.replace(r"(?i)^smtp:", "")
    )  # fmt: skip
    text = kept.list.eval(pl.element().filter(pl.element() != "")).list.join("; ")
    return pl.when(text != "").then(text)


def extension(cell: pl.Expr) -> pl.Expr:
    """The internal number in a phone cell: 2 to 6 digits alone, before an @, or after доб., вн., ext.

    >>> pl.select(extension(pl.lit("+7 (495) 123-45-67 доб. 1234"))).item()
    '1234'
    >>> pl.select(extension(pl.lit("sip:105@pbx.example"))).item()
    '105'
    """
    text = cell.str.to_lowercase().str.strip_chars()
    return pl.coalesce(
        text.str.extract(r"^([0-9]{2,6})$"),
        text.str.extract(r"^(?:sip:)?([0-9]{2,6})@"),
        text.str.extract(r"(?:доб|вн|внутр|ext|x|#)[^0-9a-zа-я]{0,3}([0-9]{2,6})\b"),
    )


FUNCTIONS: Mapping[str, Function] = {
    "dn_unit": dn_unit,
    "dn_key": dn_key,
    "dn_keys": dn_keys,
    "account_state": account_state,
    "filetime": filetime,
    "smtp_addresses": smtp_addresses,
    "extension": extension,
}
