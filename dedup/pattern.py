"""The pattern of a pair: for each field that tells companies apart, whether two records agree in it."""

from __future__ import annotations

import polars as pl

EQUAL, DIFFERS, SILENT = "e", "d", "n"
# Place in the pattern → the column of a party record it looks at.
FIELDS = {
    "inn": "inn",
    "kpp": "kpp",
    "ogrn": "ogrn",
    "name": "name_core",
    "phone": "phones",
    "email": "emails",
    "address": "address_key",
}
COLUMNS = tuple(FIELDS.values())
_MANY = ("phones", "emails")


def pattern(left: str = "left_", right: str = "right_") -> pl.Expr:
    """One letter per field of FIELDS: e if both say the same (or share a value), d if not, n if one is silent.

    >>> row = {"inn": "7707083893", "kpp": None, "ogrn": None, "name_core": "вега",
    ...        "phones": ["+7"], "emails": [], "address_key": None}
    >>> other = {**row, "inn": "7736050003", "emails": ["a@b.ru"]}
    >>> pair = {f"left_{k}": [v] for k, v in row.items()} | {f"right_{k}": [v] for k, v in other.items()}
    >>> pl.DataFrame(pair).select(pattern()).item()
    'dnneenn'
    """
    return pl.concat_str(_letter(f"{left}{c}", f"{right}{c}", c in _MANY) for c in COLUMNS)


def _letter(left: str, right: str, many: bool) -> pl.Expr:
    one, other = pl.col(left), pl.col(right)
    if many:
        one, other = (side.cast(pl.List(pl.String)) for side in (one, other))
        silent = (one.list.len().fill_null(0) == 0) | (other.list.len().fill_null(0) == 0)
        equal = one.list.set_intersection(other).list.len() > 0
    else:
        silent = one.is_null() | other.is_null()
        equal = one.cast(pl.String) == other.cast(pl.String)
    said = pl.when(equal).then(pl.lit(EQUAL)).otherwise(pl.lit(DIFFERS))
    return pl.when(silent).then(pl.lit(SILENT)).otherwise(said)


def findings(told: str) -> list[tuple[str, str]]:
    """(field, e or d) of each field a pattern says something of, differences first.

    >>> findings("ednnnnn")
    [('kpp', 'd'), ('inn', 'e')]
    """
    said = [(field, letter) for field, letter in zip(FIELDS, told, strict=False) if letter in "ed"]
    return sorted(said, key=lambda one: one[1])
