"""The grammar of goods in force: classes of files and the words people taught; proposals and their trial."""

from __future__ import annotations

from typing import Any

import polars as pl

from flows.house import House
from flows.versions import refuse_outdated, version
from mappings.nomenclature import Grammar, parse
from mappings.nomenclature.installed import NOTHING, grammar_print, installed
from mappings.nomenclature.taught import Dictionary
from schemas.errors import ConfigError
from store import goods
from store.engine import Reader
from store.versions import DICTIONARY

TRIED = 200_000
_SHOWN = 20
_READ = ("item_class", "status", "attributes")


def grammar_of(house: House, reader: Reader) -> Grammar:
    """The grammar by which names are read now."""
    return installed(house.settings.config_dir, DICTIONARY.lines(reader) or NOTHING)


def print_of(house: House, reader: Reader) -> str:
    """What changes with every change of that grammar."""
    return grammar_print(house.settings.config_dir, DICTIONARY.lines(reader) or NOTHING)


def propose(
    house: House, taught: Dictionary, by: str, reason: str | None, seen: int | None = None
) -> int:
    """Keep words as a new version; its number.

    ConfigError if they are those in force, or if an example of a class would be read otherwise. Conflict if
    others are in force than at the time `seen`.
    """
    text = taught.model_dump_json(exclude_defaults=True)
    with house.store.write() as writer:
        refuse_outdated(writer, DICTIONARY, seen)
        now = DICTIONARY.lines(writer) or Dictionary().model_dump_json(exclude_defaults=True)
        if text == now:
            raise ConfigError(
                "Ничего не изменено: эти слова уже действуют.",
                "Nothing is changed: these words are in force.",
            )
        _refuse_broken(house, grammar_of(house, writer), text)
        return DICTIONARY.add(writer, text, by, reason)


def _refuse_broken(house: House, now: Grammar, text: str) -> None:
    names = pl.Series(
        [example["name"] for one in now.classes.values() for example in one.declared.examples],
        dtype=pl.String,
    )
    new = parse(names, installed(house.settings.config_dir, text))
    old = parse(names, now)
    broken = names.filter(~_alike(old, new))
    if broken.len():
        raise ConfigError(
            f"С этими словами иначе читается пример «{broken[0]}». Уточните слово или класс.",
            f"With these words the example '{broken[0]}' is read otherwise. Narrow the word or its class.",
        )


def _alike(old: pl.DataFrame, new: pl.DataFrame) -> pl.Series:
    same = [old[name].eq_missing(new[name]) for name in ("item_class", "attributes")]
    return same[0] & same[1]


def tried(house: House, number: int, limit: int = TRIED) -> dict[str, Any]:
    """What a version reads otherwise in the names of the catalogue; nothing is written.

    `counts` of `total`, `understood` (read wholly that were not), `worse` (the other way round), `moved`
    (of another class) and `changed`: goods, rows of sources and different names of each.
    """
    with house.store.read() as reader:
        lines = version(reader, DICTIONARY, number).lines
        told = goods.names(reader, limit)
    both = _read_anew(told, installed(house.settings.config_dir, lines))
    whole, was_whole = (pl.col(name) == "complete" for name in ("status_new", "status"))
    kinds = {
        "total": pl.lit(value=True), "understood": whole & ~was_whole, "worse": was_whole & ~whole,
        "moved": pl.col("item_class").ne_missing(pl.col("item_class_new")), "changed": pl.col("changed"),
    }  # fmt: skip
    counts = {name: _counted(both.filter(which)) for name, which in kinds.items()}
    return {"counts": counts, "examples": _examples(both.filter("changed"))}


def _read_anew(told: pl.DataFrame, grammar: Grammar) -> pl.DataFrame:
    """`told` with what the grammar reads of each name now, each name once, and whether that `changed`."""
    names = told["name"].unique(maintain_order=True)
    new = parse(names, grammar).select(pl.col(_READ).name.suffix("_new")).with_columns(names)
    both = told.join(new, on="name", maintain_order="left")
    same = [pl.col(n).eq_missing(pl.col(f"{n}_new")) for n in ("item_class", "attributes")]
    return both.with_columns(changed=~pl.all_horizontal(same))


def _counted(some: pl.DataFrame) -> dict[str, int]:
    return {
        "goods": some["good_id"].n_unique(),
        "rows": int(some["rows"].sum()),
        "names": some["name"].n_unique(),
    }


def _examples(changed: pl.DataFrame) -> list[dict[str, Any]]:
    """The names of most rows, each once."""
    read = [*_READ, *(f"{name}_new" for name in _READ)]
    each = changed.group_by("name", *read).agg(pl.col("rows").sum(), pl.len().alias("goods"))
    return each.sort("rows", "name", descending=[True, False]).head(_SHOWN).to_dicts()
