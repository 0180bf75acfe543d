"""Legal forms: canonical abbreviations, how they are written, and which of them are compatible.

The table is `legal_forms.yaml` (handbook 2.4). Unitary enterprises and institutions are open families
(«ФГБОУ ВО», «ГБУЗ», «МКДОУ»): any abbreviation of their shape belongs to the family.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import polars as pl
import yaml

from schemas.rowwise.through import through

# Owner, then budget/state-run/autonomous, then the sphere: «ФГ» + «Б» + «ОУ» + « ВО».
INSTITUTION = r"(?:ФГ|СПБГ|СПБ Г|МОГ|ОГ|КГ|ЛОГ|Г|М|Ф)(?:Б|К|А)?(?:[ДПНОС]|ОБ|СК){0,3}У(?:З|К|Н|СО|ДО)?(?: (?:ВПО|ДПО|СПО|ВО|ДО|РО))?"
UNITARY = r"(?:Ф|О|К|М)?(?:Г|М|К|О)?(?:УП|КП|УПП)"

# Ten times as fast where it is there; every command reads these tables.
SAFE_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_FEW = 64  # values up to here are looked up one by one


@dataclass(frozen=True, slots=True)
class LegalForm:
    """One legal form and its spellings; `head` ones count only before the name, `tail` ones only after."""

    canon: str
    group: str
    okopf: tuple[str, ...] = ()
    full: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    latin: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()


def _load() -> tuple[LegalForm, ...]:
    text = (files("schemas") / "legal_forms.yaml").read_text(encoding="utf-8")
    rows = yaml.load(text, Loader=SAFE_LOADER)  # noqa: S506  a safe one
    lists = ("okopf", "full", "short", "latin", "head", "tail")
    return tuple(
        LegalForm(row["canon"], row["group"], **{name: tuple(row.get(name, ())) for name in lists})
        for row in rows
    )


FORMS: tuple[LegalForm, ...] = _load()
GROUPS: dict[str, str] = {form.canon: form.group for form in FORMS}
OKOPF: dict[str, tuple[str, ...]] = {form.canon: form.okopf for form in FORMS}


def legal_form_group(form: pl.Expr) -> pl.Expr:
    """The compatibility group of a canonical legal form (handbook 2.4); null if the form is unknown.

    >>> import polars as pl
    >>> forms = pl.DataFrame({"f": ["ОАО", "ПАО", "ООО", "ФГУП", "ФГБОУ ВО", "Ромашка", None]})
    >>> forms.select(legal_form_group(pl.col("f")))["f"].to_list()
    ['joint_stock', 'joint_stock', 'limited', 'unitary', 'institution', None, None]
    """
    return through(form, _groups, one=_group)


def _groups(forms: pl.Series) -> pl.Series:
    if len(forms) <= _FEW:
        found = [None if form is None else _group(form) for form in forms.to_list()]
        return pl.Series(forms.name, found, dtype=pl.String)
    groups = {form: _group(form) for form in forms.drop_nulls().unique().to_list()}
    return forms.replace_strict(groups, default=None, return_dtype=pl.String)


@lru_cache(maxsize=4096)
def _group(form: str) -> str | None:
    """The group of one form; a base has few different ones."""
    if form in GROUPS:
        return GROUPS[form]
    families = (("unitary", UNITARY), ("institution", INSTITUTION))
    return next((name for name, shape in families if re.fullmatch(shape, form)), None)


def legal_forms_compatible(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """True when both forms are of one group or equal, null when either is unknown.

    >>> import polars as pl
    >>> pairs = pl.DataFrame({"a": ["ОАО", "ООО", None], "b": ["ПАО", "ИП", "ООО"]})
    >>> pairs.select(legal_forms_compatible(pl.col("a"), pl.col("b")))["a"].to_list()
    [True, False, None]
    """
    return (left == right) | (legal_form_group(left) == legal_form_group(right))
