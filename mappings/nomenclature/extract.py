"""The attributes of names of one class, rule by rule; what a rule read no later rule reads again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from mappings.nomenclature.alphabet import TAKEN
from mappings.nomenclature.grammar import Attribute, ItemClass, Rule


@dataclass(slots=True)
class Reading:
    """The state of reading: `text` with what was read taken out, `found` by attribute, `doubtful`
    where characters of an attribute made no sense for it."""

    raw: pl.Series
    text: pl.Series
    found: dict[str, pl.Series] = field(default_factory=dict)
    doubtful: pl.Series = field(default_factory=pl.Series)

    def empty(self) -> pl.Series:
        """A column of nothing, as long as the names."""
        return pl.Series("", [None], pl.String).new_from_index(0, self.text.len())


def read(raw: pl.Series, text: pl.Series, item_class: ItemClass) -> Reading:
    """Attributes of `raw` names of one class whose folded form, head taken, is `text`."""
    state = Reading(raw, text, {}, pl.repeat(value=False, n=text.len(), eager=True))
    for rule in item_class.rules:
        _apply(rule, item_class.attributes, state)
    return state


def _apply(rule: Rule, attributes: Mapping[str, Attribute], state: Reading) -> None:
    """One rule where it is found and nothing it tells is told yet."""
    start = state.text.str.find(rule.expression)
    free = start.is_not_null()
    for name in rule.silent:
        if name in state.found:
            free &= state.found[name].is_null()
    at = free.arg_true()
    if at.is_empty():
        return
    captured = _captured(state.text.gather(at), start.gather(at), rule)
    for name in rule.slots:
        _take(attributes[name], captured[name], captured, at, state)
    for name, value in rule.fixed.items():
        _put(name, pl.Series([value]).new_from_index(0, at.len()), at, state)
    state.text = state.text.scatter(at, captured["_left"])


def _captured(text: pl.Series, start: pl.Series, rule: Rule) -> pl.DataFrame:
    """`_all` that matched, `_start` of it, the slots, `_left` of the text with it taken out.

    Groups are asked of the matched characters only: to find a match is cheap, to capture is not.
    """
    table = pl.DataFrame({"_text": text, "_start": start}).with_columns(
        pl.col("_text").str.slice(pl.col("_start")).alias("_tail")
    )
    table = table.with_columns(
        pl.col("_tail").str.replace(f"^(?:{rule.expression})", "").alias("_after")
    )
    size = pl.col("_tail").str.len_bytes() - pl.col("_after").str.len_bytes()
    table = table.with_columns(pl.col("_tail").str.head(size).alias("_all"))
    longest = int(table["_all"].str.len_bytes().max() or 0)  # type: ignore[arg-type]  # lengths
    blank = pl.lit(TAKEN * longest).str.head(pl.col("_all").str.len_bytes())
    left = pl.concat_str(pl.col("_text").str.head(pl.col("_start")), blank, "_after")
    groups = (
        [pl.col("_all").str.extract_groups(f"^(?:{rule.expression})$").struct.unnest()]
        if rule.slots
        else []
    )
    return table.select("_all", "_start", left.alias("_left"), *groups)


def _take(
    attribute: Attribute, folded: pl.Series, captured: pl.DataFrame, at: pl.Series, state: Reading
) -> None:
    if attribute.kind == "raw":
        told = _raw(folded, captured, state.raw.gather(at))
    else:
        distinct = folded.unique().drop_nulls().to_list()
        means = {text: attribute.means(text) for text in distinct}
        told = folded.replace_strict(means, default=None, return_dtype=pl.String)
    senseless = at.filter(folded.is_not_null() & told.is_null())
    if senseless.len():
        state.doubtful = state.doubtful.scatter(senseless, values=True)
    _put(attribute.name, told, at, state)


def _raw(folded: pl.Series, captured: pl.DataFrame, raw: pl.Series) -> pl.Series:
    """The same characters of the name itself: an article keeps its alphabet and its case."""
    table = captured.select("_start", "_all", folded.alias("_it"), raw.alias("_raw"))
    start = pl.col("_start") + pl.col("_all").str.find(pl.col("_it"), literal=True)
    taken = pl.col("_raw").str.slice(start, pl.col("_it").str.len_bytes()).str.strip_chars()
    return table.select(pl.when(pl.col("_it").is_not_null()).then(taken)).to_series()


def _put(name: str, told: pl.Series, at: pl.Series, state: Reading) -> None:
    state.found[name] = state.found.get(name, state.empty()).scatter(at, told)
